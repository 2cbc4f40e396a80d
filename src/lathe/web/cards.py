"""Releases as lists show them, with a price each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from lathe.audio import formats
from lathe.audio.formats import Format
from lathe.basics.money import Money
from lathe.catalogue import credits, queries
from lathe.catalogue.models import Release, Track
from lathe.sales import quotes
from lathe.sales.quotes import ReleaseQuote
from lathe.web import chooser, visitor

PRICES_KEY = "prices_for"


@dataclass(frozen=True)
class Card:
    """A release on a wall or in a table. `price` is None where it is not for sale to this visitor."""

    release: Release
    url: str
    title: str
    players: str
    master: str
    duration_s: float
    price: Money | None


@dataclass(frozen=True)
class Lead:
    """The release a home page opens with, the track it plays, and the least a cut of it costs."""

    release: Release
    url: str
    by: str
    track: Track | None
    duration_s: float
    price: Money | None


@dataclass(frozen=True)
class Option:
    """One entry of a select."""

    value: str
    text: str
    is_on: bool


def of(request: HttpRequest, releases: Sequence[Release]) -> list[Card]:
    """Cards for releases, priced in the format the visitor compares by; a fixed number of queries."""
    asked = quotes.releases(releases, price_format(request), visitor.asker(request))
    return [_card(release, asked[release.id].whole.price) for release in releases]


def lead(request: HttpRequest, release: Release) -> Lead:
    """A release as the home page opens with it."""
    smallest = next(iter(chooser.plain_formats(None).values()))
    asked = quotes.releases([release], smallest, visitor.asker(request))[release.id]
    players = credits.players(release)
    composer = credits.line(release)
    named = gettext("%(composer)s, played by %(players)s") % {"composer": composer, "players": players.split(",")[0]}
    tracks = list(release.tracks.all())
    return Lead(
        release=release,
        url=url(release),
        by=named if players else composer,
        track=tracks[0] if tracks else None,
        duration_s=queries.duration_s(release),
        price=_least(asked),
    )


def url(release: Release) -> str:
    return reverse("web:release", args=[release.slug])


def title(release: Release) -> str:
    """The title with the composer before it, as record shops file it: 'Satie: Gymnopédies'."""
    composers = credits.composers(release)
    family = composers[0].split()[-1] if len(composers) == 1 else ""
    return f"{family}: {release.title}" if family and family not in release.title else release.title


def price_format(request: HttpRequest) -> Format:
    """The format lists are priced in: the one chosen for lists, else 'my usual', else the studio master."""
    choices = chooser.plain_formats(visitor.of(request).usual)
    chosen = request.session.get(PRICES_KEY, "")
    return choices.get(chosen) or choices.get(chooser.USUAL) or formats.parse("flac")


def price_options(request: HttpRequest) -> list[Option]:
    """The formats lists may be priced in."""
    current = price_format(request)
    choices = chooser.plain_formats(visitor.of(request).usual)
    words = chooser.plain_words()
    return [
        Option(name, f"{words[name].title}: {chooser.short_label(fmt)}", fmt == current)
        for name, fmt in choices.items()
    ]


def price_heading(request: HttpRequest) -> str:
    """The format that a table's prices are for: 'FLAC', 'MP3 V0'."""
    return chooser.short_label(price_format(request))


def _card(release: Release, price: Money | None) -> Card:
    return Card(
        release=release,
        url=url(release),
        title=title(release),
        players=credits.players(release) or credits.line(release),
        master=queries.best_master(release),
        duration_s=queries.duration_s(release),
        price=price,
    )


def _least(asked: ReleaseQuote) -> Money | None:
    prices = [quote.price for quote in (asked.whole, *asked.tracks.values()) if quote.price is not None]
    return min(prices, key=lambda price: price.minor, default=None)
