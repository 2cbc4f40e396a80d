"""What can go wrong when a picture is asked for."""

from lathe.basics.errors import LatheError


class PictureError(LatheError):
    """A picture that cannot be drawn or encoded as asked; the text says which value and what to pass instead."""
