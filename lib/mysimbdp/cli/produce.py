"""The command `produce`: measurements from a recording to Kafka, some of them wrong on purpose."""

from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, TypeAdapter

from mysimbdp.cli import INTERRUPTED
from mysimbdp.cli.endpoint import kafka_endpoint
from mysimbdp.cli.help import examples
from mysimbdp.contracts import Topics
from mysimbdp.messaging import create_topics
from mysimbdp.sources import Ceiling, ProduceError, ProduceOptions, Summary, WrongShares, progress_bar, self_test
from mysimbdp.sources import produce as send

commands = typer.Typer()


def _option(model: type[BaseModel], field: str, **limits: Any) -> Any:
    """The command line's option for a field, explained in the field's own words."""
    return typer.Option(help=model.model_fields[field].description, **limits)


@commands.command(
    epilog=examples(
        "mysimbdp produce",
        "mysimbdp produce --rate 1000 --duration 30 --sensors 5000 --missing 0.01",
        "mysimbdp produce --recording week.jsonl.gz --replay --json",
        "mysimbdp produce --self-test",
    )
)
def produce(
    recording: Annotated[Path | None, _option(ProduceOptions, "recording", exists=True, dir_okay=False)] = None,
    replay: Annotated[bool, typer.Option("--replay", help="keep the recorded timestamps and order")] = False,
    rate: Annotated[float | None, _option(ProduceOptions, "rate_per_s")] = None,
    duration: Annotated[float | None, _option(ProduceOptions, "duration_s")] = None,
    count: Annotated[int | None, _option(ProduceOptions, "count")] = None,
    sensors: Annotated[int | None, _option(ProduceOptions, "sensors")] = None,
    max_delay: Annotated[float | None, _option(ProduceOptions, "max_delay_s")] = None,
    time_factor: Annotated[int, _option(ProduceOptions, "time_factor")] = 1,
    transport: Annotated[str, _option(ProduceOptions, "transport")] = "auto",
    seed: Annotated[int, _option(ProduceOptions, "seed")] = 1,
    wrong_type: Annotated[float, _option(WrongShares, "wrong_type")] = 0.0,
    missing: Annotated[float, _option(WrongShares, "missing")] = 0.0,
    extra: Annotated[float, _option(WrongShares, "extra")] = 0.0,
    topic_suffix: Annotated[str, _option(ProduceOptions, "topic_suffix")] = "",
    partitions: Annotated[int | None, typer.Option(min=1, help="of topics that are not there yet; else 4")] = None,
    find_ceiling: Annotated[bool, typer.Option("--self-test", help="how much this machine can send, in 15 s")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the summary for scripts")] = False,
) -> None:
    """Send measurements to Kafka, and say what became of them."""
    given = {
        "mode": "replay" if replay else "live",
        "recording": recording,
        "rate_per_s": rate,
        "duration_s": duration,
        "count": count,
        "sensors": sensors,
        "max_delay_s": max_delay,
        "time_factor": time_factor,
        "transport": transport,
        "seed": seed,
        "wrong": {"wrong_type": wrong_type, "missing": missing, "extra": extra},
        "topic_suffix": topic_suffix,
    }
    options = ProduceOptions.parse({name: value for name, value in given.items() if value is not None})
    if find_ceiling:
        _show_ceilings(self_test(kafka_endpoint(), options, partitions), as_json)
    else:
        _run(options, partitions, as_json)


def _run(options: ProduceOptions, partitions: int | None, as_json: bool) -> None:
    kafka = kafka_endpoint()
    if partitions:
        create_topics(kafka, Topics(options.topic_suffix), partitions)
    try:
        summary = send(kafka, options) if as_json else _send_with_progress(kafka, options)
    except ProduceError as error:
        _show(error.summary, as_json)
        raise
    _show(summary, as_json)
    if summary.interrupted:
        raise typer.Exit(INTERRUPTED)


def _send_with_progress(kafka: str, options: ProduceOptions) -> Summary:
    """Send behind a bar that appears with the first message, so that a request that fails is told in one line."""
    with ExitStack() as shown:
        begin = cache(lambda: shown.enter_context(progress_bar(f"to {options.topic}")))
        return send(kafka, options, lambda acknowledged, total: begin()(acknowledged, total))


def _show(summary: Summary, as_json: bool) -> None:
    if summary.warning:
        typer.echo(f"Warning: {summary.warning}", err=True)
    if as_json:
        typer.echo(summary.model_dump_json(indent=1))
        return
    typer.echo(
        f"Measurements to {summary.topic}: {summary.offered:,} offered, {summary.sent:,} sent, "
        f"{summary.acknowledged:,} acknowledged, {summary.refused:,} refused; "
        f"{summary.achieved_rate_per_s:,.0f} acknowledged a second over {summary.duration_s:.1f} s."
    )
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in summary.delivered)
    typer.echo(f"Delivered by kind: {kinds}.")


def _show_ceilings(ceilings: list[Ceiling], as_json: bool) -> None:
    if as_json:
        typer.echo(TypeAdapter(list[Ceiling]).dump_json(ceilings, indent=1).decode())
        return
    for found in ceilings:
        typer.echo(
            f"{found.transport}: at most {found.ceiling_per_s:,.0f} messages a second"
            f"{' on one core' if found.one_core else ''}; at {found.half_rate_per_s:,.0f} a second 99 % went out "
            f"within {found.half_p99_lateness_ms:.1f} ms of their time, all within {found.half_max_lateness_ms:.1f} ms."
        )
