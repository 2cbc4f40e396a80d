"""Whether the shop can sell, for load balancers and people on call."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lathe.sales import health


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the shop can sell; 503 with the reasons when it cannot."""
    troubles = health.troubles()
    return JsonResponse({"can_sell": not troubles, "troubles": troubles}, status=503 if troubles else 200)
