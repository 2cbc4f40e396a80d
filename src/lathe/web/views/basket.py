"""The basket."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from lathe.audio.errors import FormatError
from lathe.audio.formats import Format
from lathe.catalogue import queries
from lathe.catalogue.errors import CatalogueError
from lathe.catalogue.models import Release, Track
from lathe.sales import baskets, quotes
from lathe.sales.errors import SalesError
from lathe.web import basket_session, chooser, htmx, release_page, visitor


@require_safe
def basket(request: HttpRequest) -> HttpResponse:
    """What lies in the basket, and what it comes to here and now."""
    view = baskets.view(basket_session.find(request), visitor.asker(request))
    return render(request, "web/basket.html", {"view": view, "section": "basket"})


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put a release, or one track of it, in the basket in a format."""
    item = _release(request.POST.get("release", ""))
    track = _track(item, request.POST.get("track", ""))
    try:
        source = release_page.best_master(item).source
        fmt = chooser.ordered(request.POST.dict(), source, visitor.of(request).usual)
        baskets.add(basket=basket_session.open_for(request), release=item, track=track, fmt=fmt)
    except (FormatError, SalesError) as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, _added(item, track, fmt), extra_tags="basket")
    if not htmx.asked(request):
        return redirect("web:basket")
    found = basket_session.find(request)
    return render(
        request, "web/parts/added.html", {"swapped": True, "basket_count": found.lines.count() if found else 0}
    )


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take a line out, and stay on the page it was taken from."""
    found = basket_session.find(request)
    line = request.POST.get("line", "")
    if found and line.isascii() and line.isdigit() and len(line) < 18:
        baskets.remove(basket=found, line_id=int(line))
    is_checkout = request.POST.get("from") == "checkout" and found and found.lines.exists()
    return redirect(reverse("web:checkout" if is_checkout else "web:basket"))


def _release(slug: str) -> Release:
    try:
        item = queries.release(slug)
    except CatalogueError as missing:
        raise Http404(str(missing)) from missing
    if not item.tracks.all():
        raise Http404(gettext("%(title)s has no tracks yet.") % {"title": item.title})
    return item


def _track(item: Release, uid: str) -> Track | None:
    if not uid:
        return None
    try:
        wanted = UUID(uid)
    except ValueError as wrong:
        raise Http404(gettext("There is no such track.")) from wrong
    for track in item.tracks.all():
        if track.uid == wanted:
            return track
    raise Http404(gettext("%(title)s has no such track.") % {"title": item.title})


def _added(item: Release, track: Track | None, fmt: Format) -> str:
    cut = quotes.track_label(track, fmt) if track else quotes.label(item, fmt)
    return gettext("In your basket: %(title)s, %(cut)s.") % {"title": track.title if track else item.title, "cut": cut}
