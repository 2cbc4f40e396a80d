"""What a sale leaves in the tax record: the supply with its country, rate, amounts and the signs of the place."""

from __future__ import annotations

from collections.abc import Iterable

from lathe.ledger import accounts
from lathe.ledger.entries import Entry
from lathe.ledger.models import Transaction
from lathe.ledger.tax_records import Supply, keep
from lathe.payments.models import Payment
from lathe.sales.models import Order
from lathe.sales.rules import LineTerms


def keep_sale(order: Order, posted: Transaction, lines: Iterable[LineTerms]) -> None:
    """Keep the record of a sale that was posted."""
    lines = list(lines)
    net_micro, tax_micro = sum(line.net_micro for line in lines), sum(line.tax.micro for line in lines)
    keep(posted=posted, supply=_supply(order, posted, net_micro, tax_micro))


def keep_correction(order: Order, posted: Transaction, before: LineTerms, after: LineTerms) -> None:
    """Keep the record of a line that came out at another price."""
    net_micro, tax_micro = after.net_micro - before.net_micro, after.tax.micro - before.tax.micro
    keep(posted=posted, supply=_supply(order, posted, net_micro, tax_micro))


def keep_undone_line(order: Order, posted: Transaction, entries: Iterable[Entry]) -> None:
    """Keep the record of a single line that was refunded, by what undid it."""
    amounts = {entry.account_code: entry.amount_micro for entry in entries}
    tax_micro = amounts.get(accounts.tax(order.territory), 0)
    back_micro = -sum(micro for code, micro in amounts.items() if code.startswith(accounts.buyer("")))
    keep(posted=posted, supply=_supply(order, posted, tax_micro - back_micro, -tax_micro))


def _supply(order: Order, posted: Transaction, net_micro: int, tax_micro: int) -> Supply:
    return Supply(
        order_uid=order.uid,
        supplied_on=(order.paid_at or posted.occurred_at).date(),
        country=order.territory,
        rate_bp=order.tax_rate_bp,
        currency=order.currency,
        net_micro=net_micro,
        tax_micro=tax_micro,
        evidence=_evidence(order),
    )


def _evidence(order: Order) -> dict[str, str]:
    paid = Payment.objects.filter(order_uid=order.uid, paid_at__isnull=False).exclude(country="").first()
    signs = {str(sign): str(country) for sign, country in order.evidence.items()}
    return signs | ({"payment": paid.country} if paid else {})
