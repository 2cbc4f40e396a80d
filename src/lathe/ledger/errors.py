"""What can go wrong in the books."""

from lathe.basics.errors import LatheError


class LedgerError(LatheError):
    """An entry or an account that the books do not take."""


class Unbalanced(LedgerError):
    """Entries that do not sum to zero in every currency."""


class KeyReused(LedgerError):
    """A key that already names a transaction with other content."""


class PeriodRefused(LedgerError):
    """A month that cannot close (yet)."""


class NoRate(LedgerError):
    """Two currencies with no exchange rate for the day asked for."""
