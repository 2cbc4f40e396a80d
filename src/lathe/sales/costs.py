"""Sales below cost: a price that does not cover tax, royalties and the payment's fee is found before it is paid."""

from __future__ import annotations

import logging
from fractions import Fraction

from django.utils.translation import gettext as _

from lathe.basics.money import MICRO, Money
from lathe.royalties.rules.cost import Cost, Fees
from lathe.sales import owing, settlement
from lathe.sales.errors import OrderRefused
from lathe.sales.models import Order
from lathe.storefronts.models import Storefront
from lathe.storefronts.rules import BelowCost

log = logging.getLogger(__name__)


def watch(*, order: Order) -> None:
    """Reckon what an order would cost, in the transaction that places it, and do what its storefront says.

    Where the shop would add to it, the order is flagged with how much, or refused (OrderRefused, and nothing is
    changed). What owes nothing costs nothing: music that the buyer owns already, or that is free.
    """
    cost = reckon(order)
    if not cost.loss_micro or not cost.owed_micro:
        return
    said = _said(order, cost)
    if order.storefront.below_cost == BelowCost.REFUSE.value:
        log.warning("A checkout was refused: %s", said)
        raise OrderRefused(
            _(
                "At its price this basket would not pay for its tax, its rights holders and the payment, so we cannot "
                "sell it like this. The shop has been told. Put more in, or leave out what is cheapest, and try again."
            )
        )
    log.warning("Order %s is sold below cost: %s", order.number, said)
    Order.objects.filter(id=order.id).update(below_cost_micro=cost.loss_micro)


def reckon(order: Order) -> Cost:
    """What an order brings and costs, by the terms that count now; the fee is the storefront's, on what is due."""
    terms = owing.foresee(order, settlement.sold_lines(order))
    return Cost(
        price_micro=order.total.micro,
        tax_micro=order.tax.micro,
        owed_micro=sum(item.owed_micro for item in terms),
        fee_micro=_fees(order.storefront).of(order.due.micro),
    )


def _fees(storefront: Storefront) -> Fees:
    fixed = Money(storefront.payment_fee_minor, storefront.currency)
    return Fees(Fraction(storefront.payment_fee_bp, 10_000), fixed.micro)


def _said(order: Order, cost: Cost) -> str:
    """The reckoning in a sentence for the operator; no personal data in it."""
    shown = {
        "price": cost.price_micro,
        "tax": cost.tax_micro,
        "royalties": cost.owed_micro,
        "fee": cost.fee_micro,
        "the shop would add": cost.loss_micro,
    }
    amounts = ", ".join(f"{what} {micro / MICRO:.6f}" for what, micro in shown.items())
    titles = "; ".join(order.lines.values_list("title", flat=True))
    return f"{titles} to {order.territory}: {amounts} {order.currency}. Raise the price, or change the terms."
