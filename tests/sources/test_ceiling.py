"""The self-test measures each transport through the generator, and leaves nothing on the broker."""

import os
from typing import get_args

import pytest

from mysimbdp.contracts import Topics
from mysimbdp.errors import KitError, UsageError
from mysimbdp.messaging import end_offsets
from mysimbdp.service.platform import Platform
from mysimbdp.sources import ProduceOptions, ceiling, self_test
from mysimbdp.sources.transport import Client


def test_each_transport_has_a_ceiling_and_keeps_to_half_of_it(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ceiling, "COUNTS", {"kafka-python": 2000, "confluent": 5000})
    monkeypatch.setattr(ceiling, "HALF_DURATION_S", 0.5)
    kafka = platform.endpoints().kafka
    found = self_test(kafka, ProduceOptions(), partitions=2)
    assert [each.transport for each in found] == list(get_args(Client))
    for each in found:
        assert each.half_rate_per_s == each.ceiling_per_s / 2 > 0
        assert 0 <= each.half_p99_lateness_ms <= each.half_max_lateness_ms
    with pytest.raises(KitError, match="There is no topic"):
        end_offsets(kafka, Topics(f"selftest-{os.getpid()}").measurements)


@pytest.mark.parametrize(
    "given", [{"rate_per_s": 10}, {"count": 5}, {"mode": "replay"}, {"transport": "confluent"}, {"topic_suffix": "a"}]
)
def test_what_the_test_finds_by_itself_cannot_be_given(given: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=f"leave out {next(iter(given))}"):
        self_test("127.0.0.1:1", ProduceOptions.parse(given))
