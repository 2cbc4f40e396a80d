"""The stream of news about the cuts that a library page waits for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from lathe.web import library_page, progress, threads, visitor
from lathe.web.progress import MOST_CUTS, STREAMS, Full, Watched

HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
"""The second tells nginx to pass every event on at once."""


@require_safe
async def news(request: HttpRequest) -> HttpResponseBase:
    """Send what becomes of the cuts that `cut` names, as `release~format~order` each, of this visitor's library."""
    address = visitor.address(request)
    try:
        STREAMS.check(address)
    except Full:
        return HttpResponse(gettext("Too many pages wait at once."), status=429, headers={"Retry-After": "30"})
    watched = await threads.run(_watched, request)
    events = _counted(address, watched, get_language() or "en")
    return StreamingHttpResponse(events, content_type="text/event-stream; charset=utf-8", headers=HEADERS)


async def _counted(address: str, watched: list[Watched], language: str) -> AsyncIterator[str]:
    with STREAMS.one(address):
        async with aclosing(progress.stream(watched, language)) as events:
            async for event in events:
                yield event


def _watched(request: HttpRequest) -> list[Watched]:
    """The cuts that are named and are this visitor's; others are passed over."""
    named: dict[UUID, set[tuple[str, str]]] = {}
    for text in request.GET.getlist("cut")[:MOST_CUTS]:
        release, _, rest = text.partition("~")
        fmt, _, order = rest.partition("~")
        try:
            named.setdefault(UUID(release), set()).add((fmt, order))
        except ValueError:
            continue
    return [
        slip.watched
        for release_uid, cuts in named.items()
        for shelf in library_page.shelves(request, release_uid)
        for slip in shelf.slips
        if (slip.fmt, slip.order) in cuts
    ]
