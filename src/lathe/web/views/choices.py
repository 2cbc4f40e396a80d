"""What a visitor sets for themselves: country, language, light, and the format they usually take."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from lathe.audio import formats
from lathe.audio.errors import FormatError
from lathe.basics.territory import TerritoryError
from lathe.web import cards, chooser, visitor

YEAR_S = 31_536_000


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Take country, language and light from the foot of a page."""
    answer = _back(request)
    try:
        visitor.choose_country(request, request.POST.get("country", ""))
    except TerritoryError as wrong:
        messages.error(request, str(wrong))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR_S, samesite="Lax")
    scheme = request.POST.get("scheme", "")
    if scheme in visitor.SCHEMES:
        answer.set_cookie(visitor.SCHEME_COOKIE, scheme, max_age=YEAR_S, samesite="Lax")
    else:
        answer.delete_cookie(visitor.SCHEME_COOKIE)
    return answer


@require_POST
def usual(request: HttpRequest) -> HttpResponse:
    """Show prices for one of the plain choices, or keep a format as 'my usual'."""
    asked = request.POST.get("format", "")
    if asked in chooser.plain_formats(visitor.of(request).usual):
        request.session[cards.PRICES_KEY] = asked
        return _back(request)
    try:
        fmt = formats.offered(asked)
    except FormatError as wrong:
        messages.error(request, str(wrong))
        return _back(request)
    visitor.save_usual(request, fmt)
    request.session[cards.PRICES_KEY] = chooser.USUAL
    messages.success(request, gettext("Saved as your usual: %(cut)s.") % {"cut": chooser.short_label(fmt)})
    return _back(request)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the form stood on; never to another host."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if is_ours and wanted.startswith("/") else reverse("web:home"))
