"""Apache Kafka as one KRaft node: broker and controller in one process."""

import os
import subprocess

from mysimbdp import messaging
from mysimbdp.errors import KitError
from mysimbdp.service.artifacts import KAFKA, jar_folder
from mysimbdp.service.ports import LOOPBACK
from mysimbdp.service.services import STOP_STORES, Ground
from mysimbdp.service.supervision.child import Command

NAME = "kafka"
PORTS = [NAME, "kafka-controller"]
HEAP = "256m"
FIRST_HEAP = "128m"  # it keeps about 60 MB
MEMORY_MB = 500
FORMAT_TIMEOUT_S = 60
LOG_OPTIONS = ["-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS"]

# Records are kept until the instance is purged: an experiment that runs again next month reads what it read before.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
log.message.timestamp.type=LogAppendTime
log.retention.ms=-1
log.cleaner.dedupe.buffer.size=16777216
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
"""


def endpoint(ports: dict[str, int]) -> str:
    return f"{LOOPBACK}:{ports[NAME]}"


class Kafka:
    """The embedded broker."""

    name = NAME
    needs: str | None = None

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._data = ground.home.data / NAME
        self._properties = ground.home.data / "kafka.properties"

    def command(self) -> Command:
        self._configure()
        if not (self._data / "meta.properties").exists():
            self._format()
        home = self._ground.home
        # Of so small a heap the serial collector has the shortest work, and no memory or threads of its own.
        heap = [f"-Xmx{HEAP}", f"-Xms{FIRST_HEAP}", "-XX:+UseSerialGC"]
        options = [*heap, f"-Djava.io.tmpdir={home.scratch}", *LOG_OPTIONS]
        argv = self._java(options, "kafka.Kafka", str(self._properties))
        return Command(NAME, argv, dict(os.environ), str(home.data), str(home.log(NAME)), STOP_STORES)

    def become_ready(self, timeout_s: float) -> None:
        messaging.ping(endpoint(self._ground.ports), timeout_s)

    def _configure(self) -> None:
        ports = self._ground.ports
        text = PROPERTIES.format(
            host=LOOPBACK, port=ports[NAME], controller_port=ports["kafka-controller"], data=self._data
        )
        self._properties.write_text(text)

    def _format(self) -> None:
        """Give the data directory its identity; Kafka refuses to start on one that has none."""
        arguments = ["format", "--cluster-id", "mysimbdp-embedded-node", "--config", str(self._properties)]
        command = self._java([f"-Xmx{HEAP}"], "kafka.tools.StorageTool", *arguments)
        answer = subprocess.run(command, capture_output=True, text=True, timeout=FORMAT_TIMEOUT_S)
        if answer.returncode != 0:
            raise KitError(f"Kafka could not format {self._data}: {answer.stdout.strip() or answer.stderr.strip()}")

    def _java(self, options: list[str], main_class: str, *arguments: str) -> list[str]:
        classpath = str(jar_folder(self._ground.cache, KAFKA) / "*")
        return [self._ground.java.executable, *options, "-cp", classpath, main_class, *arguments]
