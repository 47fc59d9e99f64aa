"""The command `mysimbdp`: every subcommand is one call of the library, with its outcome in words, tables or JSON."""

import sys
from typing import NoReturn

INTERRUPTED = 130  # what shells report of a command that Ctrl-C ended


def main() -> NoReturn:
    """Run the command line of this process."""
    try:
        from mysimbdp.cli.main import run  # takes a second, in which Ctrl-C may come too

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
