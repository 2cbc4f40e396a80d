"""Hands a finished file to nginx or to the store, where LATHE_SENDS says so; this process then sends no byte of it.

Conditions were answered before. A request with If-Match or If-Range stays here: nginx and the stores compare them with
entity tags of their own, which are not ours.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from lathe.delivery import whole
from lathe.delivery.blueprints import Blueprint
from lathe.objects.errors import StoreError

INTERNAL = "/_lathe/renditions/"
"""Where nginx finds the folder of cut files; nobody outside can ask for it. See docs/running-at-scale.md."""

log = logging.getLogger("lathe.web")


def may_be(request: HttpRequest) -> bool:
    """Whether somebody else may answer this request."""
    is_ours = {"If-Match", "If-Range"} & set(request.headers)
    return settings.LATHE_SENDS != "itself" and request.method == "GET" and not is_ours


def place(plan: Blueprint) -> whole.Place | None:
    """Where a file lies whole; None where it does not, or the store does not answer: then it is sent from here."""
    try:
        return whole.place(plan)
    except StoreError as broken:
        log.warning("The store could not be asked for %s: %s", plan.name, broken)
        return None


def answer(found: whole.Place, media_type: str, headers: dict[str, str]) -> HttpResponse:
    """Tell nginx the path of a file, or the client its address in the store (RFC 9110, 15.4.3)."""
    if found.url is not None:
        return HttpResponse(status=302, headers={"Location": found.url, "Cache-Control": headers["Cache-Control"]})
    said = {name: value for name, value in headers.items() if name != "Accept-Ranges"}  # nginx says that itself
    said["X-Accel-Redirect"] = f"{INTERNAL}{found.object_key}"
    return HttpResponse(content_type=media_type, headers=said)
