"""Running pipelines: the two apps on topics of their own, and what they leave in coredms."""

import gzip
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import polars as pl
from kafka import KafkaProducer  # type: ignore[import-untyped]
from pymongo.database import Database

from mysimbdp import coredms, messaging, verification
from mysimbdp.apps.counts import observed_counts
from mysimbdp.contracts import Topics
from mysimbdp.service.platform import Platform
from mysimbdp.sources.options import ProduceOptions
from mysimbdp.sources.producer import produce

TIMEOUT_S = 240.0


@dataclass(frozen=True)
class Pipeline:
    """A stream app and an ingest app on topics with a suffix; sensors of other pipelines are in coredms, too."""

    platform: Platform
    suffix: str

    @property
    def topics(self) -> Topics:
        return Topics(self.suffix)

    @property
    def stream(self) -> str:
        return f"stream-{self.suffix}"

    @property
    def ingest(self) -> str:
        return f"ingest-{self.suffix}"

    @property
    def kafka(self) -> str:
        return self.platform.endpoints().kafka

    def start(self, **options: Any) -> None:
        """Start both apps at once; the options are the stream app's."""
        with ThreadPoolExecutor() as starting:
            begun = [starting.submit(self.start_stream, **options), starting.submit(self.start_ingest)]
        for started in begun:
            started.result()

    def start_stream(self, **options: Any) -> None:
        self._start("tenantstreamapp", self.stream, False, options)

    def start_ingest(self, fresh: bool = False, **options: Any) -> None:
        self._start("tenantingestapp", self.ingest, fresh, options)

    def _start(self, app: str, name: str, fresh: bool, options: Mapping[str, Any]) -> None:
        # Of several that start at once, only one could have the line that tells of it.
        chosen = {"topic_suffix": self.suffix, **options}
        self.platform.start_app(app, chosen, name=name, fresh=fresh, tell=lambda _: None)

    def replay(self, recording: Path, **options: Any) -> None:
        chosen = ProduceOptions(mode="replay", recording=recording, topic_suffix=self.suffix, **options)
        produce(self.kafka, chosen, progress=lambda *_: None)

    def send(self, values: Iterable[bytes | None], topic: str | None = None) -> None:
        """Put messages on a topic as a stranger would, without the kit's producer; tombstones need a key."""
        producer = KafkaProducer(bootstrap_servers=self.kafka, acks="all")
        topic = topic or self.topics.measurements
        sent = [producer.send(topic, value=value, key=b"x" if value is None else None) for value in values]
        for future in sent:
            future.get(30)
        producer.close()

    def settle(self) -> None:
        """Wait until all that was sent has gone through both apps."""
        self.platform.wait_until_caught_up(self.stream, TIMEOUT_S)
        self.platform.wait_until_caught_up(self.ingest, TIMEOUT_S)

    def stop(self) -> None:
        for app in self.platform.apps():
            if app.name in (self.stream, self.ingest) and app.pid:
                self.platform.stop_app(app.name)

    def counts(self, app: str, query: str) -> dict[str, int]:
        """What the app's progress counted, over all batches."""
        return observed_counts(self.platform.app_log(app).parent)[query]

    def reports(self) -> pl.DataFrame:
        """The reports in coredms, as the independent computation has them."""
        with self.coredms() as database:
            return verification.reports_frame(database.reports.find())

    @contextmanager
    def coredms(self) -> Iterator[Database[coredms.Document]]:
        with coredms.connect(self.platform.endpoints().mongodb) as database:
            yield database


@contextmanager
def pipeline(platform: Platform, suffix: str, partitions: int) -> Iterator[Pipeline]:
    """A pipeline on new topics and an empty coredms; its apps are stopped at the end."""
    running = Pipeline(platform, f"{suffix}-{token_hex(3)}")
    messaging.create_topics(running.kafka, running.topics, partitions)
    with running.coredms() as database:
        for name in database.list_collection_names():
            database[name].delete_many({})
    try:
        yield running
    finally:
        running.stop()


def lines(recording: Path) -> list[bytes]:
    content = recording.read_bytes()
    return (gzip.decompress(content) if recording.suffix == ".gz" else content).splitlines()


def parts_of(recording: Path, numbers: int, folder: Path) -> list[Path]:
    """The recording in pieces, one after the other."""
    values = lines(recording)
    size = -(-len(values) // numbers)
    paths = [folder / f"{number}.jsonl" for number in range(numbers)]
    for number, path in enumerate(paths):
        path.write_bytes(b"\n".join(values[number * size : (number + 1) * size]) + b"\n")
    return paths
