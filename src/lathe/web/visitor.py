"""Who is looking: the storefront, the country, the person, and what they saved for next time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address

from babel import Locale
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from geoip2fast import GeoIP2Fast

from lathe.accounts.models import Person
from lathe.audio import formats
from lathe.audio.errors import FormatError
from lathe.audio.formats import Format
from lathe.basics import territory
from lathe.basics.territory import TerritoryError
from lathe.sales import owned, taxes
from lathe.sales.quotes import Asker
from lathe.storefronts import queries as storefronts
from lathe.storefronts.models import Storefront

COUNTRY_KEY = "country"
USUAL_KEY = "usual_format"
SCHEME_COOKIE = "scheme"
SCHEMES = ("light", "dark")


@dataclass(frozen=True)
class Visitor:
    """Everything about a visitor that a page depends on.

    `evidence` is what the country rests on, by source: 'stated' (what they said) and 'address' (where the address is).
    """

    storefront: Storefront
    territory: str
    evidence: dict[str, str]
    language: str
    person: Person | None
    usual: Format | None


def of(request: HttpRequest) -> Visitor:
    """The visitor of a request, found once a request. Raises StorefrontError where the shop has no storefront."""
    known: Visitor | None = getattr(request, "_visitor", None)
    if known is None:
        known = _look(request)
        request._visitor = known  # type: ignore[attr-defined]
    return known


def asker(request: HttpRequest) -> Asker:
    """The visitor as quotes need them: storefront, country, and what they own; read once a request."""
    found: Asker | None = getattr(request, "_asker", None)
    if found is None:
        known = of(request)
        found = Asker(known.storefront, known.territory, owned=owned.by(known.person))
        request._asker = found  # type: ignore[attr-defined]
    return found


def country_name(code: str, language: str) -> str:
    """A country as people write it in `language`; the code where the language has no name for it."""
    return str(Locale.parse(language, sep="-").territories.get(code, code))


def countries(storefront: Storefront, language: str) -> list[tuple[str, str]]:
    """The countries a storefront sells to, by name, as (code, name)."""
    named = [(code, country_name(code, language)) for code in taxes.countries(storefront)]
    return sorted(named, key=lambda pair: pair[1])


def choose_country(request: HttpRequest, code: str) -> None:
    """Remember the country a visitor says they are in. Raises TerritoryError on an unknown code."""
    request.session[COUNTRY_KEY] = territory.check(code)


def save_usual(request: HttpRequest, fmt: Format) -> None:
    """Keep a format as 'my usual': with the person where one is signed in, and in the session."""
    request.session[USUAL_KEY] = str(fmt)
    if request.user.is_authenticated:
        request.user.usual_format = str(fmt)
        request.user.save(update_fields=["usual_format"])


def address(request: HttpRequest) -> str:
    """The visitor's address; of X-Forwarded-For only as much is believed as there are proxies of ours."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if settings.LATHE_PROXIES and len(hops) >= settings.LATHE_PROXIES:
        return str(hops[-settings.LATHE_PROXIES])
    return str(request.META.get("REMOTE_ADDR", ""))


def _look(request: HttpRequest) -> Visitor:
    storefront = storefronts.for_host(request.get_host())
    evidence = _evidence(request)
    person = request.user if request.user.is_authenticated else None
    return Visitor(
        storefront=storefront,
        territory=evidence.get("stated")
        or evidence.get("address")
        or settings.LATHE_COUNTRY
        or storefront.home_territory,
        evidence=evidence,
        language=get_language() or storefront.language,
        person=person,
        usual=_usual(person.usual_format if person else "") or _usual(request.session.get(USUAL_KEY, "")),
    )


def _evidence(request: HttpRequest) -> dict[str, str]:
    found = {"stated": request.session.get(COUNTRY_KEY, ""), "address": _country_of(address(request))}
    return {source: code for source, code in found.items() if code}


def _usual(text: str) -> Format | None:
    try:
        return formats.offered(text) if text else None
    except FormatError:
        return None


def _country_of(text: str) -> str:
    """The country an address is registered in; empty for private, local and unknown ones."""
    try:
        if not ip_address(text).is_global:
            return ""
        return territory.check(_atlas().lookup(text).country_code)
    except (ValueError, TerritoryError):
        return ""


@cache
def _atlas() -> GeoIP2Fast:
    return GeoIP2Fast()
