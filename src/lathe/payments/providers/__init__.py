"""The table of payment providers: one folder and one line each."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from lathe.payments.errors import UnknownProvider
from lathe.payments.providers.base import Provider
from lathe.payments.providers.demo.provider import DemoProvider

PROVIDERS: Mapping[str, Provider] = {provider.name: provider for provider in (DemoProvider(),)}
"""Every provider there is, by name. `LATHE_PROVIDERS` says which are on."""


def get(name: str) -> Provider:
    """The provider of that name, on or off: notices about old payments still count. Raises UnknownProvider."""
    if name not in PROVIDERS:
        raise UnknownProvider(f"There is no payment provider {name!r}; there is {', '.join(PROVIDERS)}.")
    return PROVIDERS[name]


def enabled() -> list[Provider]:
    """The providers that are on, in the order of `LATHE_PROVIDERS`. Raises UnknownProvider on a name that is none."""
    return [get(name) for name in settings.LATHE_PROVIDERS]
