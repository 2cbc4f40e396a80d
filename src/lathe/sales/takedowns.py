"""Takedowns: the acts of a case that touch sales and books as well as rights. The history lies with the case itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from lathe.accounts.models import Person
from lathe.basics import clock
from lathe.basics.money import MICRO, Money, total
from lathe.catalogue.models import Party, Track
from lathe.delivery import actions as delivery
from lathe.delivery import queries as holding
from lathe.delivery.queries import Held
from lathe.rights import cases
from lathe.rights.cases import Claim
from lathe.rights.errors import RightsError
from lathe.rights.models import Case
from lathe.royalties import queries as agreed
from lathe.royalties.errors import NoContract
from lathe.sales import case_letters, escrow, refunds
from lathe.sales.models import Order, OrderLine


@dataclass(frozen=True)
class Outlook:
    """What would come of a case's refund: `whole` orders refunded the way they were paid, `partly` those of which the
    disputed lines are, to the balance; `left` lines that cannot be. `prices` is what the first two paid, by currency.
    """

    whole: int
    partly: int
    left: int
    prices: Sequence[Money]


@transaction.atomic
def open_case(*, claim: Claim, operator: Person | None = None) -> Case:
    """Take a claim: stop the sale everywhere, put what is owed into escrow, and tell those concerned.

    All or nothing. Orders that wait for payment are not settled any more: what comes for them goes to their buyers'
    balances. What was bought before stays. Raises RightsError.
    """
    by = operator.uid if operator else None
    case = cases.receive(claim=claim, by=by)
    _wait_for_settlements(case)
    moved = escrow.hold(case=case)
    event = cases.note(case=case, what=cases.ESCROWED, by=by, text=_amounts(moved))
    case_letters.tell(case=case, event=event)
    return case


@transaction.atomic
def reinstate(*, case: Case, note: str, operator: Person | None = None) -> None:
    """Find the claim unfounded: the stop sign goes, and what lay in escrow is owed to the rights holder again."""
    held = cases.hold(case=case)
    moved = escrow.release(case=held, to=None, key=f"reinstate:{held.uid}")
    _settle(held, Case.State.REINSTATED, f"{note.strip()} {_amounts(moved)}", operator, lift=True)


@transaction.atomic
def reassign(*, case: Case, to: Party, note: str, operator: Person | None = None) -> None:
    """Find that another party has the right: what lay in escrow is owed to them.

    The stop sign stays until their own mandate and terms are on record. Raises RightsError where nothing is agreed with
    the party, for then nobody knows what it is to be paid, and where it is the party that delivered.
    """
    held = cases.hold(case=case)
    if to == held.release.label:
        raise RightsError(f"{to.name} delivered the music itself; reinstate the case instead.")
    try:
        agreed.contract(to.uid, clock.today())
    except NoContract as missing:
        raise RightsError(
            f"Nothing is agreed with {to.name} yet. Import their delivery, or agree on a share, and reassign then."
        ) from missing
    moved = escrow.release(case=held, to=to.uid, key=f"reassign:{held.uid}")
    _settle(held, Case.State.REASSIGNED, f"{to.name}. {note.strip()} {_amounts(moved)}", operator, lift=False)


def refund(*, case: Case, note: str, operator: Person) -> int:
    """Find that it should never have been sold: every buyer gets the money back by the sale's own postings.

    An order that brought nothing else is refunded whole, the way it was paid; of another the disputed lines are, to the
    buyer's balance. Each order is a transaction of its own; broken off, it goes on where it was. Returns how many
    orders. What was given away or has lost its buyer stays in escrow, and the history says so.
    """
    check_refund(case=case, note=note)
    lines = escrow.disputed(case)
    orders = {line.order_id: line.order for line in lines}
    count = sum(
        _refund_order(order, [x for x in lines if x.order_id == number], note, operator)
        for number, order in orders.items()
    )
    with transaction.atomic():
        held = cases.hold(case=case)
        left = len(escrow.disputed(held))
        text = f"{note.strip()} Orders: {count}." + (f" Lines left in escrow: {left}." if left else "")
        _settle(held, Case.State.REFUNDED, text, operator, lift=False)
    return count


@transaction.atomic
def check_refund(*, case: Case, note: str) -> None:
    """Raise RightsError where a case's refund would be refused: it is settled, or nobody says why."""
    if not note.strip():
        raise RightsError("Say why the buyers are refunded; they read it.")
    cases.hold(case=case)


def outlook(case: Case) -> Outlook:
    """What a refund would do as things stand; two queries."""
    lines = escrow.disputed(case)
    sizes = Order.objects.filter(id__in={line.order_id for line in lines}).annotate(size=Count("lines"))
    size_of = {order.id: order.size for order in sizes}
    undone = [line for line in lines if _can_be_refunded(line.order)]
    disputed = {number: sum(line.order_id == number for line in undone) for number in {x.order_id for x in undone}}
    whole = sum(count == size_of[number] for number, count in disputed.items())
    codes = sorted({line.order.currency for line in undone})
    prices = [total([line.price for line in undone if line.order.currency == code], code) for code in codes]
    return Outlook(whole, len(disputed) - whole, len(lines) - len(undone), prices)


def kept(case: Case) -> Held:
    """What past buyers hold of the disputed tracks, and would lose by a court's order."""
    return holding.held_of(_tracks(case))


@transaction.atomic
def end_downloads(*, case: Case, court_order: str, operator: Person | None = None) -> int:
    """End what past buyers hold of the disputed tracks, as a court ordered; `court_order` names the ruling.

    The only way in which a case takes downloads from those who keep their purchase. Returns how many entitlements.
    """
    if not court_order.strip():
        raise RightsError("Name the court and the ruling: what was bought ends by a court's order alone.")
    ended = delivery.end_tracks(track_ids=_tracks(case), reason=f"court order: {court_order.strip()}")
    text = f"{court_order.strip()} Entitlements ended: {ended}."
    event = cases.note(case=case, what=cases.DOWNLOADS_ENDED, by=operator.uid if operator else None, text=text)
    case_letters.tell(case=case, event=event)
    return ended


def _tracks(case: Case) -> list[int]:
    """The tracks a case is about."""
    tracks = Track.objects.filter(release=case.release_id)
    return [case.track_id] if case.track_id else list(tracks.values_list("id", flat=True))


def _can_be_refunded(order: Order) -> bool:
    """Whether there is a payment to give back, and somebody to give it to."""
    return not order.gift_reason and order.person_id is not None


def _wait_for_settlements(case: Case) -> None:
    """Let settlements under way end before the books are read, and those to come see the stop sign.

    A settlement holds its order's row. SQLite has one writer at a time anyway.
    """
    waiting = Order.objects.filter(state=Order.State.PENDING, lines__release=case.release_id).order_by("id")
    list(waiting.select_for_update(of=("self",)).values_list("id", flat=True))


def _refund_order(order: Order, lines: list[OrderLine], note: str, operator: Person) -> bool:
    """Refund an order, or its disputed lines. False for what cannot be: a gift, or an order without its buyer."""
    if not _can_be_refunded(order):
        return False
    if order.lines.count() == len(lines):
        refunds.refund(order=order, reason=note, operator=operator)
        return True
    with transaction.atomic():
        for line in lines:
            refunds.refund_line(line=line, reason=note)
    return True


def _settle(case: Case, state: Case.State, text: str, operator: Person | None, *, lift: bool) -> None:
    by: UUID | None = operator.uid if operator else None
    event = cases.settle(case=case, state=state, by=by, text=text.strip(), lift=lift)
    case_letters.tell(case=case, event=event)


def _amounts(moved: Mapping[str, int]) -> str:
    """What moved, for the history: '1.463000 EUR'."""
    said = ", ".join(f"{micro // MICRO}.{micro % MICRO:06d} {currency}" for currency, micro in sorted(moved.items()))
    return f"Moved: {said}." if said else "Nothing was owed, so nothing moved."
