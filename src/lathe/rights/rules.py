"""Availability: the one pure decision whether something may be sold, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Generic, TypeVar

from lathe.basics.territory import TerritorySet
from lathe.rights.reasons import Reason

VERSION = 1
"""Of the rules in this file; kept with each decision. Raise it when the same papers would give another answer."""

PERMANENT_DOWNLOAD = "PermanentDownload"
"""DDEX's UseType for a file the buyer keeps: the one use that is sold here. `Download` is another."""
PAY_AS_YOU_GO = "PayAsYouGoModel"
"""DDEX's CommercialModelType of a sale; deals of other models are recorded and never sold."""
MAKE_AVAILABLE = "MakeAvailable"
"""The right a grant must give to carry a sale."""
LONGEST_CLIP_S = 3600
"""Who lets people hear more than an hour before they buy lets them hear it all."""

Ref = TypeVar("Ref")
Bound = datetime | None


@dataclass(frozen=True, slots=True)
class Ask:
    """Where the buyer is and when: `at` is an instant, `local` and `day` are the buyer's own time and date.

    `storefront` is the code of the shop front that is asked; empty is none in particular, and what is limited to some
    is not sold there.
    """

    territory: str
    at: datetime
    local: datetime
    day: date
    use: str = PERMANENT_DOWNLOAD
    storefront: str = ""

    @classmethod
    def of(
        cls, territory: str, at: datetime, zone: tzinfo, *, use: str = PERMANENT_DOWNLOAD, storefront: str = ""
    ) -> Ask:
        """Ask about an aware moment; `zone` is the one the buyer's territory keeps."""
        local = at.astimezone(zone).replace(tzinfo=None)
        return cls(territory, at, local, local.date(), use, storefront)


@dataclass(frozen=True, slots=True)
class Window:
    """When a term holds, both ends inclusive; no end is for ever.

    A date is the buyer's own. `starts_at` and `ends_at` say it to the second, in place of the date: with a zone they
    are that instant, without one they are read on the buyer's own clock.
    """

    starts_on: date
    ends_on: date | None = None
    starts_at: Bound = None
    ends_at: Bound = None

    def phase(self, ask: Ask) -> int:
        """Where the moment lies: -1 before the window, 0 within, 1 after it."""
        start, end = self.starts_at, self.ends_at
        if start is None:
            if ask.day < self.starts_on:
                return -1
        elif (ask.local if start.tzinfo is None else ask.at) < start:
            return -1
        if end is None:
            return 1 if self.ends_on is not None and self.ends_on < ask.day else 0
        return 1 if end < (ask.local if end.tzinfo is None else ask.at) else 0


@dataclass(frozen=True, slots=True)
class Term(Generic[Ref]):
    """A grant or a deal as the decision needs it; `ref` is what stands behind it.

    `uses` are those it is good for. Empty `storefronts` are all, empty `names` all the grantor's music; else a grant
    covers what has one of these opaque names. `has_price` is False for a deal whose price cannot be told here and now.
    `orders_from` is the day from which the coming sale may be announced.
    """

    ref: Ref
    territories: TerritorySet
    window: Window
    uses: frozenset[str] = frozenset({PERMANENT_DOWNLOAD})
    storefronts: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    has_price: bool = True
    orders_from: date | None = None


@dataclass(frozen=True, slots=True)
class Facts(Generic[Ref]):
    """All that bears on one release or one track sold alone.

    `deals` are those of the thing itself; `has_release_deal` says that a track without one is sold with its release.
    `names` are its opaque names: of its release, and of its recording. `embargo_until` is the instant before which
    nothing of it is shown or sold.
    """

    is_published: bool
    is_suspended: bool
    grants: Sequence[Term[Ref]]
    deals: Sequence[Term[Ref]]
    has_release_deal: bool = False
    names: frozenset[str] = frozenset()
    embargo_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Yes(Generic[Ref]):
    """May be sold, carried by this deal and this grant."""

    deal: Ref
    grant: Ref


@dataclass(frozen=True, slots=True)
class No:
    """May not be sold. The first reason is the one to show; `day` is when the sale begins where PRE_ORDER says so."""

    reasons: tuple[Reason, ...]
    day: date | None = None

    @property
    def sentence(self) -> str:
        """What a buyer reads, the day as ISO 8601 writes it; pages translate it and write the day their own way."""
        return self.reasons[0].sentence.format(day=self.day)


def availability(facts: Facts[Ref], ask: Ask) -> Yes[Ref] | No:
    """Decide by publication ∧ no embargo ∧ no suspension ∧ grant ∧ deal, each by use, storefront, territory and time.

    Among several terms that hold the one whose first day is latest counts, the later recorded where they tie
    (callers hand terms in order of recording).
    """
    grant, grant_lacks, _ = _best(facts.grants, ask, facts.names)
    deal, deal_lacks, day = _best(facts.deals, ask, facts.names)
    is_hidden = facts.embargo_until is not None and ask.at < facts.embargo_until
    if grant is not None and deal is not None and facts.is_published and not facts.is_suspended and not is_hidden:
        return Yes(deal.ref, grant.ref)
    stops = [] if facts.is_published else [Reason.NOT_PUBLISHED]
    if is_hidden:
        stops.append(Reason.EMBARGO)
    if facts.is_suspended:
        stops.append(Reason.SUSPENDED)
    if grant is None:
        stops.append(_GRANT_LACKS[grant_lacks])
    if deal is None:
        is_alone = deal_lacks == _NONE and facts.has_release_deal
        stops.append(Reason.NOT_ALONE if is_alone else _DEAL_LACKS[deal_lacks])
    return No(tuple(stops), day if stops[-1] is Reason.PRE_ORDER else None)


def whole(release: Yes[Ref] | No, tracks: Sequence[Yes[Ref] | No]) -> Yes[Ref] | No:
    """A release is sold whole only where none of its tracks is barred by its territory, its mandate or a stop sign.

    A track that merely has no deal of its own does not stand in the way: the release's deal carries it.
    """
    if isinstance(release, No):
        return release
    barred = any(isinstance(track, No) and not _BARS.isdisjoint(track.reasons) for track in tracks)
    return No((Reason.TRACK_MISSING,)) if barred else release


_BARS = frozenset({Reason.DEAL_TERRITORY, Reason.GRANT_TERRITORY, Reason.GRANT_REPERTOIRE, Reason.SUSPENDED})

_NONE, _NAMED, _USED, _FRONTED, _PLACED, _OVER, _AHEAD, _UNPRICED, _NOTHING = range(9)
"""How far a term comes before something is lacking; what the one that comes furthest lacks is the reason to name."""
_GRANT_LACKS = (
    *(Reason.NO_GRANT, Reason.GRANT_REPERTOIRE, Reason.GRANT_RIGHT, Reason.GRANT_STOREFRONT, Reason.GRANT_TERRITORY),
    *(Reason.GRANT_WINDOW, Reason.GRANT_WINDOW, Reason.GRANT_WINDOW),
)
_DEAL_LACKS = (
    *(Reason.NO_DEAL, Reason.NO_DEAL, Reason.DEAL_USE, Reason.DEAL_STOREFRONT, Reason.DEAL_TERRITORY),
    *(Reason.DEAL_WINDOW, Reason.PRE_ORDER, Reason.NO_PRICE),
)


def _best(terms: Sequence[Term[Ref]], ask: Ask, names: frozenset[str]) -> tuple[Term[Ref] | None, int, date | None]:
    """The term that counts; else how far the nearest got, and the first day of the earliest that is announced."""
    best: Term[Ref] | None = None
    furthest, day = _NONE, None
    for term in terms:
        lacks = _lacks(term, ask, names)
        if lacks == _NOTHING:
            if best is None or term.window.starts_on >= best.window.starts_on:
                best = term
        elif lacks > furthest:
            furthest = lacks
        if lacks == _AHEAD and (day is None or term.window.starts_on < day):
            day = term.window.starts_on
    return best, furthest, day


def _lacks(term: Term[Ref], ask: Ask, names: frozenset[str]) -> int:
    """What keeps a term from holding, as a step of the range above."""
    lacks = _NOTHING
    if term.names and term.names.isdisjoint(names):
        lacks = _NAMED
    elif ask.use not in term.uses:
        lacks = _USED
    elif term.storefronts and ask.storefront not in term.storefronts:
        lacks = _FRONTED
    elif ask.territory not in term.territories:
        lacks = _PLACED
    elif phase := term.window.phase(ask):
        is_announced = phase < 0 and term.orders_from is not None and term.orders_from <= ask.day
        lacks = _AHEAD if is_announced else _OVER
    elif not term.has_price:
        lacks = _UNPRICED
    return lacks
