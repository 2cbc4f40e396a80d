"""What can go wrong with rights."""

from lathe.basics.errors import LatheError


class RightsError(LatheError):
    """A grant or deal cannot be read or contradicts itself."""


class DealsRefused(RightsError):
    """A file of deals that was not imported; `problems` names every bad row, one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class NotAvailable(LatheError):
    """What was asked for may not be sold to this buyer here and now; the message is the reason."""
