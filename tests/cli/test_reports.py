"""The command `figures` refuses what is not there before it starts anything."""

from tests.cli.conftest import Command


def test_a_figure_that_there_is_not_is_refused_in_one_sentence(command: Command) -> None:
    exit_code, told, complaint = command("figures", "speed", "sped")
    assert (exit_code, told) == (2, "")
    assert complaint.startswith("There is no figure sped; there are ablation, batch_cost, capacity, error_rate, ")
