"""The test cards, as data: what each does and which country it is from. No other number is taken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Answer(Enum):
    """What the bank of a card says."""

    PAYS = "pays"
    DECLINED = "declined"
    INSUFFICIENT = "insufficient"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Card:
    """A test card: its number without spaces, its bank's answer, its country (ISO 3166)."""

    number: str
    answer: Answer
    country: str = "DE"

    @property
    def spaced(self) -> str:
        """The number in groups of four, as it is printed on a card."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242", Answer.PAYS),
        Card("4000002760000016", Answer.PAYS, "DE"),
        Card("4000002500000003", Answer.PAYS, "FR"),
        Card("4000000400000008", Answer.PAYS, "AT"),
        Card("4000007560000009", Answer.PAYS, "CH"),
        Card("4000005280000002", Answer.PAYS, "NL"),
        Card("4000008260000000", Answer.PAYS, "GB"),
        Card("4000000000000002", Answer.DECLINED),
        Card("4000000000009995", Answer.INSUFFICIENT),
    )
}
"""By number."""


def read(text: str) -> Card:
    """The test card of a number as it was typed, spaces and hyphens aside; one that answers UNKNOWN for any other."""
    number = "".join(text.replace("-", " ").split())
    return CARDS.get(number, Card(number, Answer.UNKNOWN, ""))
