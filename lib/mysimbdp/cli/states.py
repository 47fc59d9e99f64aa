"""The states of services and apps as tables, with a sentence for each that is not well."""

from collections.abc import Sequence
from typing import Literal, get_args, get_origin

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from mysimbdp.apps.counts import in_words
from mysimbdp.contracts import Endpoints
from mysimbdp.coredms import host_of
from mysimbdp.service.app_status import AppStatus
from mysimbdp.service.platform import Status
from mysimbdp.service.status import ServiceStatus


def show_endpoints(endpoints: Endpoints) -> None:
    """Say where the services answer; the password is for `status --json` alone."""
    typer.echo(
        f"Kafka answers at {endpoints.kafka}, MongoDB at {host_of(endpoints.mongodb)}, Spark at {endpoints.spark}."
    )


def show_services(status: Status) -> None:
    table = Table("service", "state", "process", "since (UTC)", "answers at", box=None)
    for service in status.services:
        endpoint = getattr(status, service.name, None)
        table.add_row(*_cells(service), _without_password(endpoint) if endpoint else "")
    _print(table)
    for service in status.services:
        if service.reason:
            typer.echo(f"{service.name}: {service.reason.rstrip('.')}; {service.fix}.")


def show_apps(apps: Sequence[AppStatus]) -> None:
    if not apps:
        return
    table = Table("app", "state", "process", "since (UTC)", box=None)
    for app in apps:
        table.add_row(*_cells(app))
    _print(table)
    for app in apps:
        for query, counts in app.counts.items():
            typer.echo(f"{app.name}, {query}: {in_words(counts)}.")
        for alert in app.alerts:
            typer.echo(f"{app.name}: {alert}.")
        if app.reason:
            typer.echo(f"{app.name}: {app.reason.rstrip('.')}; see {app.log}.")


def show_options(options: type[BaseModel]) -> None:
    """A row an option that leaves a choice: its name, its default, and what it does."""
    table = Table("option", "default", "what it does", box=None)
    for name, field in options.model_fields.items():
        if get_origin(field.annotation) is not Literal or len(get_args(field.annotation)) > 1:
            table.add_row(name, str(field.default), field.description or "")
    _print(table)


def _without_password(endpoint: str) -> str:
    return host_of(endpoint) if endpoint.startswith("mongodb") else endpoint


def _cells(part: ServiceStatus | AppStatus) -> list[str]:
    since = f"{part.since:%Y-%m-%d %H:%M:%S}" if part.since else ""
    return [part.name, part.state, str(part.pid or ""), since]


def _print(table: Table) -> None:
    Console(markup=False).print(table)  # local[2] is no markup
