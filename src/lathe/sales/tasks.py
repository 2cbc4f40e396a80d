"""Background entry points of the sales room."""

from __future__ import annotations

from datetime import timedelta

from lathe.audio.formats import parse
from lathe.delivery import cuts, precut
from lathe.delivery.models import Entitlement
from lathe.jobs import registry
from lathe.jobs.registry import CUTTING, Kind
from lathe.jobs.rules import Bounds
from lathe.payments.models import Payment
from lathe.sales import baskets, due, orders, refunds, settlement, trueup


def cut_ahead(key: str) -> None:
    """Cut what an order bought, so that it lies ready; a buyer who waits is served first, by the web process itself."""
    owned = Entitlement.objects.filter(order_uid=key, ended_at__isnull=True).select_related("track__recording__master")
    wants = [
        precut.Want(item.track.master, cuts.of_master(parse(item.format), item.track.master.source)) for item in owned
    ]
    precut.make(wants)


def confirm(key: str) -> None:
    """Ask the provider about a payment whose notice is late: it may be lost, and the buyer gone."""
    payment = Payment.objects.filter(uid=key, state=Payment.State.STARTED).first()
    if payment is not None:
        settlement.confirm(payment=payment)


def forget_baskets(key: str) -> None:
    """Forget the baskets that nobody has touched for so long that no session leads to them any more; key is empty."""
    baskets.forget_old()


registry.register(Kind(settlement.CONFIRM, confirm, pending=due.confirmations))
registry.register(
    Kind(settlement.PRECUT, cut_ahead, queue=CUTTING, priority=-10, bounds=Bounds(seconds=4 * precut.TIMEOUT_S))
)
registry.register(
    Kind(
        settlement.TRUE_UP,
        trueup.true_up,
        queue=CUTTING,
        bounds=Bounds(seconds=4 * precut.TIMEOUT_S),
        pending=due.true_ups,
    )
)
registry.register(Kind(orders.LAPSE, orders.lapse, pending=due.lapses))
registry.register(Kind(refunds.RETURN_MONEY, refunds.return_money, priority=5, pending=due.returns))
registry.register(Kind("sales.forget_baskets", forget_baskets, priority=-10, every=timedelta(days=1)))
