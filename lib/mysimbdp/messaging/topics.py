"""Topics: made, deleted, described."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from kafka import TopicPartition  # type: ignore[import-untyped]  # kafka-python ships no types
from kafka.admin import (  # type: ignore[import-untyped]
    ConfigResource,
    ConfigResourceType,
    KafkaAdminClient,
    OffsetSpec,
)
from kafka.errors import (  # type: ignore[import-untyped]
    KafkaError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
)

from mysimbdp.contracts import Topics
from mysimbdp.errors import KitError, UsageError
from mysimbdp.messaging.probe import DEFAULT_TIMEOUT_S, ping

DEFAULT_PARTITIONS = 4
BROKER_MAX_BYTES = 1_048_588  # Kafka's default
QUARANTINE_MAX_BYTES = 4 * 1024 * 1024  # a quarantined message carries its raw value in base64
ARRIVAL_TIMEOUT_S = 60.0
_POLL_S = 0.02
_ARRIVAL_POLL_S = 0.1
_RECONNECT_MS = 500  # the client would wait up to 30 s, longer than a broker needs to restart


@contextmanager
def _admin(kafka: str, timeout_s: float) -> Iterator[KafkaAdminClient]:
    """An admin client whose failures are KitErrors; pings first, so that no client is made for an absent broker."""
    ping(kafka, timeout_s)
    with telling_of_kafka(kafka, timeout_s), open_admin(kafka, timeout_s) as admin:
        yield admin


@contextmanager
def telling_of_kafka(kafka: str, timeout_s: float) -> Iterator[None]:
    """Turn what the client raises into KitErrors."""
    try:
        yield
    except KafkaError as error:
        raise KitError(f"Kafka at {kafka} refused or did not answer within {timeout_s:g} s: {error}.") from None


def open_admin(kafka: str, timeout_s: float) -> KafkaAdminClient:
    """An admin client; one that is kept finds a broker again soon after it is back."""
    timeout_ms = int(timeout_s * 1000)
    return KafkaAdminClient(
        bootstrap_servers=kafka.split(","),
        bootstrap_timeout_ms=timeout_ms,
        request_timeout_ms=timeout_ms,
        reconnect_backoff_max_ms=_RECONNECT_MS,
    )


def create_topics(
    kafka: str, topics: Topics, partitions: int | None = None, timeout_s: float = DEFAULT_TIMEOUT_S
) -> None:
    """Make sure that all topics of a pipeline are there, with the broker's append time on every message.

    Args:
        partitions: of new topics, 4 where not said; where said, topics that exist must have as many.

    Raises:
        UsageError: a topic exists with another number of partitions than asked for, or with the senders' times;
            nothing was created.
        KitError: the broker does not answer or refuses.
    """
    with _admin(kafka, timeout_s) as admin:
        for topic in topics.all():
            if described := _description(admin, topic):
                _refuse_other_partitions(topic, len(described["partitions"]), partitions)
                _refuse_senders_times(admin, kafka, topic)
        # All of them, also those just described: a broker's metadata may still show what has been deleted.
        _create(admin, topics, partitions or DEFAULT_PARTITIONS)


def _create(admin: KafkaAdminClient, topics: Topics, partitions: int) -> None:
    wanted = {topic: {"num_partitions": partitions, "configs": _topic_config(topic, topics)} for topic in topics.all()}
    for created in admin.create_topics(wanted, raise_errors=False)["topics"]:
        if created["error_code"] not in (0, TopicAlreadyExistsError.errno):
            raise KitError(f"Topic {created['name']} cannot be created: {created['error_message']}.")
    admin.wait_for_topics(list(wanted))


def _refuse_other_partitions(topic: str, there: int, asked: int | None) -> None:
    if asked not in (None, there):
        raise UsageError(f"Topic {topic} exists with {there} partitions, not {asked}: delete it or use another suffix.")


def _refuse_senders_times(admin: KafkaAdminClient, kafka: str, topic: str) -> None:
    """Where senders stamp messages themselves, they could move the bound on timestamps that lie in the future."""
    kind = _config(admin, topic).get("message.timestamp.type", "LogAppendTime")
    if kind != "LogAppendTime":
        raise UsageError(
            f"Topic {topic} exists with message.timestamp.type={kind}, not LogAppendTime: use another suffix, or run "
            f"`kafka-configs.sh --bootstrap-server {kafka} --alter --topic {topic} "
            "--add-config message.timestamp.type=LogAppendTime`."
        )


def _topic_config(topic: str, topics: Topics) -> dict[str, str]:
    """What goes onto other topics has to fit into an entry of `quarantine`, where it is in base64."""
    max_bytes = QUARANTINE_MAX_BYTES if topic == topics.quarantine else BROKER_MAX_BYTES
    return {"message.timestamp.type": "LogAppendTime", "max.message.bytes": str(max_bytes)}


def delete_topics(kafka: str, names: Iterable[str], timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
    """Delete these topics where they exist, and return once the broker no longer shows them.

    Raises:
        KitError: the broker does not answer or refuses.
    """
    with _admin(kafka, timeout_s) as admin:
        deleted = admin.delete_topics(list(names), raise_errors=False)["topics"]
        for topic in deleted:
            if topic["error_code"] not in (0, UnknownTopicOrPartitionError.errno):
                raise KitError(f"Topic {topic['name']} cannot be deleted: {topic['error_message']}.")
        _await_absence(admin, [topic["name"] for topic in deleted], timeout_s)


def _await_absence(admin: KafkaAdminClient, names: list[str], timeout_s: float) -> None:
    deadline_s = time.monotonic() + timeout_s
    while remaining := [name for name in names if _description(admin, name)]:
        if time.monotonic() > deadline_s:
            raise KitError(f"Kafka still shows {', '.join(remaining)} {timeout_s:g} s after their deletion.")
        time.sleep(_POLL_S)


def _description(admin: KafkaAdminClient, topic: str) -> dict[str, Any] | None:
    (described,) = admin.describe_topics([topic])
    return described if described["error_code"] == 0 else None


def _existing(admin: KafkaAdminClient, topic: str) -> dict[str, Any]:
    described = _description(admin, topic)
    if described is None:
        raise KitError(
            f"There is no topic {topic}: `mysimbdp produce`, `mysimbdp app start` and the notebooks make the topics "
            "of their suffix; run one of them, or give the suffix that it had."
        )
    return described


def topic_id(kafka: str, topic: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> str:
    """The id of a topic, which changes when a topic of the same name is deleted and made again."""
    with _admin(kafka, timeout_s) as admin:
        return str(_existing(admin, topic)["topic_id"])


def end_offsets(kafka: str, topic: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> dict[int, int]:
    """The offset that the next message of each partition will get.

    Raises:
        KitError: there is no such topic, or the broker does not answer in time.
    """
    with _admin(kafka, timeout_s) as admin:
        return ends_of(admin, topic)


def ends_of(admin: KafkaAdminClient, topic: str) -> dict[int, int]:
    """The end offset of each partition, by a client that is open."""
    partitions = [TopicPartition(topic, part["partition_index"]) for part in _existing(admin, topic)["partitions"]]
    found = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
    return {partition.partition: found[partition].offset for partition in partitions}


def await_messages(kafka: str, topic: str, count: int, timeout_s: float = ARRIVAL_TIMEOUT_S) -> int:
    """Return how many messages were put on the topic so far, once these are `count`, or fewer after `timeout_s`.

    Raises:
        KitError: as `end_offsets`.
    """
    deadline = time.monotonic() + timeout_s
    while (found := sum(end_offsets(kafka, topic).values())) < count and time.monotonic() < deadline:
        time.sleep(_ARRIVAL_POLL_S)
    return found


def max_message_bytes(kafka: str, topic: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> int:
    """The largest batch, hence the largest message, that the broker takes for this topic."""
    with _admin(kafka, timeout_s) as admin:
        _existing(admin, topic)
        return int(_config(admin, topic)["max.message.bytes"])


def _config(admin: KafkaAdminClient, topic: str) -> dict[str, str]:
    """What holds for a topic, be it set there or the broker's default; nothing where the topic has just gone."""
    described = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
    return {name: entry["value"] for name, entry in described["topic"][topic].items()}
