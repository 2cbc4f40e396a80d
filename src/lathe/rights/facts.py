"""Mandate and terms as values: what whoever records them hands to `actions`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lathe.basics.money import Money
from lathe.basics.territory import TerritorySet
from lathe.catalogue.models import Track
from lathe.rights.rules import MAKE_AVAILABLE, PAY_AS_YOU_GO, PERMANENT_DOWNLOAD


@dataclass(frozen=True)
class GrantFacts:
    """What a signed document says. Dates are inclusive; `document_sha256` names it in the documents store.

    `right` is named as DDEX does. `repertoire` holds opaque ids of releases and recordings, none for all that the
    grantor delivers; `storefronts` the codes of those it is limited to.
    """

    document_sha256: str
    document_name: str
    territories: TerritorySet
    signed_by: str
    signed_on: date
    starts_on: date
    ends_on: date | None = None
    right: str = MAKE_AVAILABLE
    repertoire: tuple[str, ...] = ()
    storefronts: tuple[str, ...] = ()


@dataclass(frozen=True)
class DealFacts:
    """Terms for a release, or for one track of it sold alone. Amounts are of one currency; dates are inclusive.

    A retail `price` (with `wholesale` beside it or not), a `price_code`, a `wholesale` price alone, or nothing: as the
    contract says. All but the first have their retail price from the rate card. `starts_at` and `ends_at` say the
    window to the second; without a zone they are the buyer's own time. `clip_s`: seconds that may be heard before
    buying, 1 to LONGEST_CLIP_S; None for all. `instant_tracks` are opaque ids.
    """

    track: Track | None
    price: Money | None
    floor: Money | None
    wholesale: Money | None
    territories: TerritorySet
    starts_on: date
    ends_on: date | None = None
    clip_s: int | None = None
    model: str = PAY_AS_YOU_GO
    uses: tuple[str, ...] = (PERMANENT_DOWNLOAD,)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    price_code: str = ""
    price_type: str = ""
    pre_order_from: date | None = None
    instant_tracks: tuple[str, ...] = ()
    storefronts: tuple[str, ...] = ()


@dataclass(frozen=True)
class RateFacts:
    """A line of the rate card, as `models.Rate` explains. `price` includes tax, `wholesale` does not."""

    code: str
    price: Money
    starts_on: date
    floor: Money | None = None
    wholesale: Money | None = None
    price_type: str = ""
    scope: str = ""
    territory: str = ""
