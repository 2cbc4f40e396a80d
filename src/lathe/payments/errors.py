"""What can go wrong with money on its way in."""

from lathe.basics.errors import LatheError


class PaymentError(LatheError):
    """A payment that cannot be started or given back."""


class UnknownProvider(PaymentError):
    """A name that is no payment provider, or one that is not switched on."""


class NoticeRefused(PaymentError):
    """A notice whose sender could not be proven, or that cannot be read. Nothing of it counts."""
