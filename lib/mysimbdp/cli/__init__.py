"""The command `mysimbdp`: every subcommand is one call of the library, with its outcome in words, tables or JSON."""

from mysimbdp.cli.main import main

__all__ = ["main"]
