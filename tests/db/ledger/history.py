"""A random history of everything that can happen in the books: pure, by a seed, with its own reckoning beside."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from lathe.basics.money import Money
from lathe.ledger import accounts
from lathe.ledger.entries import Entry, credit, debit
from lathe.ledger.events import losses, money_in, money_out, transfers
from lathe.ledger.events.money_in import Received
from lathe.ledger.rates import Rate
from lathe.royalties.actions import settling
from lathe.royalties.rules import payouts
from lathe.royalties.rules.contracts import Payment
from lathe.royalties.rules.decisions import Owed, Part
from lathe.royalties.rules.payouts import Of, Standing
from lathe.sales import rules
from lathe.sales.rules import LineTerms, Paid

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
CURRENCIES = {"EUR": 100, "JPY": 1, "KWD": 1000}
"""With minor units in a major one: two decimals, none, three."""
_RATES = {("EUR", "JPY"): "163.0525", ("JPY", "KWD"): "1/487", ("KWD", "EUR"): "2.9931"}


@dataclass(frozen=True)
class Event:
    """One event as it is posted."""

    key: str
    kind: str
    occurred_at: datetime
    entries: Sequence[Entry]
    rate: Rate | None = None
    subject: str = ""


@dataclass
class History:
    """Tells events one after the other, each possible after those before; `sums` is where every account stands."""

    seed: int
    sums: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    now: datetime = BEGIN

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.parties, self.buyers = [self.uid() for _ in range(4)], [self.uid() for _ in range(6)]
        self.sold: list[tuple[Event, UUID, UUID, Paid]] = []
        self.vouchers: list[tuple[UUID, str, int]] = []

    def uid(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def events(self, count: int) -> Iterator[Event]:
        """So many events over about a year, some told days after they happened."""
        step = timedelta(days=360) / count
        for number in range(count):
            self.now += step * self.chance.uniform(0.2, 1.8)
            event = self._event(number)
            for entry in event.entries:
                self.sums[entry.account_code, entry.currency] += entry.amount_micro
            yield event

    def _event(self, number: int) -> Event:
        happening = self.chance.choice(
            (
                self._sale,
                self._sale,
                self._sale,
                self._undo,
                self._top_up,
                self._voucher,
                self._goodwill,
                self._money_out,
            )
        )
        kind, currency, entries, rate = happening(self.chance.choice(list(CURRENCIES)))
        if not [entry for entry in entries if entry.amount_micro]:
            kind, entries, rate = "gift", self._gift(currency), None
        late = timedelta(days=self.chance.choice((0, 0, 0, 0, 40)))
        made = Event(f"{kind}:{self.seed}:{number}", kind, self.now - late, rules.merged(entries), rate)
        if kind == "sale":
            sale = self.sold[-1]
            self.sold[-1] = (made, *sale[1:])
        return made

    def _sale(self, currency: str) -> tuple[str, str, list[Entry], Rate | None]:
        order, buyer = self.uid(), self.chance.choice(self.buyers)
        lines = [self._line(currency) for _ in range(self.chance.randint(1, 4))]
        total = sum(line.price.micro for line in lines)
        paid = Paid("demo", str(self.uid()), total, total // 71)
        self.sold.append((Event("", "", self.now, ()), order, buyer, paid))
        return "sale", currency, rules.sale_entries(order, "DE", paid, lines), None

    def _line(self, currency: str) -> LineTerms:
        price = Money(self.chance.randint(2, 400) * CURRENCIES[currency] // 100 + 1, currency)
        tax = Money(price.minor * 19 // 119, currency)
        owed = (price - tax).micro * self.chance.randint(0, 97) // 97
        first = self.chance.randint(0, owed)
        one, other = self.chance.choice(self.parties), self.chance.choice([None, *self.parties])
        parts = (Part(one, "label", "all sales", 1, first), Part(other, "publisher", "works", 1, owed - first))
        return LineTerms(self.uid(), price, tax, Owed(parts))

    def _undo(self, currency: str) -> tuple[str, str, list[Entry], Rate | None]:
        if not self.sold:
            return self._sale(currency)
        sale, order, buyer, paid = self.sold.pop(self.chance.randrange(len(self.sold)))
        currency = sale.entries[0].currency
        back = rules.refund_entries(sale.entries, order, buyer, paid)
        if self.chance.random() < 0.5:
            return "refund", currency, back, None
        return "chargeback", currency, [*back, *losses.chargeback_cost("demo", currency, 15_000_000)], None

    def _top_up(self, currency: str) -> tuple[str, str, list[Entry], Rate | None]:
        buyer, amount = self.chance.choice(self.buyers), Money(self.chance.randint(1, 9000), currency).micro
        if self.chance.random() < 0.3:
            return "bonus", currency, money_in.bonus(buyer, currency, amount // 10), None
        received = Received("demo", str(self.uid()), currency, amount, amount // 50)
        return "top-up", currency, money_in.top_up(received, buyer), None

    def _voucher(self, currency: str) -> tuple[str, str, list[Entry], Rate | None]:
        if self.vouchers and self.chance.random() < 0.6:
            voucher, currency, amount = self.vouchers.pop()
            if self.chance.random() < 0.5:
                return "voucher-expired", currency, money_in.voucher_expired(voucher, currency, amount), None
            buyer = self.chance.choice(self.buyers)
            return "voucher-redeemed", currency, money_in.voucher_redeemed(voucher, buyer, currency, amount), None
        voucher, amount = self.uid(), Money(self.chance.randint(1, 90), currency).micro
        self.vouchers.append((voucher, currency, amount))
        return "voucher-sold", currency, money_in.voucher_sold(Received("demo", "", currency, amount), voucher), None

    def _gift(self, currency: str) -> list[Entry]:
        amount = self.chance.randint(1, 5_000_000)
        return [
            debit(accounts.gifts(), currency, amount),
            credit(accounts.buyer(self.chance.choice(self.buyers)), currency, amount),
        ]

    def _goodwill(self, currency: str) -> tuple[str, str, list[Entry], Rate | None]:
        if self.chance.random() < 0.5:
            return "gift", currency, self._gift(currency), None
        entries = losses.bad_file(self.chance.choice(self.buyers), currency, 990_000, str(self.uid()))
        return "bad-file", currency, entries, None

    def _money_out(self, currency: str) -> tuple[str, str, list[Entry], Rate | None]:
        party, what = self.chance.choice(self.parties), self.chance.randrange(6)
        owed = max(-self.sums[accounts.payable(party), currency], 0)
        if what == 0:
            settled = -self.sums[accounts.payout(party), currency] // Money(1, currency).micro
            return "payout", currency, money_out.payout(party, Money(settled, currency)), None
        if what == 1:
            due = payouts.reckon(Of(party, "2026-01", currency), Standing(owed, 0), Payment())
            return "royalties", currency, settling(due), None
        if what == 2:
            case = self.uid()
            kept = transfers.into_escrow(case, party, currency, owed)
            freed = transfers.out_of_escrow(case, party, self.parties[0], currency, owed // 3)
            return "escrow", currency, [*kept, *freed], None
        held = self.sums[accounts.processor("demo"), currency]
        if what == 3:
            return "write-off", currency, losses.write_off(accounts.processor("demo"), currency, held // 7), None
        if what == 4:
            return "transfer", currency, money_out.transfer("demo", Money(max(held, 0) // 10**6, currency)), None
        return self._conversion(held)

    def _conversion(self, held: int) -> tuple[str, str, list[Entry], Rate | None]:
        base, quote = self.chance.choice(list(_RATES))
        rate = Rate(base, quote, _RATES[base, quote], "ECB", date(2026, 1, 5))
        code = accounts.processor("demo")
        entries = transfers.conversion(code, code, self.sums[code, base] // 3, rate)
        return "conversion", base, entries, rate
