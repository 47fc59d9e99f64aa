"""What the monitor sees, as a table that is drawn anew at every look."""

from collections.abc import Iterable, Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from mysimbdp.documents import AppObservation, Flow, PlatformAlert, ServiceObservation
from mysimbdp.monitor import Look


def show_live(looks: Iterable[Look], console: Console) -> None:
    """Draw every look over the one before; where nothing can be drawn over, below it."""
    if not console.is_terminal:
        for look in looks:
            console.print(drawn(look))
        return
    with Live(console=console, auto_refresh=False) as live:
        for look in looks:
            live.update(drawn(look), refresh=True)


def drawn(look: Look) -> Group:
    """Services, apps and the alerts that stand."""
    seen = look.observation
    return Group(
        Text(f"{seen['at']:%Y-%m-%d %H:%M:%S} UTC, Ctrl-C ends"),
        _services(seen["services"]),
        *([_apps(seen["apps"])] if seen["apps"] else []),
        *(Text(in_words(alert), style="red") for alert in look.alerts),
    )


def in_words(alert: PlatformAlert) -> str:
    """An alert as a sentence, with when it was raised."""
    return f"{alert['kind']}, {alert['subject']}: {alert['reason']} (since {alert['raised_at']:%H:%M:%S} UTC)."


def _services(services: Sequence[ServiceObservation]) -> Table:
    table = _table("service", "state", right=["cores", "MB"])
    for service in services:
        table.add_row(service["service"], service["state"], *_use(service))
    return table


def _apps(apps: Sequence[AppObservation]) -> Table:
    flow = ["lag", "trend/s", "in/s", "processed/s", "batch s", "bad", "last batch s ago"]
    table = _table("app", "state", right=["cores", "MB", *flow])
    for app in apps:
        table.add_row(app["app"], app["state"], *_use(app), *(_flow(app["flow"]) if app["flow"] else []))
    return table


def _table(*left: str, right: Sequence[str]) -> Table:
    table = Table(*left, box=None)
    for heading in right:
        table.add_column(heading, justify="right")
    return table


def _use(part: ServiceObservation | AppObservation) -> list[str]:
    return [_number(part["cpu_cores"], ".2f"), _number(part["memory_mb"], ",.0f")]


def _flow(flow: Flow) -> list[str]:
    return [
        _number(flow["lag"], ",d"),
        _number(flow["lag_trend_per_s"], "+,.0f"),
        _number(flow["input_rate_per_s"], ",.0f"),
        _number(flow["processed_rate_per_s"], ",.0f"),
        _number(flow["batch_s"], ".1f"),
        _number(flow["bad_share"], ".0%"),
        _number(flow["progress_age_s"], ".0f"),
    ]


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
