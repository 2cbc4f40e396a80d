"""What can go wrong with jobs."""

from lathe.basics.errors import LatheError


class JobError(LatheError):
    """A kind of job that nobody registered, or an engine that cannot run here."""


class Overstayed(LatheError):
    """A job that took longer than it may, and was told to stop."""
