"""Baskets: what a visitor means to buy, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lathe.audio.formats import Format, parse
from lathe.basics import clock
from lathe.basics.money import Money, total
from lathe.catalogue import credits, queries
from lathe.catalogue.models import Release, Track
from lathe.royalties.rules.cost import Cost
from lathe.sales import costs, offers, quotes, taxes
from lathe.sales.costs import Cut
from lathe.sales.errors import SalesError
from lathe.sales.models import Basket, BasketLine, Order
from lathe.sales.quotes import Asker, Quote
from lathe.storefronts.models import Storefront

MAX_LINES = 100
KEPT_FOR = timedelta(days=30)
"""After its last change. A session ends after two weeks without a visit, and nothing else leads to a basket."""


@dataclass(frozen=True)
class LineView:
    """One line as it is shown and sold now. `cost` is what it brings and costs the shop, where it has a price."""

    line: BasketLine
    release: Release
    track: Track | None
    title: str
    artist: str
    format_label: str
    quote: Quote
    tax: Money
    cost: Cost | None = None

    @property
    def price(self) -> Money | None:
        """What it adds to the total; None where it is not for sale."""
        return None if self.quote.refusal else self.quote.price

    @property
    def cut(self) -> Cut:
        return Cut(self.release, self.track, self.quote)


@dataclass(frozen=True)
class BasketView:
    """The basket reckoned for one buyer: prices include tax, lines that are not for sale cost nothing and say why.

    `is_too_small` says that one payment for all of it would cost more than it leaves, and the shop refuses that.
    """

    lines: tuple[LineView, ...]
    total: Money
    tax: Money
    tax_rate_bp: int
    is_too_small: bool = False

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def refused(self) -> tuple[LineView, ...]:
        return tuple(line for line in self.lines if line.price is None)

    @property
    def is_exact(self) -> bool:
        return all(line.quote.is_exact for line in self.lines)


def open_for(*, uid: str | None, storefront: Storefront) -> Basket:
    """The visitor's basket, or a new one where there is none."""
    found = peek(uid=uid, storefront=storefront)
    return found or Basket.objects.create(storefront=storefront)


def peek(*, uid: str | None, storefront: Storefront) -> Basket | None:
    """The visitor's basket if there is one; makes nothing."""
    try:
        key = UUID(uid or "")
    except ValueError:
        return None
    return Basket.objects.filter(uid=key, storefront=storefront).first()


@transaction.atomic
def add(*, basket: Basket, release: Release, track: Track | None, fmt: Format) -> BasketLine:
    """Put a cut in the basket; the same music in another format replaces the line. Raises SalesError when full."""
    Basket.objects.filter(id=basket.id).update(touched_at=clock.now())
    if track is None:
        basket.lines.filter(release=release, track__isnull=False).delete()
    elif basket.lines.filter(release=release, track__isnull=True).exists():
        raise SalesError(
            _("%s is in your basket already, whole. Remove it first to take single tracks.") % release.title
        )
    line, is_new = BasketLine.objects.update_or_create(
        basket=basket, release=release, track=track, defaults={"format": str(fmt)}
    )
    if is_new and basket.lines.count() > MAX_LINES:
        raise SalesError(_("A basket holds %d lines. Check out first, then go on.") % MAX_LINES)
    return line


def remove(*, basket: Basket, line_id: int) -> None:
    """Take a line out; one that is gone already is as good."""
    basket.lines.filter(id=line_id).delete()


def forget_old() -> int:
    """Delete the baskets that nobody touched for longer than a session lives, lines and all; returns how many.

    A basket whose order still waits for payment stays: the buyer may come back to it.
    """
    waiting = Order.objects.filter(state=Order.State.PENDING, basket_uid__isnull=False).values("basket_uid")
    old = Basket.objects.filter(touched_at__lt=clock.now() - KEPT_FOR).exclude(uid__in=waiting)
    count = old.count()
    old.delete()
    return count


def view(basket: Basket | None, asker: Asker) -> BasketView:
    """Reckon the basket for a buyer."""
    lines = list(basket.lines.select_related("track").order_by("id")) if basket else []
    releases = {
        item.id: item
        for item in queries.releases(include_unpublished=True).filter(id__in={line.release_id for line in lines})
    }
    rate = taxes.rate_bp(asker.territory, asker.at.date())
    views = _decided([_line(line, releases[line.release_id], asker, rate) for line in lines], asker)
    front, sold = asker.storefront, [item for item in views if item.price is not None]
    due = total([item.price for item in sold if item.price is not None], front.currency)
    return BasketView(
        lines=views,
        total=due,
        tax=total([item.tax for item in sold], front.currency),
        tax_rate_bp=rate,
        is_too_small=costs.is_refused(front, costs.whole(front, [item.cost for item in sold], due)),
    )


def _decided(views: Sequence[LineView], asker: Asker) -> tuple[LineView, ...]:
    """The lines with what they cost, and those refused that the storefront does not sell at their price."""
    return tuple(
        replace(item, quote=offers.decided(asker.storefront, item.quote, reckoned), cost=reckoned)
        for item, reckoned in zip(views, costs.reckon(asker, [item.cut for item in views]), strict=True)
    )


def _line(line: BasketLine, release: Release, asker: Asker, rate_bp: int) -> LineView:
    fmt = parse(line.format)
    quoted = quotes.release(release, fmt, asker)
    quote = quoted.whole if line.track_id is None else quoted.tracks[line.track_id]
    track = next((item for item in release.tracks.all() if item.id == line.track_id), None)
    return LineView(
        line=line,
        release=release,
        track=track,
        title=track.title if track else release.title,
        artist=credits.line(release),
        format_label=quotes.label(release, fmt) if track is None else quotes.track_label(track, fmt),
        quote=quote,
        tax=taxes.part(quote.price, rate_bp) if quote.price else Money.zero(asker.storefront.currency),
    )
