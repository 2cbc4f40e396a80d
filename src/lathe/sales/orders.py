"""Orders: from a basket to a promise to pay."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lathe.accounts import actions as people
from lathe.accounts.errors import AccountError
from lathe.accounts.models import Person
from lathe.basics import clock
from lathe.basics.money import Money
from lathe.jobs import actions as jobs
from lathe.ledger import accounts
from lathe.ledger import actions as ledger
from lathe.ledger import queries as books
from lathe.payments import actions as payments
from lathe.payments.models import Payment
from lathe.sales import baskets, costs, decided, holds, owned, rules, settlement, taxes
from lathe.sales.baskets import BasketView, LineView
from lathe.sales.errors import OrderRefused
from lathe.sales.models import Basket, Order, OrderLine
from lathe.sales.quotes import Asker
from lathe.storefronts.models import Storefront

LAPSE = "sales.lapse"
LAPSES_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Checkout:
    """What a buyer sends off. `shown_minor` is the total that stood on the page; `person` is set when signed in.

    `evidence` tells where the buyer is: {'stated': 'DE', 'address': 'DE'} (Regulation (EU) 282/2011, art. 24b).
    """

    basket: Basket
    storefront: Storefront
    email: str
    territory: str
    shown_minor: int
    consent: bool
    provider: str = ""
    use_balance: bool = False
    person: Person | None = None
    language: str = "en"
    evidence: dict[str, Any] = field(default_factory=dict)


def consent_text() -> str:
    """What the buyer agrees to (Directive 2011/83/EU, art. 16(m)); kept with the order as it was shown."""
    return _("Start cutting at once. I know that my right to withdraw within 14 days ends when the cutting starts.")


@transaction.atomic
def place(checkout: Checkout) -> Order:
    """Make an order of a basket at the prices of this moment. Raises OrderRefused, and nothing is changed then."""
    person = _buyer(checkout)
    asker = Asker(checkout.storefront, checkout.territory, owned=owned.by(checkout.person))
    view = baskets.view(checkout.basket, asker)
    _check(checkout, view)
    held = _balance_part(checkout, view.total)
    if view.total != held and checkout.provider not in settings.LATHE_PROVIDERS:
        raise OrderRefused(_("Choose how to pay."), "provider")
    order = _order(checkout, person, view, held)
    lines = OrderLine.objects.bulk_create([_line(order, item, n) for n, item in enumerate(view.lines, 1)])
    costs.watch(order=order, cuts=[item.cut for item in view.lines], reckoned=[item.cost for item in view.lines])
    quoted = [(line, item.quote) for line, item in zip(lines, view.lines, strict=True)]
    decided.keep(order=order, lines=quoted, at=asker.at)
    if held:
        holds.take(order=order, person_uid=person.uid)
    jobs.enqueue(kind=LAPSE, key=str(order.uid), due_at=clock.now() + LAPSES_AFTER)
    return order


def pay(*, order: Order, provider: str, return_url: str, notify_url: str) -> str | None:
    """Begin to pay what is due; returns where to send the buyer. None: nothing was due, and the order is settled.

    Raises OrderRefused for an order that does not wait for payment, or needs none and whose basket was bought already.
    """
    if order.state != Order.State.PENDING:
        raise OrderRefused(_("This order is not waiting for payment any more."))
    if not order.due:
        if not _is_settled(order):
            raise OrderRefused(_why_not_settled(order))
        return None
    _payment, address = payments.start(
        order_uid=order.uid, provider=provider, amount=order.due, return_url=return_url, notify_url=notify_url
    )
    return address


def lapse(key: str) -> None:
    """Give up an order that nobody paid within a day; money held for it goes back to the buyer's balance.

    The providers are asked once more before: a notice may have been lost.
    """
    for payment in Payment.objects.filter(order_uid=key, state=Payment.State.STARTED):
        settlement.confirm(payment=payment)
    with transaction.atomic():
        order = Order.objects.select_for_update().filter(uid=key, state=Order.State.PENDING).first()
        if order is not None:
            settlement.give_up(order=order)


def _why_not_settled(order: Order) -> str:
    if decided.is_stopped(order):
        return _("Sales of this music were stopped a moment ago, for a question about the rights. Nothing was taken.")
    return _("What lay in this basket was bought a moment ago. It is in your library.")


@transaction.atomic
def _is_settled(order: Order) -> bool:
    """Settle an order that needs no payment, or give it up where that may not be."""
    is_settled = settlement.settle_without_payment(order=order)
    if not is_settled:
        settlement.give_up(order=order)
    return is_settled


def _buyer(checkout: Checkout) -> Person:
    if checkout.person is not None:
        return checkout.person
    try:
        return people.for_email(email=checkout.email)
    except AccountError as wrong:
        raise OrderRefused(str(wrong), "email") from wrong


def _check(checkout: Checkout, view: BasketView) -> None:
    """Refuse whatever the page would not have offered: the form may be forged."""
    if not view.lines:
        raise OrderRefused(_("Your basket is empty."))
    if checkout.territory not in taxes.countries(checkout.storefront):
        raise OrderRefused(_("This shop does not sell to that country."), "country")
    for line in view.refused:
        if line.cost is not None:
            costs.warn_refused([line.cut], checkout.territory, line.cost, view.total.currency)
        raise OrderRefused(
            _("%(title)s: %(reason)s Remove it to go on.") % {"title": line.title, "reason": line.quote.refusal}
        )
    if view.total.minor != checkout.shown_minor:
        shown = Money(checkout.shown_minor, view.total.currency).show(checkout.language)
        now = view.total.show(checkout.language)
        raise OrderRefused(
            _("The price was %(shown)s and is now %(now)s. Look again before you pay.") % {"shown": shown, "now": now}
        )
    if not checkout.consent:
        raise OrderRefused(_("Tick the box to get your files now. Without it we may not start cutting."), "consent")


def _balance_part(checkout: Checkout, due: Money) -> Money:
    """How much of the total the balance pays. The account is locked first, so two orders never spend one balance."""
    if not checkout.use_balance or checkout.person is None:
        return Money.zero(due.currency)
    ledger.lock_account(code=accounts.buyer(checkout.person.uid), currency=due.currency)
    balance = books.buyer_balance(checkout.person.uid, due.currency)
    return min(balance, due, key=lambda amount: amount.minor)


def _order(checkout: Checkout, person: Person, view: BasketView, held: Money) -> Order:
    return Order.objects.create(
        number=rules.number(secrets.token_bytes(8)),
        storefront=checkout.storefront,
        person=person,
        email=person.email,
        language=checkout.language,
        basket_uid=checkout.basket.uid,
        currency=view.total.currency,
        territory=checkout.territory,
        evidence=checkout.evidence,
        tax_rate_bp=view.tax_rate_bp,
        total_minor=view.total.minor,
        tax_minor=view.tax.minor,
        balance_minor=held.minor,
        consent_text=consent_text(),
        consented_at=clock.now(),
        placed_at=clock.now(),
    )


def _line(order: Order, item: LineView, position: int) -> OrderLine:
    deal, grant, price = item.quote.deal, item.quote.grant, item.quote.price
    if deal is None or grant is None or price is None:
        raise OrderRefused(item.quote.refusal)
    return OrderLine(
        order=order,
        release=item.release,
        track=item.track,
        title=item.title,
        format=item.line.format,
        format_label=item.format_label,
        size_bytes=item.quote.size_bytes,
        size_is_exact=item.quote.is_exact,
        price_minor=price.minor,
        full_price_minor=(item.quote.full_price or price).minor,
        tax_minor=item.tax.minor,
        deal_uid=deal.uid,
        grant_uid=grant.uid,
        party_uid=item.release.label.uid,
        wholesale_micro=costs.wholesale_micro(item.quote),
        position=position,
    )
