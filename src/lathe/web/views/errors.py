"""The pages for what went wrong."""

from __future__ import annotations

import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lathe.objects.errors import StoreUnavailable
from lathe.storefronts.errors import StorefrontError


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: says what is missing where we know it."""
    reason = str(exception.args[0]) if exception.args and isinstance(exception.args[0], str) else ""
    return render(request, "web/404.html", {"reason": reason}, status=404)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return render(request, "web/403.html", status=403)


def no_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: the page was left open for long, or cookies are off."""
    return render(request, "web/403_form.html", status=403)


def locked_out(request: HttpRequest, *_details: Any, **_more: Any) -> HttpResponse:
    """429 after too many wrong passwords; a code by mail still lets its owner in."""
    return render(request, "web/429.html", status=429)


def malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return render(request, "web/400.html", status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """500; or 503 where the shop is not set up yet, or the database or a store does not answer: Django hands them all
    over as failures."""
    cause = sys.exc_info()[1]
    if isinstance(cause, (StorefrontError, OperationalError, StoreUnavailable)):
        shown = {"reason": str(cause) if isinstance(cause, StorefrontError) else ""}
        return render(request, "web/503.html", shown, status=503)
    return render(request, "web/500.html", status=500)
