"""What can go wrong with people."""

from lathe.basics.errors import LatheError


class AccountError(LatheError):
    """A person cannot be found or made as asked."""
