"""lathe credit: put money on a buyer's balance."""

from __future__ import annotations

from uuid import uuid4

import click

from lathe.basics.money import Money
from lathe.cli import output, shop
from lathe.cli.values import PRICE


@click.command("credit")
@click.argument("email")
@click.argument("amount", type=PRICE)
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stands in the books. No personal data, please.")
@click.option("--key", metavar="KEY", default="", help="A key of your own: the same key again credits nothing more.")
def command(email: str, amount: Money, reason: str, key: str) -> None:
    """Put money on a buyer's balance, at the shop's expense.

    \b
    Example:
      lathe credit nadia@example.org 10.00EUR --reason "Goodwill for a late refund"
    """
    shop.open_shop()
    from lathe.accounts import actions as accounts
    from lathe.ledger import queries as ledger
    from lathe.sales import gifts

    person = accounts.for_email(email=email)
    gifts.give(person=person, amount=amount, reason=reason, key=key or uuid4().hex)
    balance = ledger.buyer_balance(person.uid, amount.currency)
    output.say(f"{person.email} has {balance.show()} on the balance now.")
