"""What the release page shows of a quote: plain choices, the stub with the sum, and the rows of tracks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from lathe.audio.formats import Format
from lathe.audio.source import Source
from lathe.basics.money import Money
from lathe.catalogue.models import Master, Release, Track
from lathe.pictures import waves
from lathe.sales import offers, quotes
from lathe.sales.quotes import Asker, Quote, ReleaseQuote
from lathe.storefronts.rules import Pricing
from lathe.web import chooser, visitor, waveforms
from lathe.web.chooser import State
from lathe.web.templatetags import shop


@dataclass(frozen=True)
class PlainRow:
    """One plain choice with what it costs this visitor."""

    name: str
    title: str
    sentence: str
    price: str
    size: str
    is_on: bool


@dataclass(frozen=True)
class Row:
    """One track of the list with its quote. Where `is_below_cost` the price stands, and the refusal beside it."""

    track: Track
    size: str
    price: str
    refusal: str
    is_below_cost: bool


@dataclass(frozen=True)
class Stub:
    """The lower part of the slip: what the chosen cut is, keeps and costs. `refusal` stands in place of the button."""

    fmt: Format
    plain: str
    label: str
    price: str
    counted: str
    per_track: str
    difference: str
    keeps: str
    unlit: tuple[bool, ...]
    button: str
    refusal: str
    is_below_cost: bool


def best_track(release: Release) -> Track:
    """The first track with the best master: the deepest, then the fastest. It stands for the release in the proof."""
    return max(release.tracks.all(), key=lambda track: (track.master.bits, track.master.sample_rate_hz))


def best_master(release: Release) -> Master:
    """The master that the chooser is built for."""
    return best_track(release).master


def context(request: HttpRequest, release: Release, sent: Mapping[str, str]) -> dict[str, Any]:
    """Everything a quote changes on the page, for a form's fields or an address."""
    known, asker = visitor.of(request), visitor.asker(request)
    source = best_master(release).source
    state = chooser.read(sent, source, known.usual)
    asked = offers.release(release, state.fmt, asker)
    return {
        "release": release,
        "state": state,
        "fields": chooser.fields(state, source),
        "stub": _stub(asked, state, source, asker),
        "rows": [_row(track, asked.tracks[track.id], asker) for track in release.tracks.all()],
        "gauge": waveforms.gauge(),
    }


def plain_rows(request: HttpRequest, release: Release, state: State) -> list[PlainRow]:
    """The plain choices; all show price and size at once, so that comparing needs no click."""
    known, asker = visitor.of(request), visitor.asker(request)
    words = chooser.plain_words()
    rows = []
    for name, fmt in chooser.plain_formats(known.usual).items():
        quote = quotes.release(release, fmt, asker).whole
        sentence = words[name].sentence
        if name == chooser.USUAL:
            sentence = gettext("%(cut)s, saved by you.") % {"cut": quotes.label(release, fmt)}
        title = words[name].title
        rows.append(
            PlainRow(name, title, sentence, _price(quote, asker), _size(quote, short=True), name == state.plain)
        )
    return rows


def ownership(release: Release, asker: Asker) -> str:
    """What the visitor owns of a release already, in a sentence; empty for nothing."""
    held = [asker.owned.entitlements.get(track.id, []) for track in release.tracks.all()]
    if not any(held):
        return ""
    if all(held):
        return gettext("You own a cut of this. You only pay the difference.")
    return gettext("You own some of these tracks. You only pay the difference.")


def _stub(asked: ReleaseQuote, state: State, source: Source, asker: Asker) -> Stub:
    quote = asked.whole
    lit = max(1, round(len(waveforms.gauge()) * chooser.share(state.fmt, source)))
    on = set(waves.order(len(waveforms.gauge()))[:lit])
    count = len(asked.tracks)
    tracks = ngettext("%(count)d track", "%(count)d tracks", count) % {"count": count}
    return Stub(
        fmt=state.fmt,
        plain=state.plain,
        label=asked.label,
        price=_price(quote, asker),
        counted=f"{tracks}, {_size(quote)}",
        per_track=_per_track(asked, asker),
        difference=_difference(quote),
        keeps=chooser.keeps(state.fmt, source),
        unlit=tuple(line not in on for line in range(len(waveforms.gauge()))),
        button=gettext("Cut it, nothing to pay")
        if quote.price is not None and not quote.price
        else gettext("Add to basket"),
        refusal=gettext(quote.refusal) if quote.refusal else "",
        is_below_cost=quote.is_below_cost,
    )


def _row(track: Track, quote: Quote, asker: Asker) -> Row:
    refusal = gettext(quote.refusal) if quote.refusal else ""
    return Row(track, _size(quote, short=True), _price(quote, asker), refusal, quote.is_below_cost)


def _price(quote: Quote, asker: Asker) -> str:
    """'10.77 €', 'at most 10.77 €' where the size that makes it is not exact yet, 'owned', or a dash."""
    if quote.is_covered:
        return gettext("owned")
    if quote.price is None:
        return "–"
    shown = shop.money(quote.price)
    return shown if _is_final(quote, asker) else gettext("at most %(price)s") % {"price": shown}


def _is_free(quote: Quote) -> bool:
    return quote.price is not None and not quote.price


def _is_final(quote: Quote, asker: Asker) -> bool:
    return quote.is_exact or Pricing(asker.storefront.pricing) is Pricing.BY_TRACK or not quote.price


def _size(quote: Quote, *, short: bool = False) -> str:
    shown = shop.size(quote.size_bytes)
    if quote.is_exact:
        return shown
    return f"≤ {shown}" if short else gettext("at most %(size)s") % {"size": shown}


def _per_track(asked: ReleaseQuote, asker: Asker) -> str:
    prices: list[Money] = [quote.price for quote in asked.tracks.values() if quote.price and not quote.refusal]
    if len(asked.tracks) < 2 or not prices:
        return ""
    least = min(prices, key=lambda price: price.minor)
    is_same = all(price == least for price in prices) and Pricing(asker.storefront.pricing) is Pricing.BY_TRACK
    words = gettext("one track %(price)s") if is_same else gettext("one track from %(price)s")
    return words % {"price": shop.money(least)}


def _difference(quote: Quote) -> str:
    if quote.is_covered:
        return gettext("You have paid for this.")
    if quote.price is None or quote.full_price is None or quote.full_price == quote.price:
        return ""
    paid = quote.full_price - quote.price
    return gettext("%(full)s less %(paid)s you paid before") % {
        "full": shop.money(quote.full_price),
        "paid": shop.money(paid),
    }
