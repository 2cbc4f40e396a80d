"""Makes a storefront and its first people."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from lathe.accounts import actions as accounts
from lathe.accounts.models import Person
from lathe.cli.errors import CommandError
from lathe.storefronts.models import Storefront


@dataclass(frozen=True)
class Plan:
    """An empty shop to open. An empty `password` leaves signing in to a code by mail; an empty `seller` is `name`."""

    name: str
    email: str
    seller: str = ""
    country: str = "DE"
    currency: str = "EUR"
    language: str = "en"
    theme: str = "arcueil"
    pricing: str = "track"
    password: str = ""


def has_storefront() -> bool:
    return Storefront.objects.exists()


@transaction.atomic
def open_shop(plan: Plan) -> Storefront:
    """Make the storefront and its first operator. Raises AccountError, CommandError; nothing is made then."""
    person(plan.email, plan.password, is_operator=True)
    return Storefront.objects.create(
        code="main",
        name=plan.name.strip(),
        seller=(plan.seller or plan.name).strip(),
        contact_email=plan.email.strip(),
        home_territory=plan.country,
        currency=plan.currency,
        language=plan.language,
        theme=plan.theme,
        pricing=plan.pricing,
    )


def person(email: str, password: str = "", *, is_operator: bool = False) -> Person:
    """Find or make an account whose address counts as proven: whoever types this has the data folder in hand.

    A password is set where the account has none yet. Raises AccountError, and CommandError on a weak password.
    """
    somebody = accounts.for_email(email=email)
    if password and not somebody.has_usable_password():
        try:
            validate_password(password, somebody)
        except ValidationError as weak:
            raise CommandError(" ".join(weak.messages)) from weak
        somebody.set_password(password)
    somebody.is_operator = somebody.is_operator or is_operator
    somebody.save()
    EmailAddress.objects.update_or_create(
        user=somebody, email=somebody.email, defaults={"verified": True, "primary": True}
    )
    return somebody
