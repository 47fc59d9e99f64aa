"""A state store that the user chose, for state that is larger than memory."""

from pathlib import Path

from mysimbdp import verification
from mysimbdp.service.platform import Platform
from tests.conftest import SAMPLES
from tests.pipeline.conftest import pipeline

HOUR = SAMPLES / "aberdeen_2019-05-18_21h.jsonl.gz"
ROCKSDB = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def test_state_in_rocksdb_gives_the_same_reports(platform: Platform) -> None:
    chosen = {**platform.settings.spark_conf, "spark.sql.streaming.stateStore.providerClass": ROCKSDB}
    own = Platform(platform.settings.model_copy(update={"spark_conf": chosen}))
    with pipeline(own, "rocksdb", partitions=2) as running:
        running.start()
        running.replay(HOUR)
        running.settle()
        assert verification.differences(verification.expected_reports(HOUR), running.reports()).is_empty()
        assert written_by_rocksdb(own.app_folder(running.stream).path)


def written_by_rocksdb(folder: Path) -> list[Path]:
    return [*folder.rglob("state/**/*.zip"), *folder.rglob("state/**/*.changelog")]
