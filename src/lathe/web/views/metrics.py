"""Figures for Prometheus, for who may read them: they tell how the shop fares."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lathe.web import metrics as figures

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA", "HTTP_X_FORWARDED_PROTO")
_REFUSAL = (
    "These figures are not public. Send LATHE_METRICS_TOKEN as a bearer token,"
    " or, where none is set and no proxy is in front, ask from this machine.\n"
)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures in Prometheus' text format; 403 to everybody who may not have them."""
    if not _may_read(request):
        return HttpResponse(_REFUSAL, status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(figures.page(), content_type=figures.CONTENT_TYPE)


def _may_read(request: HttpRequest) -> bool:
    """With a token set it alone opens. Without one this machine may read, unless somebody may stand behind it: a
    proxy here makes every visitor look as if they were."""
    if settings.LATHE_METRICS_TOKEN:
        scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and constant_time_compare(sent.strip(), settings.LATHE_METRICS_TOKEN)
    is_forwarded = settings.LATHE_PROXIES or any(name in request.META for name in _FORWARDED)
    return not is_forwarded and _is_loopback(request.META.get("REMOTE_ADDR", "")) and _names_loopback(request)


def _names_loopback(request: HttpRequest) -> bool:
    """Whether the address asked for is this machine's own: a proxy that says nothing of itself passes on another."""
    host, _port = split_domain_port(request.get_host())
    return host == "localhost" or _is_loopback(host.strip("[]"))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
