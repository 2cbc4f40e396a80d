"""A history told through the shop's own doors, by a seed: all that listeners, labels, banks and the operator do.

Nothing is posted by hand but late corrections. What is not possible at a moment (a refund before any sale, a sale of
music in dispute) does not happen; `told` counts what did.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

from lathe.accounts.models import Person
from lathe.audio.formats import parse
from lathe.basics.clock import FixedClock
from lathe.basics.money import Money
from lathe.catalogue import works
from lathe.catalogue.models import Party, Track
from lathe.ledger import accounts
from lathe.ledger import actions as ledger
from lathe.ledger.entries import credit, debit
from lathe.payments.models import Payment
from lathe.payments.providers.demo import courier, processor
from lathe.rights import actions as rights
from lathe.rights import cases
from lathe.rights.cases import Claim
from lathe.rights.errors import RightsError
from lathe.rights.models import Case
from lathe.royalties import actions as royalties
from lathe.sales import balances, escrow, gifts, orders, refunds, suspense, takedowns
from lathe.sales.errors import SalesError
from lathe.sales.gifts import Gift
from lathe.sales.models import Order
from lathe.storefronts.models import Storefront
from tests import paying, shops

LONG_AGO = date(2024, 1, 1)
BEGIN = datetime(2026, 9, 1, tzinfo=UTC)
FORMATS = ("flac", "mp3:cbr=320", "opus:128", "wav")
REFUNDED_AT_MOST = 40
"""Sales of a case that ends in refunds: with more of them the rest of the history would be about nothing else."""


@dataclass
class Tale:
    """Two labels with a release each, a guest who shares in a recording, a publisher; fronts in EUR and in JPY."""

    clock: FixedClock
    chance: random.Random
    fronts: list[Storefront]
    labels: list[shops.Shop]
    guest: Party
    publisher: Party
    operator: Person
    listeners: list[Person]
    told: Counter[str] = field(default_factory=Counter)
    paid: list[Order] = field(default_factory=list)
    vouchers: list[tuple[UUID, str]] = field(default_factory=list)

    @property
    def parties(self) -> list[Party]:
        return [self.labels[0].label, self.labels[1].label, self.guest, self.publisher]

    def happen(self, at: datetime) -> None:
        """One event of the many, by chance; a sale where it was not possible."""
        self.clock.set(at)
        kinds = list(OFTEN)
        [kind] = self.chance.choices(kinds, [weight for weight, _ in OFTEN.values()])
        if not self._did(kind, OFTEN[kind][1]):
            self._did("sale", Tale.sale)

    def turn(self, number: int) -> None:
        """One of the few events that change how all others go; they take turns."""
        kinds = list(SELDOM)
        kind = kinds[number % len(kinds)]
        self._did(kind, SELDOM[kind])

    def _did(self, kind: str, act: Callable[[Tale], bool]) -> bool:
        try:
            is_done = act(self)
        except (SalesError, RightsError):
            is_done = False
        self.told[kind] += int(is_done)
        return is_done

    def sale(self) -> bool:
        """One or two cuts, to a stranger or to a listener who may own some of it and pays from the balance first."""
        front, first = self.chance.choice(self.fronts), self.chance.choice(self.labels)
        filled = shops.basket(self._at(front, first), track=self._cut(first), fmt=self.chance.choice(FORMATS))
        if self.chance.random() < 0.3:
            second = next(label for label in self.labels if label is not first)
            shops.fill(filled, second, track=self._cut(second), fmt=self.chance.choice(FORMATS))
        person = self.chance.choice(self.listeners) if self.chance.random() < 0.4 else None
        changes = {"person": person, "use_balance": person is not None} if person else {"email": _address()}
        territory = self.chance.choice(("DE", "FR", "US"))
        placed = orders.place(shops.checkout(self._at(front, first), filled, territory=territory, **changes))
        order = paying.paid(placed)
        if order.state == Order.State.PAID:
            self.paid.append(order)
        return bool(order.total_minor)

    def refund(self) -> bool:
        refunds.refund(order=self._one_paid(), reason="asked for it", operator=self.operator)
        return True

    def chargeback(self) -> bool:
        order = self._one_paid()
        payment = refunds.payment_of(order)
        if payment is None or order.state != Order.State.PAID:
            return False
        with courier.use(lambda deliveries: None):
            deliveries = processor.charge_back(reference=payment.reference)
        return all(paying.bring(delivery) for delivery in deliveries)

    def top_up(self) -> bool:
        payment = self._received()
        bonus = Money(self.chance.randint(1, 90), payment.currency) if self.chance.random() < 0.3 else None
        balances.top_up(person=self.chance.choice(self.listeners), payment=payment, bonus=bonus)
        return True

    def voucher(self) -> bool:
        """Sold, or one that was sold redeemed or lapsed."""
        if not self.vouchers or self.chance.random() < 0.5:
            voucher, payment = uuid4(), self._received()
            balances.sell_voucher(voucher=voucher, payment=payment)
            self.vouchers.append((voucher, payment.currency))
            return True
        voucher, currency = self.vouchers.pop()
        if self.chance.random() < 0.3:
            balances.expire_voucher(voucher=voucher, currency=currency)
        else:
            balances.redeem_voucher(voucher=voucher, person=self.chance.choice(self.listeners), currency=currency)
        return True

    def gift(self) -> bool:
        """Music, and an amount where the listener owns that music."""
        front, label, person = (self.chance.choice(many) for many in (self.fronts, self.labels, self.listeners))
        fmt = parse(self.chance.choice(FORMATS))
        if gifts.give_music(Gift(front, person, label.release, fmt, "A good listener", str(uuid4()))) is None:
            gifts.give(person=person, amount=Money(150, front.currency), reason="sorry", key=str(uuid4()))
        return True

    def bad_file(self) -> bool:
        order = self.chance.choice(self.paid) if self.paid else None
        line = order.lines.select_related("order").first() if order else None
        if line is None:
            return False
        part = Money(self.chance.randint(1, 40), line.order.currency)
        balances.credit_bad_file(line=line, amount=part, key=str(uuid4()))
        return True

    def late(self) -> bool:
        """A correction by hand that says it happened weeks ago, in a month that may be closed."""
        happened = self.clock.now() - timedelta(days=25)
        if happened < BEGIN:
            return False
        party, front = self.chance.choice(self.parties), self.chance.choice(self.fronts)
        payable, micro = accounts.payable(party.uid), self.chance.randrange(1, 90_000)
        ledger.post(
            key=f"correction:{uuid4()}",
            kind="correction",
            subject="by hand",
            occurred_at=happened,
            entries=[debit(accounts.margin(), front.currency, micro), credit(payable, front.currency, micro)],
        )
        return True

    def claim(self) -> bool:
        """Somebody claims a release, or one track of it, and its money goes into escrow."""
        label = self.chance.choice(self.labels)
        takedowns.open_case(claim=Claim(label.release, self._cut(label), "Gegner", "", "Ours since 2019."))
        return True

    def end_claim(self) -> bool:
        """The eldest case ends in one of three ways; the music is on sale again, so that the history goes on."""
        case = cases.every().filter(state=Case.State.SUSPENDED).last()
        if case is None:
            return False
        way = self.chance.choice(("back", "another's", "nobody's"))
        if way == "another's":
            [other] = [label.label for label in self.labels if label.release != case.release]
            takedowns.reassign(case=case, to=other, note="Settled.")
        elif way == "nobody's" and len(escrow.disputed(case)) <= REFUNDED_AT_MOST:
            takedowns.refund(case=case, note="Never ours to sell.", operator=self.operator)
        else:
            takedowns.reinstate(case=case, note="Unfounded.")
        rights.lift(release=case.release, track=case.track)
        return True

    def new_contract(self) -> bool:
        """The next version with a label: another share, tiers, and how it is paid."""
        label, share = self.chance.choice(self.labels).label, self.chance.choice(("1/2", "2/3", "0.713"))
        payment = {"minimum": ["5.00EUR", "300JPY"], "reserve": "10%", "reserve_periods": 1, "withholding": "15%"}
        rule = {"name": "by volume", "share": share, "tiers_count_by": "month"}
        rule |= {"tier": [{"from_unit": 3, "share": "3/4"}]}
        royalties.sign(party_uid=label.uid, plain={"starts_on": LONG_AGO, "payment": payment, "rule": [rule]})
        return True

    def advance(self) -> bool:
        amount = Money(self.chance.randint(500, 3000), self.chance.choice(self.fronts).currency)
        royalties.advance(party_uid=self.chance.choice(self.labels).label.uid, amount=amount, key=str(uuid4()))
        return True

    def author_found(self) -> bool:
        """Whose a work is becomes known, and what waits in suspense for it is released."""
        work = works.enter(title="Relais")
        share = Fraction(self.chance.randint(1, 3), 4)
        shares = [(self.publisher.uid, share), (self.guest.uid, 1 - share)]
        royalties.divide(subject_uid=work.uid, shares=shares, starts_on=LONG_AGO)
        suspense.release()
        return True

    def _at(self, front: Storefront, label: shops.Shop) -> shops.Shop:
        return shops.Shop(front, label.label, label.release, label.tracks)

    def _cut(self, label: shops.Shop) -> Track | None:
        return self.chance.choice([None, *label.tracks])

    def _one_paid(self) -> Order:
        """An order taken out of those paid, as it is now. Raises SalesError where there is none."""
        if not self.paid:
            raise SalesError("Nothing was sold yet.")
        order = self.paid.pop(self.chance.randrange(len(self.paid)))
        order.refresh_from_db()
        return order

    def _received(self) -> Payment:
        currency = self.chance.choice(self.fronts).currency
        minor = self.chance.randint(300, 4000)
        return Payment.objects.create(
            order_uid=uuid4(),
            provider="demo",
            reference=uuid4().hex,
            amount_minor=minor,
            currency=currency,
            fee_micro=Money(minor, currency).micro // 71,
            state="paid",
        )


OFTEN: dict[str, tuple[int, Callable[[Tale], bool]]] = {
    "sale": (24, Tale.sale),
    "refund": (3, Tale.refund),
    "chargeback": (1, Tale.chargeback),
    "top-up": (3, Tale.top_up),
    "voucher": (3, Tale.voucher),
    "gift": (2, Tale.gift),
    "bad file": (1, Tale.bad_file),
    "late": (1, Tale.late),
}
"""How often each happens beside the others."""
SELDOM: dict[str, Callable[[Tale], bool]] = {
    "claim": Tale.claim,
    "contract": Tale.new_contract,
    "end of a claim": Tale.end_claim,
    "advance": Tale.advance,
    "author found": Tale.author_found,
}


def _address() -> str:
    return f"{uuid4().hex}@example.com"
