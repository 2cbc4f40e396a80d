"""The rate card: which of its lines a deal without a price of its own has its price from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from lathe.rights.models import Deal, Rate


def find(deal: Deal, card: Mapping[str, Sequence[Rate]], territory: str, day: date) -> Rate | None:
    """The line that counts on the buyer's day: the one for the territory first, then the latest that has begun, then
    the latest recorded. None where the card says nothing.

    `card` holds lines by price code in order of recording. A deal with a wholesale price takes lines of its currency
    alone; one with a price type takes lines of that type or of none.
    """
    fitting = [rate for rate in card.get(deal.price_code, ()) if rate.starts_on <= day and _fits(rate, deal, territory)]
    return max(
        enumerate(fitting),
        key=lambda pair: (bool(pair[1].territory), bool(pair[1].scope), pair[1].starts_on, pair[0]),
        default=(0, None),
    )[1]


def _fits(rate: Rate, deal: Deal, territory: str) -> bool:
    scope = Rate.Scope.RELEASE if deal.track_id is None else Rate.Scope.TRACK
    return (
        rate.territory in ("", territory)
        and rate.scope in ("", scope)
        and rate.price_type in ("", deal.price_type)
        and (deal.wholesale_minor is None or rate.currency == deal.currency)
    )
