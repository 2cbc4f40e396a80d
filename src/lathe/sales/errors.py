"""What can go wrong in a sale."""

from lathe.basics.errors import LatheError


class SalesError(LatheError):
    """A sale cannot go on; the message says why and what was not lost."""


class OrderRefused(SalesError):
    """A checkout that cannot become an order. `field` names the part of the form to mend; empty for the basket."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class RefundRefused(SalesError):
    """An order that cannot be refunded (again)."""
