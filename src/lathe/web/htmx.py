"""Whether a request came from htmx, which wants a part of a page and not the whole."""

from __future__ import annotations

from django.http import HttpRequest


def asked(request: HttpRequest) -> bool:
    """Tell whether htmx asked for a part; a page taken from its history is asked for whole."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
