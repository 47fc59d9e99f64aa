"""What a sweep needs before it begins: services that answer, and memory for its apps."""

from mysimbdp.service.checks import check_memory
from mysimbdp.service.embedded import EmbeddedServices, memory_mb
from mysimbdp.service.home import Home
from mysimbdp.service.manager import DRIVER_MEMORY_MB
from mysimbdp.service.status import ping
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.settings import Settings


def require_room(settings: Settings, apps: int) -> None:
    """Return if the services can be had and `apps` apps can run at once.

    Raises:
        KitError: a service that the settings place elsewhere does not answer, or there is no memory, disk or port.
    """
    for name in ("kafka", "mongodb"):
        if external := getattr(settings, name):
            ping(name, external)
    home = Home(settings.home)
    embedded = EmbeddedServices(settings, home, SupervisorClient(home))
    missing = embedded.missing(workers=apps)
    for check in embedded.checks(missing):
        check.require()
    check_memory(memory_mb(missing) + apps * DRIVER_MEMORY_MB, "This sweep").require()
