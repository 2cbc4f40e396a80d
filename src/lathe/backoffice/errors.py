"""What can keep an operator's act from being done."""

from lathe.basics.errors import LatheError


class BackofficeError(LatheError):
    """An act that was not done; the message says why, and what to do."""


class Overtaken(BackofficeError):
    """Somebody acted on the same thing while the page was open, so what the operator saw is not so any more."""


class NothingToDo(BackofficeError):
    """The thing is in a state in which the act means nothing."""
