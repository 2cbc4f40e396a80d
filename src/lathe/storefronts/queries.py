"""Reads of storefronts."""

from __future__ import annotations

from lathe.storefronts.errors import StorefrontError
from lathe.storefronts.models import Storefront


def for_host(host: str) -> Storefront:
    """The storefront of a host name (port ignored), else the one without a domain, else the first."""
    name = host.rsplit(":", 1)[0].lower() if not host.endswith("]") else host.lower()
    found = (
        Storefront.objects.filter(domain=name).first()
        or Storefront.objects.filter(domain="").order_by("id").first()
        or Storefront.objects.order_by("id").first()
    )
    if found is None:
        raise StorefrontError("The shop has no storefront yet. Run `lathe init` or `lathe demo`.")
    return found


def homes() -> dict[str, str]:
    """The home territories of all storefronts, in the order in which the storefronts were made, each with the code of
    the first that is at home there."""
    found: dict[str, str] = {}
    for territory, code in Storefront.objects.order_by("id").values_list("home_territory", "code"):
        found.setdefault(territory, code)
    return found
