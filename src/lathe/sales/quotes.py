"""What a cut would cost this buyer, here and now, and how large it would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lathe.audio import plan
from lathe.audio.formats import Format
from lathe.basics import clock
from lathe.basics.money import Money
from lathe.catalogue.models import Release, Track
from lathe.delivery import cuts, sizes
from lathe.rights import queries as rights
from lathe.rights.models import Deal, Grant
from lathe.rights.queries import Answer, ReleaseAnswer
from lathe.rights.rules import No, Yes
from lathe.sales import owned, refusals, rules
from lathe.sales.owned import Owned
from lathe.storefronts import rules as pricing
from lathe.storefronts.models import Storefront
from lathe.storefronts.rules import Pricing


@dataclass(frozen=True)
class Asker:
    """Who asks: through which storefront, from where, when, and owning what."""

    storefront: Storefront
    territory: str
    at: datetime = field(default_factory=clock.now)
    owned: Owned = field(default_factory=Owned)


@dataclass(frozen=True)
class Quote:
    """Price and size of one cut. `refusal` says why it is not for sale, and is empty where it is.

    `price` is None where there is none to name; one that the shop does not sell at, `is_below_cost`, stays to be shown.

    `size_bytes` counts body bytes, exact or a ceiling ("at most"); `full_price` is what it costs who owns nothing;
    `is_covered` means the buyer already owns this cut.
    """

    price: Money | None
    full_price: Money | None
    size_bytes: int
    is_exact: bool
    refusal: str = ""
    is_covered: bool = False
    is_below_cost: bool = False
    deal: Deal | None = None
    grant: Grant | None = None


@dataclass(frozen=True)
class ReleaseQuote:
    """A quote for the whole release and one for each track alone, by the track's id."""

    whole: Quote
    tracks: dict[int, Quote]
    label: str


def release(release: Release, fmt: Format, asker: Asker) -> ReleaseQuote:
    """Quote a release and its tracks in a format. A master that has less than is asked gives all it has."""
    return _quote(release, fmt, asker, rights.of_release(release, asker.territory, asker.at, asker.storefront.code))


def releases(items: Sequence[Release], fmt: Format, asker: Asker) -> dict[int, ReleaseQuote]:
    """Quote many releases at once, by release id, for lists; a fixed number of queries."""
    answers = rights.availabilities(items, asker.territory, asker.at, asker.storefront.code)
    return {item.id: _quote(item, fmt, asker, answers[item.id]) for item in items}


def label(item: Release, fmt: Format) -> str:
    """What people read for the cut of a release: by its best master."""
    best = max((track.master for track in item.tracks.all()), key=lambda master: (master.bits, master.sample_rate_hz))
    return plan.label(cuts.of_master(fmt, best.source), best.source)


def track_label(track: Track, fmt: Format) -> str:
    """What people read for the cut of one track."""
    return plan.label(cuts.of_master(fmt, track.master.source), track.master.source)


def _quote(item: Release, fmt: Format, asker: Asker, answer: ReleaseAnswer) -> ReleaseQuote:
    tracks = list(item.tracks.all())
    formats = {track.id: cuts.of_master(fmt, track.master.source) for track in tracks}
    known = sizes.bodies([(track.master, formats[track.id]) for track in tracks])
    alone = {
        track.id: _priced(answer.tracks[track.id], [size], asker, owned.of_track(asker.owned, track, formats[track.id]))
        for track, size in zip(tracks, known, strict=True)
    }
    holding = owned.of_release(asker.owned, [(track, formats[track.id]) for track in tracks])
    return ReleaseQuote(_priced(answer.release, known, asker, holding), alone, label(item, fmt))


def _priced(answer: Answer, parts: Sequence[sizes.Size], asker: Asker, holding: owned.Holding) -> Quote:
    size, exact = sum(part.ceiling_bytes for part in parts), all(part.exact for part in parts)
    if isinstance(answer, No):
        return Quote(None, None, size, exact, refusal=refusals.sentence(answer), is_covered=holding.is_covered)
    deal, grant = _papers(answer)
    full = price_of(deal, asker.storefront, size)
    price = Money.zero(full.currency) if holding.is_covered else rules.upgrade(full, holding.paid(full.currency))
    return Quote(price, full, size, exact, is_covered=holding.is_covered, deal=deal, grant=grant)


def price_of(deal: Deal, storefront: Storefront, body_bytes: int) -> Money:
    """The price by the storefront's policy, never below the deal's floor."""
    return pricing.price(
        pricing=Pricing(storefront.pricing),
        list_price=deal.price,
        floor=deal.floor,
        body_bytes=body_bytes,
        size_price=storefront.size_price,
    )


def _papers(answer: Yes[Deal | Grant]) -> tuple[Deal, Grant]:
    if not isinstance(answer.deal, Deal) or not isinstance(answer.grant, Grant):
        raise TypeError("An availability must rest on a deal and a grant.")
    return answer.deal, answer.grant
