"""What can go wrong with reports."""

from lathe.basics.errors import LatheError


class ReportError(LatheError):
    """A party or a month that cannot be reported on."""
