"""Covers and spectrograms, named by what they are made from, so that they may be kept for ever."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from lathe.objects import stores
from lathe.objects.errors import ObjectMissing
from lathe.web import proof
from lathe.web.waveforms import COVER_SIZES

FOR_EVER = "public, max-age=31536000, immutable"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@require_safe
def cover(request: HttpRequest, sha256: str, size: int) -> HttpResponse:
    """A cover as WebP, `size` pixels wide."""
    if size not in COVER_SIZES:
        raise Http404(gettext("Covers come in other sizes."))
    return _picture(f"{_checked(sha256)}-{size}.webp", "image/webp")


@require_safe
def cover_drawing(request: HttpRequest, sha256: str) -> HttpResponse:
    """A drawn cover as it was drawn."""
    answer = _picture(f"{_checked(sha256)}.svg", "image/svg+xml")
    # Opened by itself a drawing is a document; this one may load and run nothing.
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


@require_safe
def spectrogram(request: HttpRequest, sha256: str) -> HttpResponse:
    """A master's spectrogram: its alpha is how loud it is, so that the page gives it its colours."""
    return _picture(proof.picture_key(_checked(sha256)), "image/png")


def _picture(key: str, media_type: str) -> HttpResponse:
    try:
        content = stores.covers().read(key)
    except ObjectMissing as missing:
        raise Http404(str(missing)) from missing
    return HttpResponse(content, content_type=media_type, headers={"Cache-Control": FOR_EVER})


def _checked(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise Http404(gettext("There is no picture of that name."))
    return sha256
