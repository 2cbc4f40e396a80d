"""The release page, its quotes, and the pages of single tracks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from lathe.catalogue import credits, queries
from lathe.catalogue.errors import CatalogueError
from lathe.catalogue.models import Credit, Release, Track
from lathe.web import cards, chooser, htmx, proof, release_page, visitor
from lathe.web.cards import Option


@require_safe
def release(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a release. The chooser opens on what the address asks for, 'my usual', or the studio master."""
    item = _release(slug)
    return render(request, "web/release.html", _page(request, item))


@require_safe
def quote(request: HttpRequest, slug: str) -> HttpResponse:
    """Price and size for the fields sent: the parts of the page that change, or without htmx the whole page."""
    item = _release(slug)
    if not htmx.asked(request):
        return render(request, "web/release.html", _page(request, item))
    changed = release_page.context(request, item, request.GET.dict())
    return render(request, "web/parts/quote.html", {**changed, "swapped": True})


@require_safe
def track(request: HttpRequest, slug: str, track_slug: str) -> HttpResponse:
    """The page of one track: it plays, it is proven, and it is bought in the cut chosen here."""
    try:
        item = queries.track(slug, track_slug)
    except CatalogueError as missing:
        raise Http404(str(missing)) from missing
    page = release_page.context(request, item.release, request.GET.dict())
    row = next(row for row in page["rows"] if row.track.id == item.id)
    shown = {
        **page,
        "row": row,
        "track": item,
        "credits": _credited(item),
        "proof": proof.of(item),
        "plain_options": _plain_options(request, page["stub"].plain),
        "url": cards.url(item.release),
    }
    return render(request, "web/track.html", shown)


@require_safe
def wave(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The player set to a track, for the script that changes tracks without changing pages."""
    tracks = Track.objects.select_related("recording__master", "release")
    item = get_object_or_404(tracks, queries.shown("release"), uid=uid)
    return render(request, "web/parts/player.html", {"track": item})


def _release(slug: str) -> Release:
    try:
        item = queries.release(slug)
    except CatalogueError as missing:
        raise Http404(str(missing)) from missing
    if not item.tracks.all():
        raise Http404(gettext("%(title)s has no tracks yet.") % {"title": item.title})
    return item


def _page(request: HttpRequest, item: Release) -> dict[str, Any]:
    page = release_page.context(request, item, request.GET.dict())
    tracks = list(item.tracks.all())
    return {
        **page,
        "track": tracks[0],
        "plain_rows": release_page.plain_rows(request, item, page["state"]),
        "ownership": release_page.ownership(item, visitor.asker(request)),
        "composers": _people(item, Credit.Role.COMPOSER) or _people(item, Credit.Role.MAIN_ARTIST),
        "players": credits.players(item),
        "engineers": ", ".join(credit.artist.name for credit in _people(item, Credit.Role.ENGINEER)),
        "best": release_page.best_master(item),
        "proof": proof.of(release_page.best_track(item)),
        "page_title": cards.title(item),
    }


def _people(item: Release, role: Credit.Role) -> list[Credit]:
    return [credit for credit in item.credits.all() if credit.role == role and credit.track_id is None]


def _credited(item: Track) -> list[Credit]:
    return credits.of_track(item, item.release)


def _plain_options(request: HttpRequest, chosen: str) -> list[Option]:
    words = chooser.plain_words()
    choices = chooser.plain_formats(visitor.of(request).usual)
    return [
        Option(str(fmt), f"{words[name].title}: {chooser.short_label(fmt)}", name == chosen)
        for name, fmt in choices.items()
    ]
