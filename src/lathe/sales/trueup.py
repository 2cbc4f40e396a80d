"""True-up: a cut bought by size at its ceiling is charged by its exact size once it is made.

The difference goes to the buyer's balance; tax, the rights holder's part and the margin follow, by the same terms.
"""

from __future__ import annotations

from django.db import transaction

from lathe.audio.formats import parse
from lathe.basics import clock
from lathe.basics.money import Money
from lathe.catalogue.models import Track
from lathe.delivery import cuts, precut, sizes
from lathe.ledger import accounts
from lathe.ledger import actions as ledger
from lathe.ledger import queries as books
from lathe.ledger.entries import credit, debit
from lathe.rights import queries as rights
from lathe.sales import letters, owing, quotes, rules, taxed
from lathe.sales.models import Order, OrderLine


def true_up(key: str) -> None:
    """Make what an order bought at a ceiling, then give the difference back. Again changes nothing."""
    order = Order.objects.get(uid=key)
    for line in order.lines.filter(size_is_exact=False).select_related("release", "track", "order__storefront"):
        precut.make(_cuts(line))
        _correct(order, line)


def _correct(order: Order, line: OrderLine) -> None:
    known = sizes.bodies(
        [(track.master, cuts.of_master(parse(line.format), track.master.source)) for track in _tracks(line)]
    )
    exact_bytes = sum(size.ceiling_bytes for size in known)
    deal = rights.deal_as_sold(line.deal_uid, order.territory, order.placed_at)
    full = quotes.price_of(deal, order.storefront, exact_bytes)
    credited = Money(line.full_price_minor - line.price_minor, order.currency)
    exact = min(rules.upgrade(full, credited), line.price, key=lambda price: price.minor)
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(id=order.id)
        if locked.state != Order.State.PAID or locked.person is None:
            return
        if exact != line.price and books.transaction(f"true-up:{line.uid}") is None:
            _post(locked, line, exact)
        OrderLine.objects.filter(id=line.id).update(size_bytes=exact_bytes, size_is_exact=True)


def _post(order: Order, line: OrderLine, exact: Money) -> None:
    if order.person is None:
        raise ValueError(f"Order {order.number} has lost its buyer; nothing can be put on a balance.")
    old, new = owing.kept(line), owing.again(line, exact)
    before, after = (rules.line_entries(order.territory, [terms]) for terms in (old, new))
    undone = [debit(e.account_code, e.currency, -e.amount_micro, e.line) for e in before]
    back = line.price - exact
    posted = ledger.post(
        key=f"true-up:{line.uid}",
        kind="true-up",
        subject=str(order.uid),
        occurred_at=clock.now(),
        entries=rules.merged([*undone, *after, credit(accounts.buyer(order.person.uid), exact.currency, back.micro)]),
    )
    taxed.keep_correction(order, posted, old, new)
    owing.keep([(line, new.owed)])
    letters.trued_up(order=order, line=line, back=back)


def _tracks(line: OrderLine) -> list[Track]:
    return [line.track] if line.track else list(line.release.tracks.select_related("recording__master"))


def _cuts(line: OrderLine) -> list[precut.Want]:
    return [
        precut.Want(track.master, cuts.of_master(parse(line.format), track.master.source)) for track in _tracks(line)
    ]
