"""Help has an example everywhere, and the examples are commands that exist."""

import re

import pytest
from typer.main import get_command

from mysimbdp.cli.main import app
from tests.cli.conftest import Command

SUBCOMMANDS = [
    "doctor", "up", "down", "status", "app", "monitor", "produce", "consume", "experiment", "figures", "report",
]  # fmt: skip
APP_SUBCOMMANDS = ["start", "stop", "list", "logs"]
MONITOR_SUBCOMMANDS = ["start", "stop"]
EXPERIMENT_SUBCOMMANDS = ["run", "list", "show"]
COMMAND_LINES = [
    [],
    *([name] for name in SUBCOMMANDS),
    *(["app", name] for name in APP_SUBCOMMANDS),
    *(["monitor", name] for name in MONITOR_SUBCOMMANDS),
    *(["experiment", name] for name in EXPERIMENT_SUBCOMMANDS),
]
PRODUCE_OPTIONS = (
    "--recording --replay --rate --duration --count --sensors --max-delay --seed --wrong-type --missing --extra "
    "--topic-suffix --partitions --json --help --time-factor --transport --self-test"
)


@pytest.mark.parametrize("command_line", COMMAND_LINES, ids=" ".join)
def test_help_ends_with_an_example_of_the_command(command: Command, command_line: list[str]) -> None:
    exit_code, told, _ = command(*command_line, "--help")
    assert exit_code == 0
    assert re.search(rf"Examples?:\s*\n\s*{' '.join(['mysimbdp', *command_line])}\b", told)


def test_the_commands_are_those_of_the_design() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]  # typer's group has no public type
    assert list(commands) == SUBCOMMANDS
    assert list(commands["app"].commands) == APP_SUBCOMMANDS
    assert list(commands["experiment"].commands) == EXPERIMENT_SUBCOMMANDS


def test_produce_has_the_options_that_scripts_use(command: Command) -> None:
    assert set(re.findall(r"│ (--[a-z-]+)", command("produce", "--help").stdout)) == set(PRODUCE_OPTIONS.split())


def test_purging_says_what_it_keeps(command: Command) -> None:
    assert "checkpoints too, except those in MYSIMBDP_CHECKPOINTS" in re.sub(
        r"[\s│]+", " ", command("down", "--help").stdout
    )


@pytest.mark.parametrize("command_line", [[], ["app"], ["experiment"]], ids=" ".join)
def test_without_a_subcommand_the_help_is_shown(command: Command, command_line: list[str]) -> None:
    exit_code, told, complaint = command(*command_line)
    assert (exit_code, complaint) == (2, "")
    assert "Commands" in told
