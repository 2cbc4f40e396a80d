"""The demo's storefront and accounts. Their passwords are no secrets: the demo listens on this machine alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from lathe.accounts import actions as accounts
from lathe.accounts.models import Person
from lathe.basics.money import Money
from lathe.catalogue.models import Party
from lathe.cli import opening
from lathe.cli.errors import CommandError
from lathe.sales import gifts, taxes
from lathe.storefronts.models import Storefront

CODE = "demo"
PASSWORD = "lathe-demo-2026"  # noqa: S105 - printed on every start and listening on loopback alone
LABEL = "Arcueil Éditions"
POCKET_MONEY = Money(2000, "EUR")
BEYOND_THE_EU = ("CH", "GB", "NO", "US")


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in, and what there is to see for them."""

    email: str
    sentence: str


OPERATOR = Account("operator@example.com", "runs the shop: orders, refunds, releases")
SPEAKER = Account("label@example.com", f"reads the statements of {LABEL}")
BUYER = Account("buyer@example.com", "has 20.00 € on the balance and owns one release")
ACCOUNTS = (OPERATOR, SPEAKER, BUYER)


def open_shop() -> Storefront:
    """Make the demo's storefront, operator and buyer, unless they are there. Raises CommandError in a real shop."""
    found = Storefront.objects.order_by("id").first()
    if found and found.code != CODE:
        raise CommandError(
            f"There is a shop of your own in {settings.LATHE_HOME}. The demo wants a folder to itself: "
            "lathe --home DIR demo"
        )
    for account in ACCOUNTS:
        opening.person(account.email, PASSWORD, is_operator=account is OPERATOR)
    return found or Storefront.objects.create(
        code=CODE,
        name="Arcueil",
        seller="Arcueil, a demo shop",
        contact_email=OPERATOR.email,
        theme="arcueil",
        language="en",
        currency="EUR",
        home_territory="DE",
        sells_to=sorted(taxes.EU.union(BEYOND_THE_EU)),
    )


def give_label_its_voice() -> None:
    """Let label@example.com speak for its label."""
    speaker = Person.objects.get(email=SPEAKER.email)
    accounts.let_speak_for(person=speaker, party_uid=Party.objects.get(name=LABEL).uid)


def give_pocket_money() -> None:
    """Put the buyer's balance on the books, once."""
    buyer = Person.objects.get(email=BUYER.email)
    gifts.give(person=buyer, amount=POCKET_MONEY, reason="Pocket money of the demo", key="demo-buyer")
