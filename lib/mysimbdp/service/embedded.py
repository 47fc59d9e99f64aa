"""The embedded services of an instance as a whole: which there are, what they need, and how they come up."""

from collections.abc import Iterable

from mysimbdp.service import kafka, mongodb, spark
from mysimbdp.service.artifacts import CONNECTOR, KAFKA
from mysimbdp.service.checks import Check, check_disk, check_memory, check_ports
from mysimbdp.service.home import Home
from mysimbdp.service.launch import Tell, launch
from mysimbdp.service.ports import remember_ports
from mysimbdp.service.provision import provide_jars, provide_java, provide_mongod
from mysimbdp.service.services import Ground, Service
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.settings import Settings

NAMES = (kafka.NAME, mongodb.NAME, spark.NAME)
MEMORY_MB = {
    kafka.NAME: kafka.MEMORY_MB,
    mongodb.NAME: mongodb.MEMORY_MB,
    spark.NAME: spark.MASTER_MEMORY_MB,
}
PORTS = {kafka.NAME: kafka.PORTS, mongodb.NAME: mongodb.PORTS, spark.NAME: spark.PORTS}


class EmbeddedServices:
    """The services that the settings do not place elsewhere."""

    def __init__(self, settings: Settings, home: Home, supervisor: SupervisorClient) -> None:
        self._cache = settings.cache.absolute()
        self._home = home
        self._supervisor = supervisor
        self.names = [name for name in NAMES if getattr(settings, name) is None]

    def bring_up(self, workers: int, tell: Tell) -> None:
        """Start what is not running, `workers` workers at least; nothing is started before all is checked.

        Raises:
            KitError: memory, disk, a port or a download is missing, or a service does not come up.
        """
        self._start(self.missing(workers), tell)

    def add_worker(self, tell: Tell) -> None:
        """Start one more worker.

        Raises:
            KitError: there is no memory for it, or it does not come up.
        """
        number = 1
        while spark.worker_name(number) in self.running():
            number += 1
        self._start([spark.worker_name(number)], tell)

    def running(self) -> set[str]:
        return {name for name, child in self._supervisor.children().items() if child["state"] == "running"}

    def checks(self, names: list[str]) -> list[Check]:
        """What must hold before the services `names` can be started."""
        ports = [port for name in names for port in _ports(name)]
        places = [check_disk(self._home.path, "MYSIMBDP_HOME"), check_disk(self._cache, "MYSIMBDP_CACHE")]
        return [
            check_memory(memory_mb(names), f"Starting {', '.join(names) or 'nothing'}"),
            *places,
            check_ports(self._home, ports),
        ]

    def missing(self, workers: int) -> list[str]:
        """What has to be started so that everything runs, with `workers` workers at least."""
        worker_names = [spark.worker_name(number + 1) for number in range(workers)]
        children = self._supervisor.children()
        died = [name for name in children if _is_worker(name) and name not in worker_names]
        wanted = [*self.names, *([*worker_names, *died] if spark.NAME in self.names else [])]
        return [name for name in wanted if name not in children or children[name]["state"] != "running"]

    def _start(self, names: list[str], tell: Tell) -> None:
        for check in self.checks(names):
            check.require()
        ports = remember_ports(self._home, [port for name in names for port in _ports(name)])
        java = provide_java(self._cache)
        provide_jars(self._cache, CONNECTOR, java)
        services = [self._service(name, Ground(self._home, self._cache, ports, java)) for name in names]
        self._supervisor.start()
        launch(self._supervisor, services, tell)

    def _service(self, name: str, ground: Ground) -> Service:
        if name == kafka.NAME:
            provide_jars(self._cache, KAFKA, ground.java)
            return kafka.Kafka(ground)
        if name == mongodb.NAME:
            return mongodb.MongoDB(ground, provide_mongod(self._cache))
        return spark.SparkMaster(ground) if name == spark.NAME else spark.SparkWorker(ground, name)


def _is_worker(name: str) -> bool:
    return name.startswith(spark.WORKER_PREFIX)


def _ports(name: str) -> list[str]:
    return [name] if _is_worker(name) else PORTS[name]


def memory_mb(names: Iterable[str]) -> int:
    """What these services were measured to take."""
    return sum(spark.WORKER_MEMORY_MB if _is_worker(name) else MEMORY_MB[name] for name in names)
