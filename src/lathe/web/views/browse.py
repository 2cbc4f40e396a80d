"""Home, artists and genres."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from lathe.catalogue import queries
from lathe.catalogue.errors import CatalogueError
from lathe.web import cards, listing

WALL = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The lead release, what is new, and everything."""
    newest = queries.new_releases(WALL + 1)
    table = listing.context(request, url=reverse("web:home"), heading=gettext("Everything"))
    is_plain = not request.GET
    return render(
        request,
        "web/home.html",
        {
            **table,
            "section": "browse",
            "lead": cards.lead(request, newest[0]) if newest and is_plain else None,
            "wall": cards.of(request, newest[1:]) if is_plain else [],
            "price_options": cards.price_options(request),
        },
    )


@require_safe
def artist(request: HttpRequest, slug: str) -> HttpResponse:
    """All releases an artist is credited on."""
    try:
        person = queries.artist(slug)
    except CatalogueError as missing:
        raise Http404(str(missing)) from missing
    return _narrowed(request, person.name, {"artist": person.slug}, reverse("web:artist", args=[person.slug]))


@require_safe
def genre(request: HttpRequest, slug: str) -> HttpResponse:
    """All releases of a genre."""
    named = {facet.slug: facet.name for facet in queries.genres()}
    if slug not in named:
        raise Http404(gettext("There is no genre %(genre)s in this shop.") % {"genre": slug})
    return _narrowed(request, named[slug], {"genre": slug}, reverse("web:genre", args=[slug]))


def _narrowed(request: HttpRequest, title: str, fixed: dict[str, str], url: str) -> HttpResponse:
    table = listing.context(request, url=url, heading=gettext("Releases"), fixed=fixed)
    shown = {**table, "section": "browse", "page_title": title, "price_options": cards.price_options(request)}
    return render(request, "web/narrowed.html", shown)
