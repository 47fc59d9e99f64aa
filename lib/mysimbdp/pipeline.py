"""What a notebook does around its apps: begin with nothing of an earlier run, look at batches, end what it began."""

from typing import Any

from mysimbdp.apps.progress import finished_batches
from mysimbdp.contracts import Topics
from mysimbdp.messaging import create_topics, delete_topics
from mysimbdp.service.platform import Platform


def begin_anew(platform: Platform, topics: Topics, partitions: int | None = None) -> None:
    """Have the topics of a pipeline there and empty.

    Apps that still work on them, as after a notebook that broke off, are stopped first. coredms keeps what it has.
    """
    for app in platform.app_states():
        if app.pid and platform.app_folder(app.name).begun_with().options["topic_suffix"] == topics.suffix:
            platform.stop_app(app.name)
    kafka = platform.endpoints().kafka
    delete_topics(kafka, topics.all())
    create_topics(kafka, topics, partitions)


def batches(platform: Platform, app: str) -> list[dict[str, Any]]:
    """The progress of every batch of an app since it last began anew, as Spark reports it."""
    return finished_batches(platform.app_folder(app).path)


def finish(platform: Platform, *apps: str) -> None:
    """Stop those of `apps` that run, and let go of the instance: it goes down unless somebody else holds it up."""
    running = {app.name for app in platform.app_states() if app.pid}
    for app in apps:
        if app in running:
            platform.stop_app(app)
    platform.release()
