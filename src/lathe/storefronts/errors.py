"""What can go wrong with storefronts."""

from lathe.basics.errors import LatheError


class StorefrontError(LatheError):
    """No storefront answers, or its settings contradict each other."""
