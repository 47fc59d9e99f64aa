"""What goes wrong in words a user can act on, with the exit code scripts rely on."""


class KitError(Exception):
    """Something failed while working; the message is one sentence that names the thing and the fix."""

    exit_code = 1


class UsageError(KitError):
    """The request itself cannot be right (option, setting, file); nothing has been started."""

    exit_code = 2
