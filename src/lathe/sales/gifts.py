"""What the operator gives: balance (goodwill, credit for a bad file, the demo's pocket money), and music."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lathe.accounts.models import Person
from lathe.audio.formats import Format
from lathe.basics import clock
from lathe.basics.money import Money
from lathe.catalogue.models import Release
from lathe.delivery import actions as delivery
from lathe.delivery.actions import Sold
from lathe.jobs import actions as jobs
from lathe.ledger import accounts, actions
from lathe.ledger.entries import credit, debit
from lathe.sales import decided, letters, owing, owned, quotes, rules, settlement, taxes
from lathe.sales.errors import SalesError
from lathe.sales.models import Order, OrderLine
from lathe.sales.owing import Worth
from lathe.sales.quotes import Asker, Quote
from lathe.storefronts.models import Storefront
from lathe.storefronts.rules import Pricing

_GIFTS = UUID("5f0d3c1e-6d0b-4e0f-9a51-2f2b7f3f8f10")
"""The namespace in which a gift's key makes the id of its order."""


def give(*, person: Person, amount: Money, reason: str, key: str) -> None:
    """Put an amount on a buyer's balance at the shop's expense. `key` makes it happen once. Raises SalesError."""
    if amount.minor <= 0:
        raise SalesError(f"A gift must be more than nothing; {amount} is not.")
    if not reason.strip():
        raise SalesError("Say why the gift is made; it stands in the books.")
    actions.post(
        key=f"gift:{key}",
        kind="gift",
        subject=reason.strip()[:80],
        occurred_at=clock.now(),
        entries=[
            debit(accounts.gifts(), amount.currency, amount.micro),
            credit(accounts.buyer(person.uid), amount.currency, amount.micro),
        ],
    )


@dataclass(frozen=True)
class Gift:
    """Music to give: a release in a format, for a reason that the person reads. `key` makes it happen once."""

    storefront: Storefront
    person: Person
    release: Release
    fmt: Format
    reason: str
    key: str


def give_music(gift: Gift) -> Order | None:
    """Give somebody a release: owned, in the books, and a letter written, in one transaction.

    The rights holder is owed what a sale would bring them, at the shop's expense; no tax is due and nothing is earned.
    The same key again returns the first gift; None where the person owns that cut already. Raises SalesError for what
    may not be sold to the person's country either.
    """
    if not gift.reason.strip():
        raise SalesError(_("Say why the music is given; the person reads it."))
    try:
        with transaction.atomic():
            return _given(gift) or _give(gift)
    except IntegrityError:
        first = _given(gift)
        if first is None:
            raise
        return first


def _given(gift: Gift) -> Order | None:
    """What was given under this key already. Raises SalesError where that was something else."""
    first = Order.objects.filter(uid=uuid5(_GIFTS, gift.key)).first()
    if first is not None and not (
        first.person_id == gift.person.id
        and first.lines.filter(release=gift.release, format=str(gift.fmt), track=None).exists()
    ):
        raise SalesError(_("The key %s stands for another gift; nothing was given. Choose a new one.") % gift.key)
    return first


def _give(gift: Gift) -> Order | None:
    territory = _territory(gift)
    asker = Asker(gift.storefront, territory, owned=owned.by(gift.person))
    quoted = quotes.release(gift.release, gift.fmt, asker)
    if quoted.whole.is_covered:
        return None
    order = _order(gift, territory, quoted.whole)
    line = _line(gift, order, quoted.whole, quoted.label)
    decided.keep(order=order, lines=[(line, quoted.whole)], at=asker.at)
    _post(order, line)
    by_size = gift.storefront.pricing == Pricing.BY_SIZE.value
    tracks = list(gift.release.tracks.all())
    delivery.grant(person=gift.person, sold=Sold(order.uid, line.uid, tracks, line.format, by_size=by_size))
    letters.receipt(order=order)
    jobs.enqueue(kind=settlement.PRECUT, key=str(order.uid))
    return order


def _territory(gift: Gift) -> str:
    """Where the person bought last, else the storefront's home."""
    last = gift.person.orders.exclude(territory="").order_by("-placed_at").first()
    return last.territory if last else gift.storefront.home_territory


def _order(gift: Gift, territory: str, quote: Quote) -> Order:
    if quote.full_price is None:
        raise SalesError(quote.refusal)
    now = clock.now()
    return Order.objects.create(
        uid=uuid5(_GIFTS, gift.key),
        number=rules.number(secrets.token_bytes(8)),
        storefront=gift.storefront,
        person=gift.person,
        email=gift.person.email,
        language=gift.person.language or gift.storefront.language,
        state=Order.State.PAID,
        currency=quote.full_price.currency,
        territory=territory,
        tax_rate_bp=taxes.rate_bp(territory, now.date()),
        total_minor=0,
        tax_minor=0,
        gift_reason=gift.reason.strip()[:300],
        consent_text=_("A gift of the shop. Nothing was bought."),
        consented_at=now,
        placed_at=now,
        paid_at=now,
    )


def _line(gift: Gift, order: Order, quote: Quote, label: str) -> OrderLine:
    deal, grant, full = quote.deal, quote.grant, quote.full_price
    if deal is None or grant is None or full is None:
        raise SalesError(quote.refusal)
    return OrderLine.objects.create(
        uid=uuid5(order.uid, "1"),
        order=order,
        release=gift.release,
        title=gift.release.title,
        format=str(gift.fmt),
        format_label=label,
        size_bytes=quote.size_bytes,
        size_is_exact=quote.is_exact,
        price_minor=0,
        full_price_minor=full.minor,
        tax_minor=0,
        deal_uid=deal.uid,
        grant_uid=grant.uid,
        party_uid=gift.release.label.uid,
        wholesale_micro=None if deal.wholesale is None else deal.wholesale.micro,
        position=1,
    )


def _post(order: Order, line: OrderLine) -> None:
    full = Money(line.full_price_minor, order.currency)
    [worth] = owing.decide(order, [Worth.at(line, full, is_upgrade=False)])
    if worth.owed_micro:
        actions.post(
            key=f"gift:{order.uid}",
            kind="gift",
            subject=str(order.uid),
            occurred_at=order.placed_at,
            entries=[
                debit(accounts.gifts(), order.currency, worth.owed_micro, str(line.uid)),
                *rules.owed_entries(worth),
            ],
        )
