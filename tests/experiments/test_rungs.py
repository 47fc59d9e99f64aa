"""Each rung does what its name says, on frames like those of Kafka."""

import gzip

import pytest
from pyspark.sql import DataFrame, SparkSession

from mysimbdp import verification
from mysimbdp.experiments.rungs import RUNGS, climb
from tests.conftest import SAMPLES
from tests.streamapp.conftest import message, messages

HOUR = SAMPLES / "aberdeen_2019-05-18_21h.jsonl.gz"


@pytest.fixture(scope="module")
def hour(spark: SparkSession) -> DataFrame:
    with gzip.open(HOUR) as lines:
        return messages(spark, [message(line) for line in lines])


def test_the_rungs_have_the_rows_of_their_kind(hour: DataFrame) -> None:
    readings = verification.readings_of(HOUR)
    windows = len(verification.window_means(readings, 15, 5))
    found = {rung: RUNGS[rung](hour).count() for rung in ("read", "from_json", "explode", "window")}
    assert found == {"read": 1062, "from_json": 1062, "explode": len(readings), "window": windows}


def test_the_kits_rungs_have_all_readings_and_all_reports(hour: DataFrame) -> None:
    readings = verification.readings_of(HOUR)
    parsed = RUNGS["kit_parse"](hour).where("sensor_id is not null")
    assert parsed.groupBy().sum("readings").first() == (len(readings),)
    reports = RUNGS["kit_analyse"](hour).where("topic = 'report'")
    assert reports.count() == len(verification.window_means(readings, 15, 5))


@pytest.mark.parametrize("rung", RUNGS)
def test_a_rung_is_climbed_to_its_end(hour: DataFrame, rung: str) -> None:
    climb(rung, hour)
