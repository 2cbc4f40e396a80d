"""Pages of words: prices, returns, contact, licences and credits."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from lathe.audio.codecs import offered
from lathe.catalogue import queries
from lathe.catalogue.models import Release
from lathe.storefronts.rules import Pricing
from lathe.web import visitor

PAGES = ("prices", "returns", "contact", "credits")


@require_safe
def words(request: HttpRequest, page: str) -> HttpResponse:
    """One page of words."""
    if page not in PAGES:
        raise Http404(gettext("There is no page of that name."))
    shown = {
        "is_by_size": Pricing(visitor.of(request).storefront.pricing) is Pricing.BY_SIZE,
        "codecs": list(offered().values()),
        "days": settings.LATHE_LINK_DAYS,
        "licensed": Release.objects.filter(queries.shown()).exclude(licence="").order_by("title")
        if page == "credits"
        else (),
    }
    return render(request, f"web/pages/{page}.html", shown)
