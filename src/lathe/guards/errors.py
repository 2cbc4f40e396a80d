"""What can go wrong with guards."""

from __future__ import annotations

from lathe.basics.errors import LatheError


class GuardError(LatheError):
    """A database that has no guards."""
