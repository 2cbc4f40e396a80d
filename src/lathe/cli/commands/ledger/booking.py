"""lathe ledger payout, transfer, tax, write-off, convert, rate, charge-back: what an operator books by hand."""

from __future__ import annotations

from datetime import date

import click

from lathe.basics.money import Money
from lathe.cli import output, shop
from lathe.cli.values import DAY, PRICE

_KEY = click.option("--key", required=True, metavar="KEY", help="A key of your own: the same key again books no more.")
_REFERENCE = click.option("--reference", default="", metavar="TEXT", help="Of the document. No personal data, please.")


@click.command("payout")
@click.argument("party")
@click.argument("amount", type=PRICE)
@_KEY
@_REFERENCE
def payout(party: str, amount: Money, key: str, reference: str) -> None:
    """Book that a rights holder was paid from the bank what its settled periods came to.

    \b
    Example:
      lathe ledger payout "Maple Street Records" 812.40EUR --key 2026-10-maple --reference SEPA-4711
    """
    shop.open_shop()
    from lathe.ledger import accounts, amounts, bookings, queries
    from lathe.reports import statements

    holder = statements.party(party)
    bookings.pay_out(party=holder.uid, amount=amount, note=bookings.Note(key, reference or str(holder.uid)))
    left = -queries.balance(accounts.payout(holder.uid), amount.currency)
    output.say(f"Booked. {amounts.major(left)} {amount.currency} are left to be paid to {holder.name}.")


@click.command("transfer")
@click.argument("provider")
@click.argument("amount", type=PRICE)
@_KEY
@_REFERENCE
def transfer(provider: str, amount: Money, key: str, reference: str) -> None:
    """Book that a payment provider sent money to the bank.

    \b
    Example:
      lathe ledger transfer demo 250.00EUR --key statement-2026-10-31
    """
    shop.open_shop()
    from lathe.ledger import bookings
    from lathe.payments import providers

    note = bookings.Note(key, reference)
    bookings.transfer(provider=providers.get(provider).name, amount=amount, note=note)
    output.say(f"Booked: {amount} from {provider} to the bank.")


@click.command("tax")
@click.argument("country")
@click.argument("amount", type=PRICE)
@_KEY
@_REFERENCE
def tax(country: str, amount: Money, key: str, reference: str) -> None:
    """Book that tax collected for a country was paid from the bank.

    \b
    Example:
      lathe ledger tax FR 41.20EUR --key oss-2026-q3-fr --reference OSS-2026-Q3
    """
    shop.open_shop()
    from lathe.ledger import bookings

    bookings.pay_tax(country=country.upper(), amount=amount, note=bookings.Note(key, reference))
    output.say(f"Booked: {amount} of tax for {country.upper()}.")


@click.command("write-off")
@click.argument("account")
@click.argument("currency")
@_KEY
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stands in the books. No personal data, please.")
def write_off(account: str, currency: str, key: str, reason: str) -> None:
    """Give up the whole balance of an account, named by its code.

    What an asset holds, or a buyer owes, is an expense then; what the shop owes is income.

    \b
    Example:
      lathe ledger write-off assets:processor:demo EUR --key demo-insolvent --reason "Provider insolvent"
    """
    shop.open_shop()
    from lathe.ledger import bookings

    bookings.write_off(code=account, currency=currency.upper(), note=bookings.Note(key, reason))
    output.say(f"Booked: {account} stands at nothing in {currency.upper()}.")


@click.command("rate")
@click.argument("quote", metavar="CURRENCY")
@click.argument("value")
@click.option("--on", "day", type=DAY, required=True, metavar="DATE", help="The day it is of.")
@click.option("--source", required=True, metavar="NAME", help="Who published it, as in ECB.")
@click.option("--base", default="EUR", metavar="CODE", help="One unit of this is worth so much. Default: EUR.")
def rate(quote: str, value: str, day: date, source: str, base: str) -> None:
    """Keep an exchange rate: what one euro is worth, as the European Central Bank publishes it.

    \b
    Example:
      lathe ledger rate USD 1.0845 --on 2026-12-31 --source ECB
    """
    shop.open_shop()
    from lathe.ledger import bookings
    from lathe.ledger.rates import Rate

    given = Rate(base.upper(), quote.upper(), value, source, day)
    bookings.give_rate(given)
    output.say(f"Kept: {given} on {day}, by {source}.")


@click.command("convert")
@click.argument("amount", type=PRICE)
@click.argument("target", metavar="CURRENCY")
@click.option("--account", default="assets:bank", metavar="CODE", help="The account. Default: assets:bank.")
@click.option("--rate", "value", required=True, metavar="NUMBER", help="What one unit of the amount's currency brings.")
@click.option("--on", "day", type=DAY, required=True, metavar="DATE", help="The day of the rate.")
@click.option("--source", required=True, metavar="NAME", help="Whose rate it is: ECB, the bank.")
@_KEY
def convert(amount: Money, target: str, account: str, value: str, day: date, source: str, key: str) -> None:  # noqa: PLR0913 - one parameter an option
    """Book that an amount was changed into another currency.

    The rate, its source and its day stand on the entry. Of a liability, so much of what is owed is changed.

    \b
    Example:
      lathe ledger convert 100.00USD EUR --rate 0.9221 --on 2026-10-30 --source "Bank statement" --key fx-12
    """
    shop.open_shop()
    from lathe.ledger import accounts, bookings
    from lathe.ledger.rates import Rate

    used = Rate(amount.currency, target.upper(), value, source, day)
    sign = -1 if accounts.kind(account) == accounts.LIABILITY else 1
    note = bookings.Note(key, "")
    bookings.convert(source=account, target=account, amount_micro=sign * amount.micro, rate=used, note=note)
    output.say(f"Booked: {amount} at {used}.")


@click.command("charge-back")
@click.argument("order")
@click.option("--fee", type=PRICE, default=None, metavar="AMOUNT", help="What the payment provider charges for it.")
def charge_back(order: str, fee: Money | None) -> None:
    """Book that the bank of an order's buyer took the payment back. The order's files end, and the buyer is told.

    Providers that send notices of chargebacks need no such command.

    \b
    Example:
      lathe ledger charge-back K7QF-2M9D --fee 15.00EUR
    """
    shop.open_shop()
    from lathe.sales import chargebacks

    chargebacks.of_order(number=order, fee=fee)
    output.say(f"Booked: the payment of order {order.strip().upper()} was charged back.")


COMMANDS = (payout, transfer, tax, write_off, rate, convert, charge_back)
