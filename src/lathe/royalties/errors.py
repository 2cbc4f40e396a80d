"""What can go wrong with royalties."""

from lathe.basics.errors import LatheError


class RoyaltyError(LatheError):
    """Terms, splits or payments that contradict themselves or what is on record."""


class BadTerms(RoyaltyError):
    """A file of terms with mistakes in it; the message lists every one by its place."""


class NoContract(RoyaltyError):
    """A party with no contract on the day asked for."""
