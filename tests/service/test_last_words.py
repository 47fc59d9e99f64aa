"""A log says in one line why its program ended."""

from pathlib import Path

import pytest

from mysimbdp.service.last_words import last_words

JAVA = """\
12:00 INFO starting
Exception in thread "main" java.lang.RuntimeException: wrapped
\tat kafka.Kafka.main(Kafka.scala)
Caused by: java.lang.IllegalStateException: node id 7 does not match
\tat org.apache.kafka.common.errors.Checks.check(Checks.scala)
\t... 3 more
"""
MONGOD = """\
{"s":"I","msg":"Starting"}
{"s":"E","msg":"terminating","attr":{"error":"DBPathInUse: another mongod"}}
{"s":"I","msg":"Now exiting"}
"""


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (JAVA, "Caused by: java.lang.IllegalStateException: node id 7 does not match"),
        (MONGOD, "terminating DBPathInUse: another mongod"),
        ("all is well\nbye\n", "bye"),
        ("{half of an error", "{half of an error"),
        ("error " + "x" * 1000, "error " + "x" * 294),
        ("\n\n", None),
    ],
)
def test_the_last_complaint_is_what_counts(tmp_path: Path, log: str, words: str | None) -> None:
    (tmp_path / "log.txt").write_text(log)
    assert last_words(tmp_path / "log.txt") == words


def test_a_long_log_is_read_from_its_end(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("error: early\n" + "quiet\n" * 10_000 + "the end\n")
    assert last_words(tmp_path / "log.txt") == "the end"
