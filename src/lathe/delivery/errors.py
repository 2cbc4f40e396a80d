"""What can go wrong with delivery."""

from lathe.basics.errors import LatheError


class DeliveryError(LatheError):
    """A file cannot be given; the message says why and what to do."""


class NotOwned(DeliveryError):
    """The buyer does not own this, or not in this format."""


class CutFailed(DeliveryError):
    """The encoder could not finish the cut; nothing was kept, nothing was charged."""


class LinkInvalid(DeliveryError):
    """A link whose signature does not hold."""


class LinkExpired(DeliveryError):
    """A link that was good and is too old."""


class TemplateError(DeliveryError):
    """A folder template that cannot be used; the message says why and what may stand in one."""
