"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest

from lathe.storefronts.errors import StorefrontError
from lathe.storefronts.models import Storefront
from lathe.web import basket_session, visitor


def shop(request: HttpRequest) -> dict[str, Any]:
    """The storefront, the visitor's country and language, and how many cuts lie in the basket.

    A shop that cannot answer (no storefront, no database, a host that is not its own, an error before the session was
    there) still draws its error pages, under Lathe's own name.
    """
    scheme = request.COOKIES.get(visitor.SCHEME_COOKIE, "")
    shown = {"scheme": scheme if scheme in visitor.SCHEMES else "", "languages": settings.LANGUAGES}
    bare = {**shown, "storefront": Storefront(name="Lathe"), "is_bare": True}
    if not hasattr(request, "session") or not hasattr(request, "user"):
        return bare
    try:
        known = visitor.of(request)
        basket = basket_session.find(request)
    except (StorefrontError, DatabaseError, DisallowedHost):
        return bare
    return {
        **shown,
        "storefront": known.storefront,
        "visitor": known,
        "country": visitor.country_name(known.territory, known.language),
        "countries": visitor.countries(known.storefront, known.language),
        "speaks_for": known.person is not None and known.person.party_roles.exists(),
        "basket_count": basket.lines.count() if basket else 0,
    }
