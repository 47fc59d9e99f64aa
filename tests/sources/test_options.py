"""A request that cannot be right is refused in one sentence."""

import pytest

from mysimbdp.errors import UsageError
from mysimbdp.sources.options import ProduceOptions


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"rate": 10}, r"no option rate; it has mode, recording, rate_per_s"),
        ({"rate_per_s": 0}, r"Option rate_per_s does not fit: .* greater than 0 \(got 0\)"),
        ({"rate_per_s": "nan"}, "Option rate_per_s does not fit"),
        ({"rate_per_s": "fast"}, "Option rate_per_s does not fit"),
        ({"count": 0}, "Option count does not fit"),
        ({"count": 1.5}, "Option count does not fit"),
        ({"duration_s": "inf"}, "Option duration_s does not fit"),
        ({"sensors": 100_001}, "Option sensors does not fit"),
        ({"max_delay_s": -1}, "Option max_delay_s does not fit"),
        ({"mode": "alive"}, "Option mode does not fit"),
        ({"wrong": {"missing": 2}}, "Option wrong.missing does not fit"),
        ({"wrong": {"missing": 0.7, "extra": 0.7}}, "the shares of wrong data add up to more than 1"),
        ({"topic_suffix": "a b"}, "Option topic_suffix does not fit"),
        ({"count": 5, "duration_s": 5}, "give a duration or a count, not both"),
        ({"mode": "replay", "sensors": 5}, "sensors belongs to live mode"),
        ({"mode": "replay", "max_delay_s": 0}, "max_delay_s belongs to live mode"),
        ({"mode": "replay", "time_factor": 60}, "time_factor belongs to live mode"),
        ({"time_factor": 0}, "Option time_factor does not fit"),
        ({"transport": "pigeon"}, "Option transport does not fit"),
        ({"mode": "replay", "duration_s": 5}, "a replay with a duration needs a rate"),
    ],
)
def test_what_does_not_fit_is_named(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as refused:
        ProduceOptions.parse(given)
    assert "\n" not in str(refused.value)


def test_texts_of_a_command_line_are_converted() -> None:
    options = ProduceOptions.parse({"rate_per_s": "2.5", "count": "7", "recording": "a.jsonl"})
    assert (options.rate_per_s, options.count, options.recording.name) == (2.5, 7, "a.jsonl")


@pytest.mark.parametrize(
    ("given", "client"),
    [
        ({}, "kafka-python"),
        ({"rate_per_s": 4999.9}, "kafka-python"),
        ({"rate_per_s": 5000}, "confluent"),
        ({"mode": "replay"}, "kafka-python"),
        ({"mode": "replay", "rate_per_s": 20_000}, "confluent"),
        ({"transport": "confluent"}, "confluent"),
        ({"transport": "kafka-python", "rate_per_s": 20_000}, "kafka-python"),
    ],
)
def test_confluent_sends_from_five_thousand_a_second_on_unless_the_user_picks(
    given: dict[str, object], client: str
) -> None:
    assert ProduceOptions.parse(given).client == client
