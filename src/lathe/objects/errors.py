"""What can go wrong in an object store."""

from lathe.basics.errors import LatheError


class StoreError(LatheError):
    """A store did not do what was asked."""


class AddressError(StoreError):
    """The address of a store cannot be read."""


class ObjectMissing(StoreError):
    """The store has no object of that key."""


class StoreUnavailable(StoreError):
    """The store does not answer, or not as it should; the same request may succeed a little later."""
