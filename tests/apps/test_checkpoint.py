"""One app per checkpoint, and no checkpoint for a topic that was made again."""

from pathlib import Path

import pytest

from mysimbdp.apps.checkpoint import TopicIds, begun_options, lock, remember_options
from mysimbdp.apps.spec import AppSpec
from mysimbdp.contracts import Endpoints
from mysimbdp.errors import KitError


def spec(name: str, checkpoint: str) -> AppSpec:
    return AppSpec(
        name=name,
        module="mysimbdp.streamapp.app",
        options={},
        endpoints=Endpoints("127.0.0.1:1", "mongodb://127.0.0.1:1", "local[1]"),
        checkpoint=checkpoint,
        fresh=False,
        jars=[],
        spark_conf={},
    )


def test_a_second_app_on_a_checkpoint_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    checkpoint = str(tmp_path / "checkpoint")
    with lock(spec("first", checkpoint), tmp_path), pytest.raises(KitError, match="in use by the app first"):
        lock(spec("second", checkpoint), tmp_path)
    with lock(spec("second", checkpoint), tmp_path):
        pass


def test_a_checkpoint_elsewhere_is_locked_in_the_apps_folder(tmp_path: Path) -> None:
    with lock(spec("first", "hdfs://namenode/checkpoint"), tmp_path), pytest.raises(KitError, match="in use by"):
        lock(spec("first", "hdfs://namenode/checkpoint"), tmp_path)


def test_topic_ids_are_remembered_until_forgotten(tmp_path: Path) -> None:
    TopicIds(tmp_path).write({"measurements": "a"})
    TopicIds(tmp_path).write({"report": "b"})
    assert TopicIds(tmp_path).read() == {"measurements": "a", "report": "b"}
    TopicIds(tmp_path).forget()
    assert TopicIds(tmp_path).read() == {}


def test_the_options_of_a_checkpoint_are_those_it_was_begun_with(tmp_path: Path) -> None:
    assert begun_options(tmp_path) == {}
    for minutes in (15, 30):
        remember_options(spec("app", "checkpoint").model_copy(update={"options": {"minutes": minutes}}), tmp_path)
    assert begun_options(tmp_path) == {"minutes": 15}
