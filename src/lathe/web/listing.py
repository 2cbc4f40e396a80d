"""The table of releases: narrowed, sorted and turned by address, so that every view of it can be linked to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext

from lathe.catalogue import queries
from lathe.catalogue.queries import Facet
from lathe.web import cards
from lathe.web.cards import Option

NARROWING = ("artist", "genre", "master")


@dataclass(frozen=True)
class Link:
    """One way to narrow the table."""

    name: str
    url: str
    count: int
    is_on: bool


@dataclass(frozen=True)
class Group:
    """The ways to narrow the table by one thing."""

    title: str
    items: Sequence[Link]


def context(request: HttpRequest, *, url: str, heading: str, fixed: dict[str, str] | None = None) -> dict[str, Any]:
    """What the part `everything.html` needs; `fixed` narrows the table for good, on an artist's or genre's page."""
    fixed = fixed or {}
    chosen = {name: request.GET[name] for name in NARROWING if request.GET.get(name) and name not in fixed}
    sort = request.GET.get("sort", "newest")
    narrowed = {**chosen, **fixed}
    page = queries.page(
        sort=sort,
        number=_number(request.GET.get("page", "")),
        artist=narrowed.get("artist", ""),
        genre=narrowed.get("genre", ""),
        master=narrowed.get("master", ""),
    )
    address = _Address(url, {**chosen, **({"sort": sort} if sort != "newest" else {})})
    return {
        "heading": heading,
        "list_url": url,
        "kept": list(chosen.items()),
        "sorts": [Option(value, text, value == sort) for value, text in _sorts()],
        "facets": [] if fixed else _facets(address, chosen),
        "cards": cards.of(request, list(page.items)),
        "page": page,
        "newer_url": address.to(page=str(page.number - 1)) if page.number > 1 else "",
        "older_url": address.to(page=str(page.number + 1)) if page.number < page.last else "",
        "price_heading": cards.price_heading(request),
    }


@dataclass(frozen=True)
class _Address:
    path: str
    query: dict[str, str]

    def to(self, **changes: str) -> str:
        query = {name: value for name, value in {**self.query, **changes}.items() if value}
        return f"{self.path}?{urlencode(query)}" if query else self.path


def _sorts() -> list[tuple[str, str]]:
    return [("newest", gettext("Newest first")), ("title", gettext("Title")), ("length", gettext("Length"))]


def _facets(address: _Address, chosen: dict[str, str]) -> list[Group]:
    known = [
        (gettext("Composer"), "artist", queries.composers()),
        (gettext("Genre"), "genre", queries.genres()),
        (gettext("Master"), "master", queries.masters()),
    ]
    return [
        Group(title, _links(address, name, chosen.get(name, ""), facets)) for title, name, facets in known if facets
    ]


def _links(address: _Address, name: str, current: str, facets: Sequence[Facet]) -> list[Link]:
    every = Link(gettext("All"), address.to(**{name: ""}), sum(facet.count for facet in facets), not current)
    return [
        every,
        *(Link(facet.name, address.to(**{name: facet.slug}), facet.count, facet.slug == current) for facet in facets),
    ]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
