"""What happened in the demo shop before anybody looked: who bought what, when and where from. Pure, by a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

SEED = 1888
ORDERS = 60
DAYS = 92
_NAMES = UUID("5d0d1c3e-4b7b-4e6e-9a4f-0b7c7f3f1888")
_COUNTRIES = {"DE": 22, "FR": 14, "AT": 6, "NL": 6, "GB": 5, "CH": 4, "US": 5, "IT": 3, "SE": 2, "NO": 2}
_FORMATS = {"flac": 10, "mp3:cbr=320": 8, "mp3:vbr=0": 7, "opus:160": 5, "opus:128": 3, "wav": 2, "mp3:cbr=192": 2}
_CUSTOMERS = 34
REFUNDED = 37
"""Which order is given back, by its number in the story."""


@dataclass(frozen=True)
class Event:
    """One purchase. `pick` (0 to 1) chooses among what is on offer there; a whole release where `takes_whole`."""

    number: int
    at: datetime
    email: str
    territory: str
    format: str
    pick: float
    takes_whole: bool

    @property
    def basket_uid(self) -> UUID:
        """The same for the same event, so that a demo that was stopped goes on where it was."""
        return basket_uid(f"order {self.number}")


def basket_uid(name: str) -> UUID:
    """A basket's opaque id by its name in the story."""
    return uuid5(_NAMES, name)


def events(until: datetime) -> Iterator[Event]:
    """The purchases of the three months before `until`, oldest first; more of them towards the end, most at night."""
    chance = Random(SEED)  # noqa: S311 - it tells a story, nothing rests on it being secret
    shares = sorted(chance.random() ** 0.7 for _ in range(ORDERS))
    homes: dict[int, str] = {}
    for number, share in enumerate(shares, 1):
        customer = chance.randrange(_CUSTOMERS)
        home = homes.setdefault(customer, _weighted(chance, _COUNTRIES))
        day = until - timedelta(days=DAYS) + timedelta(days=int(share * (DAYS - 1)))
        at = day.replace(
            hour=chance.choice((7, 12, 17, 19, 20, 21, 22)), minute=chance.randrange(60), second=number % 60
        )
        yield Event(
            number=number,
            at=at,
            email=f"listener-{customer + 1:02}@example.net",
            territory=home,
            format=_weighted(chance, _FORMATS),
            pick=chance.random(),
            takes_whole=chance.random() < 0.45,
        )


def _weighted(chance: Random, weights: dict[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]
