"""Search, as a page and while typing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lathe.catalogue import credits
from lathe.discovery import search as discovery
from lathe.web import cards, htmx


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Releases, tracks and artists for some words; the nearest release is offered where nothing is found."""
    text = request.GET.get("q", "").strip()[:200]
    found = discovery.search(text)
    nearest = discovery.nearest(text) if text and found.is_empty else None
    shown = {
        "searched": text,
        "found": found,
        "cards": cards.of(request, found.releases),
        "price_heading": cards.price_heading(request),
        "nearest": nearest,
        "nearest_people": credits.line(nearest) if nearest else "",
    }
    return render(request, "web/parts/hits.html" if htmx.asked(request) else "web/search.html", shown)
