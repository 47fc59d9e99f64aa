"""Alerts that hold: a window above the threshold half-way may be below it once all its readings are there.

The collection `alerts` equals the reports above their threshold, in whatever order both topics are read.
"""

from mysimbdp.contracts import Collection
from mysimbdp.coredms import Coredms, Document


def holding(database: Coredms, alerts: list[Document]) -> list[Document]:
    """Those of `alerts` that no later report in coredms has taken back."""
    reports = _by_id(database, Collection.REPORTS, alerts)
    return [alert for alert in alerts if not _takes_back(reports.get(alert["_id"]), alert)]


def withdraw(database: Coredms, reports: list[Document]) -> None:
    """Delete the alerts that these reports take back."""
    latest = {report["_id"]: report for report in reports}
    alerts = _by_id(database, Collection.ALERTS, reports).values()
    taken_back = [alert["_id"] for alert in alerts if _takes_back(latest[alert["_id"]], alert)]
    if taken_back:
        database[Collection.ALERTS].delete_many({"_id": {"$in": taken_back}})


def _takes_back(report: Document | None, alert: Document) -> bool:
    if report is None:
        return False
    return bool(report["broker_time"] > alert["broker_time"] and report["pollution_level"] <= alert["threshold"])


def _by_id(database: Coredms, collection: Collection, alike: list[Document]) -> dict[str, Document]:
    found = database[collection].find({"_id": {"$in": [document["_id"] for document in alike]}})
    return {document["_id"]: document for document in found}
