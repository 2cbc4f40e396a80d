"""What is offered to a buyer: quotes, and whether the shop sells at their prices."""

from __future__ import annotations

from dataclasses import replace

from lathe.audio.formats import Format
from lathe.catalogue.models import Release
from lathe.royalties.rules.cost import Cost
from lathe.sales import costs, quotes
from lathe.sales.costs import Cut
from lathe.sales.quotes import Asker, Quote, ReleaseQuote
from lathe.storefronts.models import Storefront
from lathe.storefronts.rules import BelowCost


def release(release: Release, fmt: Format, asker: Asker) -> ReleaseQuote:
    """Quote a release and its tracks, each refused where the storefront refuses its price as below cost.

    Where the storefront only flags such sales, nothing is reckoned and nothing shows.
    """
    quoted = quotes.release(release, fmt, asker)
    if asker.storefront.below_cost != BelowCost.REFUSE.value:
        return quoted
    tracks = [track for track in release.tracks.all() if track.id in quoted.tracks]
    cuts = [Cut(release, None, quoted.whole), *(Cut(release, track, quoted.tracks[track.id]) for track in tracks)]
    found = [
        decided(asker.storefront, cut.quote, reckoned)
        for cut, reckoned in zip(cuts, costs.reckon(asker, cuts), strict=True)
    ]
    alone = {track.id: quote for track, quote in zip(tracks, found[1:], strict=True)}
    return replace(quoted, whole=found[0], tracks=alone)


def decided(storefront: Storefront, quote: Quote, reckoned: Cost | None) -> Quote:
    """A quote, refused where the storefront does not sell at its cost; the price stays, to be shown."""
    if not costs.is_refused(storefront, reckoned):
        return quote
    return replace(quote, refusal=costs.sentence(), is_below_cost=True)
