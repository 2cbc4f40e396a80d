"""Sales below cost: a price that does not cover tax, royalties and the payment's fee is found before it is paid.

Every cut has to pay for itself: for its tax, its rights holders and the payment's share of its price. The fixed sum of
a payment is for the basket as a whole to pay.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from lathe.basics.money import MICRO, Money
from lathe.catalogue.models import Release, Track
from lathe.royalties.rules import cost
from lathe.royalties.rules.cost import Cost, Fees
from lathe.sales import owing, taxes
from lathe.sales.errors import OrderRefused
from lathe.sales.models import Order, OrderLine
from lathe.sales.quotes import Asker, Quote
from lathe.storefronts.models import Storefront
from lathe.storefronts.rules import BelowCost

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cut:
    """A cut as it would be sold: a release, or one track of it, at what its quote asks."""

    release: Release
    track: Track | None
    quote: Quote

    @property
    def title(self) -> str:
        return self.track.title if self.track else self.release.title


def reckon(asker: Asker, cuts: Sequence[Cut]) -> list[Cost | None]:
    """What each cut would bring and cost if it were settled now; None for one that is not for sale anyway.

    The fee is the storefront's share of the price. Five queries at most, however many cuts there are.
    """
    order = Order(storefront=asker.storefront, territory=asker.territory, placed_at=asker.at)
    order.currency = asker.storefront.currency
    order.tax_rate_bp = taxes.rate_bp(asker.territory, asker.at.date())
    lines = {place: line for place, cut in enumerate(cuts) if (line := _line(order, cut)) is not None}
    owed = [item.owed_micro for item in owing.foresee(order, list(lines.values()))] if lines else []
    fees = _fees(asker.storefront)
    found: list[Cost | None] = [None] * len(cuts)
    for (place, line), owed_micro in zip(lines.items(), owed, strict=True):
        price_micro = line.price.micro
        found[place] = Cost(price_micro, line.tax.micro, owed_micro, fees.share_of(price_micro))
    return found


def is_refused(storefront: Storefront, reckoned: Cost | None) -> bool:
    """Whether a storefront does not sell at such a cost. The one decision that pages and checkout go by."""
    return reckoned is not None and reckoned.is_below and storefront.below_cost == BelowCost.REFUSE.value


def whole(storefront: Storefront, reckoned: Sequence[Cost | None], due: Money) -> Cost:
    """What a basket brings and costs, where `due` is what a provider collects for it: the rest came from a balance."""
    return cost.whole([one for one in reckoned if one is not None], _fees(storefront).of(due.micro))


def watch(*, order: Order, cuts: Sequence[Cut], reckoned: Sequence[Cost | None]) -> None:
    """Do what the storefront says of an order below cost, in the transaction that places it.

    `reckoned` is what `reckon` said of its cuts. Where the shop would add to it, the order is flagged with how much,
    or refused (OrderRefused, and nothing is changed).
    """
    in_all = whole(order.storefront, reckoned, order.due)
    if not in_all.is_below:
        return
    if is_refused(order.storefront, in_all):
        warn_refused(cuts, order.territory, in_all, order.currency)
        raise OrderRefused(
            _(
                "At its price this basket would not pay for its tax, its rights holders and the payment, so we cannot "
                "sell it like this. The shop has been told. Put more in, or leave out what is cheapest, and try again."
            )
        )
    log.warning("Order %s is sold below cost: %s", order.number, _said(cuts, order.territory, in_all, order.currency))
    Order.objects.filter(id=order.id).update(below_cost_micro=in_all.loss_micro)


def warn_refused(cuts: Sequence[Cut], territory: str, reckoned: Cost, currency: str) -> None:
    """Tell the operator, in the log, what was refused at checkout."""
    log.warning("A checkout was refused: %s", _said(cuts, territory, reckoned, currency))


def sentence() -> str:
    """What the buyer reads in place of the button."""
    return _("Its price would not pay for its tax, its rights holders and the payment, so we do not sell it.")


def _line(order: Order, cut: Cut) -> OrderLine | None:
    """The line that a cut would become, which is never saved."""
    deal, price = cut.quote.deal, cut.quote.price
    if deal is None or price is None:
        return None
    full = cut.quote.full_price or price
    return OrderLine(
        order=order,
        release=cut.release,
        track=cut.track,
        price_minor=price.minor,
        full_price_minor=full.minor,
        tax_minor=taxes.part(price, order.tax_rate_bp).minor,
        party_uid=cut.release.label.uid,
        wholesale_micro=wholesale_micro(cut.quote),
    )


def wholesale_micro(quote: Quote) -> int | None:
    """The wholesale price that a cut owes by: none where its deal names none, nothing for an upgrade."""
    if quote.deal is None or quote.deal.wholesale is None:
        return None
    return quote.deal.wholesale.micro if quote.full_price == quote.price else 0


def _fees(storefront: Storefront) -> Fees:
    fixed = Money(storefront.payment_fee_minor, storefront.currency)
    return Fees(Fraction(storefront.payment_fee_bp, 10_000), fixed.micro)


def _said(cuts: Sequence[Cut], territory: str, reckoned: Cost, currency: str) -> str:
    """The reckoning in a sentence for the operator; no personal data in it."""
    shown = {
        "price": reckoned.price_micro,
        "tax": reckoned.tax_micro,
        "royalties": reckoned.owed_micro,
        "fee": reckoned.fee_micro,
        "the shop would add": reckoned.loss_micro,
    }
    amounts = ", ".join(f"{what} {micro / MICRO:.6f}" for what, micro in shown.items())
    titles = "; ".join(cut.title for cut in cuts)
    return f"{titles} to {territory}: {amounts} {currency}. Raise the price, or change the terms."
