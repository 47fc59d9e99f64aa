"""The warm-up of a run, cut off by evidence."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from mysimbdp.documents import Measured, ProgressDocument
from mysimbdp.metrics.batches import batches_frame, that_read
from mysimbdp.metrics.noise import relative_difference

MIN_BATCHES = 4  # of every query, below which no more is dropped
MIN_TIME_SHARE = 0.5  # of what the rule leaves

MIN_GAIN = 0.05  # what is not quicker by this is as quick
MAX_TIMES = 8  # that a load is offered to warm up, at most

_QUERY = ["app", "query"]
_NEVER = pd.Timestamp.max.tz_localize("UTC")


@dataclass(frozen=True)
class WarmUpRule:
    """What is dropped at least, and how well the halves of the rest must agree.

    Attributes:
        seconds: since the first batch began.
        batches: of every query.
        tolerance: relative difference of the mean batch durations of both halves.
    """

    seconds: float
    batches: int
    tolerance: float = 0.2


def has_settled(durations: Sequence[float]) -> bool:
    """Whether the last of these times is not quicker than all before, by 5 %, or there have been eight."""
    if len(durations) < 2:
        return False
    return durations[-1] > (1 - MIN_GAIN) * min(durations[:-1]) or len(durations) >= MAX_TIMES


def until_settled(measure: Callable[[], float], seconds: list[float]) -> list[float]:
    """Measure again and again, adding to `seconds`, until they have settled."""
    while not has_settled(seconds):
        seconds.append(measure())
    return seconds


def cut_warm_up(
    progress: Iterable[ProgressDocument], quiet_since: datetime, load_end: datetime, rule: WarmUpRule
) -> Measured | None:
    """The interval of a run to measure, or None where the rule leaves nothing of a query that has read messages.

    What the rule says is dropped; then batch after batch, until the halves of the rest agree for every query, or until
    fewer than `MIN_BATCHES` of a query or less than `MIN_TIME_SHARE` of the time would be left. Batches that end after
    `load_end` do not count, nor do those that began before `quiet_since`.

    Args:
        progress: of one run, of all its apps and queries.
        quiet_since: when no other run was at work any more; aware of its zone.
        load_end: when the last message was sent; aware of its zone.

    Returns:
        the interval from the start of its first to the end of its last batch; `warm_up_batches` is of the query that
        dropped fewest.
    """
    working = that_read(batches_frame(progress))
    chosen, steady = None, False
    for chosen in _rests(working, rule, quiet_since, load_end):
        steady = all(_halves_agree(query["duration_ms"], rule.tolerance) for _, query in chosen.groupby(_QUERY))
        if steady:
            break
    return None if chosen is None else _measured(working, chosen, steady)


def _rests(
    batches: pd.DataFrame, rule: WarmUpRule, quiet_since: datetime, load_end: datetime
) -> Iterator[pd.DataFrame]:
    """What is left once the rule is satisfied, then with ever more dropped, as long as enough is left."""
    in_load = batches[batches["ended"] <= load_end]
    starts = in_load.loc[in_load["started"] >= max(_begin(batches, rule), pd.Timestamp(quiet_since)), "started"]
    needed, least = 1, pd.Timedelta(0)
    for start in sorted(starts.unique()):
        kept = in_load[in_load["started"] >= start]
        length = kept["ended"].max() - start
        if _fewest(kept, batches) < needed or length < least:
            return
        needed, least = MIN_BATCHES, max(least, MIN_TIME_SHARE * length)
        yield kept


def _fewest(some: pd.DataFrame, batches: pd.DataFrame) -> int:
    """How many batches there are among `some` of the query that has fewest there."""
    queries = batches.groupby(_QUERY).size().index
    return int(some.groupby(_QUERY).size().reindex(queries, fill_value=0).min())


def _begin(batches: pd.DataFrame, rule: WarmUpRule) -> pd.Timestamp:
    """When the rule's seconds are over and every query has had the rule's batches; never, where one has no further."""
    queries = batches.groupby(_QUERY)["started"]
    next_starts = queries.nth(rule.batches)
    if next_starts.empty or len(next_starts) < queries.ngroups:
        return _NEVER
    over = batches["started"].min() + pd.Timedelta(seconds=rule.seconds)
    return pd.Timestamp(max(over, *next_starts))


def _halves_agree(durations_ms: pd.Series, tolerance: float) -> bool:
    """Whether the means of both halves differ by the tolerance at most; the middle of an odd number is left out."""
    half = len(durations_ms) // 2
    if not half:
        return False
    return relative_difference(durations_ms.iloc[:half].mean(), durations_ms.iloc[-half:].mean()) <= tolerance


def _measured(batches: pd.DataFrame, kept: pd.DataFrame, steady: bool) -> Measured:
    start = kept["started"].min()
    return Measured(
        start=start.to_pydatetime(),
        end=kept["ended"].max().to_pydatetime(),
        warm_up_s=(start - batches["started"].min()).total_seconds(),
        warm_up_batches=_fewest(batches[batches["started"] < start], batches),
        steady=steady,
    )
