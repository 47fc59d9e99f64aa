"""Alerts that hold: a window above the threshold half-way may be below it once all its readings are there.

The collection `alerts` equals the reports above their threshold, in whatever order both topics are read.
"""

from mysimbdp.contracts import Collection
from mysimbdp.coredms import Coredms, Document


def withdraw(database: Coredms, results: list[Document]) -> None:
    """Delete the alerts of the windows of `results`, reports or alerts, that a later report takes back.

    Whoever has written a report or an alert calls this afterwards: of two that write at once one sees both.
    """
    reports = _by_id(database, Collection.REPORTS, results)
    for alert in _by_id(database, Collection.ALERTS, results).values():
        if _takes_back(reports.get(alert["_id"]), alert):
            database[Collection.ALERTS].delete_one({"_id": alert["_id"], "broker_time": alert["broker_time"]})


def _takes_back(report: Document | None, alert: Document) -> bool:
    if report is None:
        return False
    return bool(report["broker_time"] > alert["broker_time"] and report["pollution_level"] <= alert["threshold"])


def _by_id(database: Coredms, collection: Collection, alike: list[Document]) -> dict[str, Document]:
    found = database[collection].find({"_id": {"$in": [document["_id"] for document in alike]}})
    return {document["_id"]: document for document in found}
