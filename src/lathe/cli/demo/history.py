"""Tells the story through the real path: basket, order, payment, signed notice, settlement. Only the clock is set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from lathe.accounts.models import Person
from lathe.audio import formats
from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.catalogue import queries as catalogue
from lathe.catalogue.models import Release, Track
from lathe.cli.demo import people, story
from lathe.cli.demo.story import Event
from lathe.jobs import actions as jobs
from lathe.mail import actions as mail
from lathe.mail.models import Letter
from lathe.payments.models import Payment
from lathe.payments.providers.demo import courier, processor
from lathe.payments.providers.demo.courier import Delivery
from lathe.rights import queries as rights
from lathe.rights.rules import Yes
from lathe.sales import baskets, orders, owned, refunds, settlement
from lathe.sales.models import Basket, Order, Refund
from lathe.sales.orders import Checkout
from lathe.sales.quotes import Asker
from lathe.storefronts.models import Storefront

CARD = "4242 4242 4242 4242"
_NOWHERE = "http://demo.invalid/"
OWNED = "9520000000011"
"""The barcode of the release that the demo's buyer owns."""

Cut = tuple[Release, Track | None]


def tell(storefront: Storefront, advance: Callable[[], None]) -> int:
    """Let those purchases happen that have not happened yet; returns how many. `advance` is called once for each."""
    operator = Person.objects.get(email=people.OPERATOR.email)
    done = _settled()
    happened = 0
    for event in _all(operator.joined_at):
        if event.basket_uid not in done:
            with clock.use(FixedClock(event.at)), courier.use(_hand_over):
                _happen(event, storefront)
            happened += 1
        advance()
    _give_back(operator)
    return happened


def length() -> int:
    """How many purchases the story has."""
    return story.ORDERS + 1


def _all(until: datetime) -> Sequence[Event]:
    """The listeners' purchases, and the one of the demo's buyer three weeks before the end, oldest first."""
    own = Event(0, until - timedelta(days=21), people.BUYER.email, "DE", "flac", 0.0, takes_whole=True)
    return sorted([own, *story.events(until)], key=lambda event: event.at)


def _settled() -> set[UUID | None]:
    return set(Order.objects.exclude(state=Order.State.PENDING).values_list("basket_uid", flat=True))


def _happen(event: Event, storefront: Storefront) -> None:
    order = Order.objects.filter(basket_uid=event.basket_uid).first() or _place(event, storefront)
    orders.pay(order=order, provider="demo", return_url=_NOWHERE, notify_url=_NOWHERE)
    payment = Payment.objects.filter(order_uid=order.uid).latest("id")
    processor.pay(reference=payment.reference, card=CARD, country=event.territory)
    _put_by(order)


def _place(event: Event, storefront: Storefront) -> Order:
    release, track = _choice(event)
    basket = Basket.objects.get_or_create(uid=event.basket_uid, defaults={"storefront": storefront})[0]
    baskets.add(basket=basket, release=release, track=track, fmt=formats.parse(event.format))
    person = Person.objects.get(email=event.email) if event.email == people.BUYER.email else None
    shown = baskets.view(basket, Asker(storefront, event.territory, owned=owned.by(person))).total
    return orders.place(
        Checkout(
            basket=basket,
            storefront=storefront,
            email=event.email,
            territory=event.territory,
            shown_minor=shown.minor,
            consent=True,
            provider="demo",
            person=person,
            language="de" if event.territory in {"DE", "AT", "CH"} else "en",
            evidence={"stated": event.territory, "address": event.territory},
        )
    )


def _choice(event: Event) -> Cut:
    """What the event's buyer takes, of what may be sold to them: a whole release, or one track."""
    if event.number == 0:
        return catalogue.releases().get(upc=OWNED), None
    offered = _offered(event.territory)
    wanted = [cut for cut in offered if (cut[1] is None) == event.takes_whole] or offered
    return wanted[int(event.pick * len(wanted))]


def _offered(territory: str) -> list[Cut]:
    releases = list(catalogue.releases().order_by("upc"))
    answers = rights.availabilities(releases, territory, clock.now())
    whole: list[Cut] = [(one, None) for one in releases if isinstance(answers[one.id].release, Yes)]
    alone: list[Cut] = [
        (one, track)
        for one in releases
        for track in one.tracks.all()
        if isinstance(answers[one.id].tracks[track.id], Yes)
    ]
    return whole + alone


def _hand_over(deliveries: Sequence[Delivery]) -> None:
    """Bring the processor's notices straight to the shop, signed as ever."""
    for delivery in deliveries:
        settlement.apply_notice(provider="demo", headers=delivery.headers(), body=delivery.body)


def _put_by(order: Order) -> None:
    """Send the order's letters at the time of the story, and drop its jobs that nobody waits for any more.

    Cutting ahead and giving up belong to the day of the sale; done today they would only keep the encoders busy.
    """
    for letter in Letter.objects.filter(to=order.email, sent_at__isnull=True):
        mail.send(letter.key)
        jobs.drop(kind=mail.SEND, key=letter.key)
    for kind in (settlement.PRECUT, orders.LAPSE):
        jobs.drop(kind=kind, key=str(order.uid))


def _give_back(operator: Person) -> None:
    """Refund the order that the story has refunded, two days after it was bought."""
    order = Order.objects.filter(basket_uid=story.basket_uid(f"order {story.REFUNDED}")).first()
    if order is None or order.state != Order.State.PAID or Refund.objects.filter(order=order).exists():
        return
    with clock.use(FixedClock(order.placed_at + timedelta(days=2))), courier.use(_hand_over):
        made = refunds.refund(order=order, reason="Bought the wrong format by mistake", operator=operator)
        refunds.return_money(str(made.uid))
        jobs.drop(kind=refunds.RETURN_MONEY, key=str(made.uid))
        _put_by(order)
