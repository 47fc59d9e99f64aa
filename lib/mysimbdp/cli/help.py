"""What all help pages share."""


def examples(*commands: str) -> str:
    """The end of a help page."""
    title = "Examples:" if len(commands) > 1 else "Example:"
    return "\n".join([title, *commands])
