"""Whether a run's results are right: reports against the independent computation, counts against the injection."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import polars as pl

from mysimbdp import verification
from mysimbdp.contracts import Topics
from mysimbdp.documents import Verification
from mysimbdp.errors import KitError
from mysimbdp.messaging.bulk import read_ahead, read_columns, read_pieces
from mysimbdp.streamapp.options import Options

_REPORT_TYPES = """{
    "sensor_id": "VARCHAR",
    "pollution_type": "VARCHAR",
    "pollution_level": "DOUBLE",
    "window": {"start": "VARCHAR", "end": "VARCHAR"},
    "readings": "BIGINT"
}"""


class Results(NamedTuple):
    """What lies on the topics of a run: plausible readings in, reports out, with the broker's times of both."""

    readings: pl.DataFrame
    reports: pl.DataFrame


def read_results(kafka: str, topics: Topics) -> Results:
    """Read both topics to their end.

    Raises:
        KitError: the broker does not answer, or there is something on them that no run writes.
    """
    readings = verification.readings_of_messages(read_columns(kafka, topics.measurements))
    return Results(readings, reports_of(read_columns(kafka, topics.report)))


def reports_of(messages: pl.DataFrame) -> pl.DataFrame:
    """Reports as they lie on a topic: a row each, with the broker's time, partition and offset."""
    window = pl.col("window").struct
    return verification.unfolded(messages, _REPORT_TYPES).select(
        "sensor_id",
        "pollution_type",
        start=_time(window.field("start")),
        end=_time(window.field("end")),
        level="pollution_level",
        readings="readings",
        broker_time_ms="broker_time_ms",
        partition="partition",
        offset="offset",
    )


def _time(iso: pl.Expr) -> pl.Expr:
    return iso.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us").dt.replace_time_zone("UTC")


def last_reports(reports: pl.DataFrame) -> pl.DataFrame:
    """The report of each window that holds: the last one on the topic."""
    return last_of_each(reports).select(*verification.KEY, "level", "readings")


def last_of_each(reports: pl.DataFrame) -> pl.DataFrame:
    """The last report of each window, with where it lies."""
    return reports.sort("partition", "offset").group_by(verification.KEY, maintain_order=True).last()


def verify(
    results: Results,
    options: Options,
    delivered: Mapping[str, int],
    counts: Mapping[str, int],
    lost: int,
) -> Verification:
    """Compare reports with window means that polars computes from the same messages, and counts with the injection.

    Args:
        delivered: messages by kind of wrong data, as the producer counted.
        counts: what the apps counted together; of an app that counts no messages, only rows that Spark dropped.
        lost: readings that no report contains.
    """
    expected = verification.window_means(results.readings, options.window_minutes, options.slide_minutes)
    return _verified(expected, last_reports(results.reports), delivered, counts, lost)


def verify_in_pieces(
    kafka: str, topics: Topics, options: Options, delivered: Mapping[str, int], counts: Mapping[str, int]
) -> Verification:
    """As `verify`, for more messages than should be in memory at once; `lost` counts by what the last reports hold."""
    expected, found = expected_and_found(kafka, topics.measurements, topics.report, options)
    both = expected.join(found, on=verification.KEY, how="left", suffix="_found")
    lost = int((both["readings"] - both["readings_found"].fill_null(0)).clip(lower_bound=0).sum())
    return _verified(expected, found, delivered, counts, lost)


def expected_and_found(
    kafka: str,
    measurements: str,
    report: str,
    options: Options,
    since: Mapping[int, int] = {},
    reports_since: Mapping[int, int] = {},
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The window means of a topic's messages and the last report of each on another, both from some offsets on."""
    pieces = map(verification.readings_of_messages, read_ahead(read_pieces(kafka, measurements, since)))
    windows = options.window_minutes, options.slide_minutes
    expected = added_up(verification.window_sums(piece, *windows) for piece in pieces)
    kept = [last_of_each(reports_of(piece)) for piece in read_ahead(read_pieces(kafka, report, reports_since))]
    return expected, last_reports(pl.concat(kept)) if kept else expected.clear()


def added_up(pieces: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The window means of everything, from the sums of its pieces."""
    total: pl.DataFrame | None = None
    for piece in pieces:
        both = piece if total is None else pl.concat([total, piece])
        total = both.group_by(verification.KEY).agg(pl.col("level_sum").sum(), pl.col("readings").sum())
    if total is None:
        raise KitError("There are no messages to compare results with.")
    return total.select(*verification.KEY, level=pl.col("level_sum") / pl.col("readings"), readings="readings")


def _verified(
    expected: pl.DataFrame, found: pl.DataFrame, delivered: Mapping[str, int], counts: Mapping[str, int], lost: int
) -> Verification:
    different = len(verification.differences(expected, found))
    counted = counted_kinds(counts) if "accepted" in counts or "quarantined" in counts else {}
    late = counts.get("late", 0) + counts.get("dropped_by_watermark", 0)
    return Verification(
        expected_reports=len(expected),
        found_reports=len(found),
        differences=different,
        delivered=dict(delivered),
        counted=counted,
        lost=lost,
        late=late,
        passed=not different and not lost and not late and all(delivered[kind] == n for kind, n in counted.items()),
    )


def counted_kinds(counts: Mapping[str, int]) -> dict[str, int]:
    """How many messages of each kind of wrong data an app has met, from the counts of its decoder."""
    return {
        "wrong_type": counts.get("without_readings", 0),
        "missing": counts.get("reason_MISSING_FIELD", 0),
        "extra": counts.get("extra_fields", 0),
    }
