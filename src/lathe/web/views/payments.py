"""Where providers send their notices."""

from __future__ import annotations

import logging

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lathe.payments.errors import NoticeRefused
from lathe.payments.providers import PROVIDERS
from lathe.sales import settlement

log = logging.getLogger(__name__)

MOST_BYTES = 65_536
TRY_AGAIN_S = 5


# A provider cannot hold a token of ours; its signature, which the provider's adapter checks, stands in for it.
@csrf_exempt
@require_POST
def notice(request: HttpRequest, provider: str) -> HttpResponse:
    """Take a signed notice: 200 when its effect stands, 400 when it is refused, 503 when it should be sent again."""
    if provider not in PROVIDERS:
        return _says(404, "No such provider.")
    if len(request.body) > MOST_BYTES:
        return _says(413, "A notice is at most 64 KiB.")
    try:
        settlement.apply_notice(provider=provider, headers=dict(request.headers), body=request.body)
    except NoticeRefused as refused:
        log.warning("A notice of %s was refused: %s", provider, refused)
        return _says(400, str(refused))
    except OperationalError:
        log.warning("A notice of %s found the database busy; it will be sent again.", provider)
        busy = _says(503, "Busy; send it again.")
        busy["Retry-After"] = str(TRY_AGAIN_S)
        return busy
    return _says(200, "Taken.")


def _says(status: int, text: str) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
