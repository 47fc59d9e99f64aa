"""Where progress is shown: one console, so that a bar and a line of steps do not write over each other.

On stderr, because scripts read stdout.
"""

from rich.console import Console

CONSOLE = Console(stderr=True)
