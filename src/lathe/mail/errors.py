"""What can go wrong with letters."""

from lathe.basics.errors import LatheError


class MailError(LatheError):
    """The mail server did not take a letter; it stays in the outbox."""
