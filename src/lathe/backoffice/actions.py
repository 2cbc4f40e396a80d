"""What an operator can do. Each act is recorded and done in one transaction, or not at all, and done once a turn."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lathe.backoffice import record, subjects
from lathe.backoffice.errors import NothingToDo
from lathe.backoffice.models import Action
from lathe.backoffice.record import Turn
from lathe.basics.money import Money
from lathe.catalogue import actions as catalogue
from lathe.catalogue.models import Party, Release
from lathe.jobs import actions as jobs
from lathe.ledger import bookings
from lathe.ledger.bookings import Note
from lathe.ledger.models import Account
from lathe.rights import actions as rights
from lathe.rights.actions import DealFacts
from lathe.rights.cases import Claim
from lathe.rights.models import Case
from lathe.sales import chargebacks, letters, refunds, takedowns
from lathe.sales.models import Order


@transaction.atomic
def refund(*, order: Order, reason: str, turn: Turn) -> None:
    """Refund an order whole. Raises Overtaken, and RefundRefused for an order that is not paid or a missing reason."""
    if record.take(what=Action.What.REFUND, subject=subjects.order(order), turn=turn):
        refunds.refund(order=order, reason=reason, operator=turn.operator)


@transaction.atomic
def send_receipt(*, order: Order, turn: Turn) -> None:
    """Mail the receipt of a paid order again. Raises Overtaken, NothingToDo."""
    if record.take(what=Action.What.RECEIPT, subject=subjects.order(order), turn=turn):
        _check_paid(order)
        letters.receipt(order=order, again=f":operator:{turn.number}")


@transaction.atomic
def take_link(*, order: Order, turn: Turn) -> str:
    """The address that opens what a paid order brought. Raises Overtaken, NothingToDo."""
    record.take(what=Action.What.LINK, subject=subjects.order(order), turn=turn)
    _check_paid(order)
    return letters.library_link(order)


@transaction.atomic
def publish(*, release: Release, turn: Turn) -> None:
    """Show a release in the shop. Raises Overtaken, NothingToDo."""
    if record.take(what=Action.What.PUBLISH, subject=subjects.release(release), turn=turn):
        release.refresh_from_db(fields=["is_published"])
        if release.is_published:
            raise NothingToDo(_("The release is in the shop already."))
        catalogue.publish(release=release)


@transaction.atomic
def withdraw(*, release: Release, turn: Turn) -> None:
    """Take a release out of the shop. Raises Overtaken, NothingToDo."""
    if record.take(what=Action.What.WITHDRAW, subject=subjects.release(release), turn=turn):
        release.refresh_from_db(fields=["is_published"])
        if not release.is_published:
            raise NothingToDo(_("The release is out of the shop already."))
        catalogue.withdraw(release=release)


@transaction.atomic
def take_claim(*, claim: Claim, turn: Turn) -> None:
    """Open a takedown case. Raises Overtaken, RightsError."""
    if record.take(what=Action.What.CLAIM, subject=subjects.release(claim.release), turn=turn):
        takedowns.open_case(claim=claim, operator=turn.operator)


@transaction.atomic
def reinstate(*, case: Case, note: str, turn: Turn) -> None:
    """Settle a case in the label's favour. Raises Overtaken, and RightsError where it is settled."""
    if record.take(what=Action.What.REINSTATE, subject=subjects.release(case.release), turn=turn):
        takedowns.reinstate(case=case, note=note, operator=turn.operator)


@transaction.atomic
def reassign(*, case: Case, to: Party, note: str, turn: Turn) -> None:
    """Settle a case in another party's favour. Raises Overtaken, and RightsError where it is settled, or nothing is
    agreed with the party."""
    if record.take(what=Action.What.REASSIGN, subject=subjects.release(case.release), turn=turn):
        takedowns.reassign(case=case, to=to, note=note, operator=turn.operator)


def refund_buyers(*, case: Case, note: str, turn: Turn) -> None:
    """Refund the buyers of a case, each order in a transaction of its own; broken off, a new turn goes on.

    Raises Overtaken, and RightsError, with nothing done, where the case is settled or nobody says why.
    """
    with transaction.atomic():
        is_mine = record.take(what=Action.What.BUYERS, subject=subjects.release(case.release), turn=turn)
        if is_mine:
            takedowns.check_refund(case=case, note=note)
    if is_mine:
        takedowns.refund(case=case, note=note, operator=turn.operator)


@transaction.atomic
def end_downloads(*, case: Case, court_order: str, turn: Turn) -> None:
    """End what past buyers hold, as a court ordered. Raises Overtaken, and RightsError where no ruling is named."""
    if record.take(what=Action.What.COURT, subject=subjects.release(case.release), turn=turn):
        takedowns.end_downloads(case=case, court_order=court_order, operator=turn.operator)


@transaction.atomic
def add_deal(*, release: Release, deal: DealFacts, turn: Turn) -> None:
    """Add terms to a release. Raises Overtaken, RightsError."""
    if record.take(what=Action.What.DEAL, subject=subjects.release(release), turn=turn):
        rights.add_deal(release=release, deal=deal)


@transaction.atomic
def pay_out(*, party: Party, amount: Money, note: Note, turn: Turn) -> None:
    """Book that a rights holder was paid from the bank. Raises Overtaken, LedgerError."""
    if record.take(what=Action.What.PAYOUT, subject=subjects.party(party), turn=turn):
        bookings.pay_out(party=party.uid, amount=amount, note=note)


@transaction.atomic
def write_off(*, account: Account, note: Note, turn: Turn) -> None:
    """Give up the balance of an account. Raises Overtaken, LedgerError."""
    if record.take(what=Action.What.WRITE_OFF, subject=subjects.account(account), turn=turn):
        bookings.write_off(code=account.code, currency=account.currency, note=note)


@transaction.atomic
def charge_back(*, order: Order, fee: Money | None, turn: Turn) -> None:
    """Book that the payment of an order was taken back. Raises Overtaken, SalesError, PaymentError."""
    if record.take(what=Action.What.CHARGEBACK, subject=subjects.order(order), turn=turn):
        chargebacks.of_order(number=order.number, fee=fee)


@transaction.atomic
def retry_jobs(*, kind: str, turn: Turn) -> None:
    """Have the dead jobs of a kind tried again. Raises Overtaken, NothingToDo."""
    if record.take(what=Action.What.RETRY, subject=subjects.jobs(kind), turn=turn) and not jobs.retry_dead(kind=kind):
        raise NothingToDo(_("No job of this kind is dead."))


def _check_paid(order: Order) -> None:
    order.refresh_from_db(fields=["state"])
    if order.state != Order.State.PAID:
        raise NothingToDo(_("Only a paid order has files to send or to open; this one is not paid."))
