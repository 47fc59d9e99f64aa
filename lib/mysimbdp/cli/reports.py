"""The commands about figures and reports: figures, report."""

from typing import Annotated

import typer

from mysimbdp.cli.help import examples

commands = typer.Typer()


@commands.command(epilog=examples("mysimbdp figures", "mysimbdp figures speed batch_cost"))
def figures(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="as speed or latency; else all")
    ] = None,
) -> None:
    """Draw the figures of the newest sweeps: execute their notebooks into reports/notebooks."""
    from mysimbdp.reports.figures import execute_figures, figure_notebooks  # takes a second to import
    from mysimbdp.service.platform import Platform

    notebooks = figure_notebooks(names or [])
    with Platform():
        execute_figures(notebooks, typer.echo)


@commands.command(epilog=examples("mysimbdp report", "mysimbdp report --hide-code"))
def report(
    hide_code: Annotated[bool, typer.Option("--hide-code/--show-code", help="outputs and text alone, or all")] = False,
) -> None:
    """Export figures and experiments as pages that need no network, with reports/index.html to begin at."""
    from mysimbdp.reports.report import make_report  # takes a second to import

    pages = make_report(hide_code)
    typer.echo(f"{len(pages)} pages: open reports/index.html.")
