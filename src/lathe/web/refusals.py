"""What is answered where a file or a preview cannot be sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from lathe.delivery.errors import DeliveryError, LinkExpired, LinkInvalid, NotOwned


def plain_error(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """A page for people who opened the address, text for programs that fetch it.

    What rooms below say is plain English, so it is translated here.
    """
    message = gettext(message)
    if "text/html" in request.headers.get("Accept", ""):
        return render(request, "web/file_refused.html", {"reason": message}, status=status)
    return HttpResponse(f"{message}\n", status=status, content_type="text/plain; charset=utf-8")


def status_of(refused: DeliveryError) -> int:
    """The status of a refusal: gone, forbidden, or not possible at the moment."""
    if isinstance(refused, LinkExpired):
        return 410
    return 403 if isinstance(refused, (LinkInvalid, NotOwned)) else 503
