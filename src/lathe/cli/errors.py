"""What can go wrong at the command line."""

from __future__ import annotations

from lathe.basics.errors import LatheError


class CommandError(LatheError):
    """A command that cannot do what was asked here; the text says what to do instead."""
