"""coredms holds the alerts of windows that are above the threshold once all is known, in whatever order it is read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.coredms import Coredms, Document
from mysimbdp.ingestapp import alerts
from mysimbdp.service.platform import Platform

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def database(platform: Platform) -> Iterator[Coredms]:
    with coredms.connect(platform.endpoints().mongodb) as database:
        for name in (Collection.REPORTS, Collection.ALERTS):
            database.drop_collection(name)
        yield database


def result(level: float, minutes: int, **more: float) -> Document:
    """A report of one window, or with a threshold its alert, published so many minutes later."""
    return {"_id": "7-P1", "pollution_level": level, "broker_time": FIRST + timedelta(minutes=minutes), **more}


def store_reports(database: Coredms, *reports: Document) -> None:
    coredms.upsert(database, Collection.REPORTS, reports)
    alerts.withdraw(database, list(reports))


def store_alerts(database: Coredms, *found: Document) -> None:
    coredms.upsert(database, Collection.ALERTS, found)
    alerts.withdraw(database, list(found))


@pytest.mark.parametrize("last_to_look", ["alert", "report"])
def test_of_an_alert_and_a_report_that_are_written_at_once_one_sees_the_other(
    database: Coredms, last_to_look: str
) -> None:
    alert, report = result(120.0, minutes=1, threshold=100.0), result(90.0, minutes=5)
    coredms.upsert(database, Collection.ALERTS, [alert])
    coredms.upsert(database, Collection.REPORTS, [report])
    alerts.withdraw(database, [alert if last_to_look == "alert" else report])
    assert database[Collection.ALERTS].count_documents({}) == 0


@pytest.mark.parametrize(("last_level", "held"), [(90.0, 0), (100.0, 0), (110.0, 1)])
@pytest.mark.parametrize("alert_is_read", ["before", "between", "after"])
def test_an_alert_holds_unless_a_later_report_takes_it_back(
    database: Coredms, alert_is_read: str, last_level: float, held: int
) -> None:
    alert = result(120.0, minutes=1, threshold=100.0)
    if alert_is_read == "before":
        store_alerts(database, alert)
    store_reports(database, result(120.0, minutes=1))
    if alert_is_read == "between":
        store_alerts(database, alert)
    store_reports(database, result(last_level, minutes=5))
    if alert_is_read == "after":
        store_alerts(database, alert)
    assert database[Collection.ALERTS].count_documents({}) == held
