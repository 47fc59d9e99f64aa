"""Where commands that need nothing but Kafka find it."""

from mysimbdp.service.platform import Platform
from mysimbdp.settings import load_settings


def kafka_endpoint() -> str:
    """The Kafka of the settings, whatever else is there, else the one of the running instance."""
    settings = load_settings()
    return settings.kafka or Platform(settings).endpoints().kafka
