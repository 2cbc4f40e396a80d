"""What can go wrong in the catalogue."""

from lathe.basics.errors import LatheError


class CatalogueError(LatheError):
    """Something named is not in the catalogue, or contradicts what is."""
