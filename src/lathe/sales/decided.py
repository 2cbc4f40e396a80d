"""What an order was decided on: each line that is sold leaves its decision, with its papers, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from lathe.rights import decisions
from lathe.rights.decisions import Buyer, Sold
from lathe.rights.models import Decision, Suspension
from lathe.sales.errors import SalesError
from lathe.sales.models import Order, OrderLine
from lathe.sales.quotes import Quote


def keep(*, order: Order, lines: Sequence[tuple[OrderLine, Quote]], at: datetime) -> None:
    """Keep the decision behind each line, as its quote was made at the aware moment `at`."""
    buyer = Buyer(order.territory, tuple(order.evidence), order.storefront.code, at)
    decisions.record(sold=[_sold(order, line, quote) for line, quote in lines], buyer=buyer)


def is_stopped(order: Order) -> bool:
    """Whether a stop sign now stands on anything the order is to bring. One query."""
    line = "release__orderline"
    touches = Q(track=None) | Q(**{f"{line}__track": None}) | Q(track=F(f"{line}__track"))
    return Suspension.objects.filter(touches, lifted_at=None, **{f"{line}__order": order}).exists()


def without_decision() -> list[UUID]:
    """The lines of paid and refunded orders that no decision stands behind: sold before decisions were kept, or past
    them. Opaque ids, the oldest first.
    """
    kept = Decision.objects.filter(line_uid=OuterRef("uid"))
    sold = OrderLine.objects.filter(order__state__in=[Order.State.PAID, Order.State.REFUNDED])
    return list(sold.filter(~Exists(kept)).order_by("id").values_list("uid", flat=True))


def _sold(order: Order, line: OrderLine, quote: Quote) -> Sold:
    if quote.deal is None or quote.grant is None:
        raise SalesError(f"{line.title} cannot be sold: {quote.refusal}")
    return Sold(line.uid, order.uid, line.release, line.track, quote.deal, quote.grant)
