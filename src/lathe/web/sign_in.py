"""What allauth and axes ask of this shop."""

from __future__ import annotations

from collections.abc import Mapping

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from lathe.web import visitor


class SignIn(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's own ways, with the shop's word for where a visitor comes from.

    Behind a proxy everybody would else share one address, and one who guesses passwords would lock out all.
    """

    def get_client_ip(self, request: HttpRequest) -> str:
        return visitor.address(request) or "unknown"


def account_of(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """The address that somebody tries to sign in with, in one spelling; axes counts by it and by where they come from.

    allauth calls it `email` when it asks the backends, and the form calls it `login`.
    """
    text = (credentials or {}).get("email") or request.POST.get("login", "")
    return text.strip().lower()[:254]
