"""Money: what is owed to rights holders, files for the bank, and what is booked by hand."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lathe.backoffice import actions, confirm, money_page, subjects, words
from lathe.backoffice.access import operators_only
from lathe.backoffice.confirm import Act, Field
from lathe.backoffice.record import Turn
from lathe.basics import clock
from lathe.basics.money import Money
from lathe.catalogue.models import Party
from lathe.ledger import queries as books
from lathe.ledger.bookings import Note
from lathe.ledger.models import Account
from lathe.reports import formats, making, opening
from lathe.reports.errors import ReportError
from lathe.reports.opening import Wanted
from lathe.reports.rules import Month
from lathe.sales.models import Order

ASK_AND_DO = ["GET", "HEAD", "POST"]
FOR_THE_BANK = ("payouts-sepa", "payouts-csv")


@operators_only
@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """What is owed to whom, and what the settled periods pay out."""
    shown = {"part": "money", **money_page.context(request.GET.get("month", "")[:7])}
    return render(request, "backoffice/money.html", shown)


@operators_only
@require_safe
def payouts(request: HttpRequest, month: str, currency: str, report: str) -> HttpResponse:
    """A file for the bank: what the settled periods that end with a month pay each rights holder."""
    if report not in FOR_THE_BANK:
        raise Http404
    made, out = formats.named(report), BytesIO()
    try:
        with opening.draft(Wanted(None, Month.parse(month), currency)) as material:
            name = made.file_name(material)
            making.make(made, material, out)
    except ReportError as wrong:
        messages.error(request, str(wrong))
        return redirect(reverse("backoffice:money"))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(out.getvalue(), content_type=made.facts.media_type, headers=headers)


@operators_only
@require_http_methods(ASK_AND_DO)
def payout(request: HttpRequest, uid: UUID, currency: str) -> HttpResponse:
    """Book that the bank has paid a rights holder."""
    party = get_object_or_404(Party, uid=uid)
    sent = request.POST

    def do(turn: Turn) -> None:
        reference = sent.get("reference", "").strip() or str(party.uid)
        amount = Money.parse(sent.get("amount", "").strip())
        actions.pay_out(party=party, amount=amount, note=Note(sent.get("key", "").strip(), reference), turn=turn)

    return confirm.confirmed(request, lambda: _payout(party, currency, sent.dict()), do)


@operators_only
@require_safe
def balances(request: HttpRequest) -> HttpResponse:
    """The balances of the books that can be written off."""
    text, family = request.GET.get("q", "").strip()[:120], request.GET.get("state", "")[:40]
    found, count = money_page.balances(text or family)
    shown = {
        "part": "money",
        "text": text,
        "state": family,
        "states": money_page.families(),
        "balances": found,
        "count": count,
    }
    return render(request, "backoffice/balances.html", shown)


@operators_only
@require_http_methods(ASK_AND_DO)
def write_off(request: HttpRequest, code: str, currency: str) -> HttpResponse:
    """Give up the balance of an account."""
    account = get_object_or_404(Account, code=code, currency=currency)
    sent = request.POST

    def do(turn: Turn) -> None:
        note = Note(sent.get("key", "").strip(), sent.get("reason", "").strip())
        actions.write_off(account=account, note=note, turn=turn)

    return confirm.confirmed(request, lambda: _write_off(account, sent.dict()), do)


@operators_only
@require_safe
def charged_back(request: HttpRequest) -> HttpResponse:
    """Find the order whose payment was taken back, by its number."""
    text = request.GET.get("order", "").strip().upper()[:20]
    order = Order.objects.filter(number=text).first()
    if order is None:
        messages.error(request, _("There is no order %(number)s in this shop.") % {"number": text or "–"})
        return redirect(reverse("backoffice:money"))
    return redirect(reverse("backoffice:chargeback", args=[order.uid]))


def _payout(party: Party, currency: str, sent: dict[str, str]) -> Act:
    open_ = money_page.left(party, currency)
    asked = {"amount": f"{open_.major}{currency}", "key": money_page.payout_key(party, currency), "reference": ""}
    values = {name: sent.get(name, standard) for name, standard in asked.items()}
    return Act(
        subject=subjects.party(party),
        part="money",
        title=_("Book a payout to %(name)s") % {"name": party.name},
        says=[
            _("%(sum)s of settled periods are not booked as paid yet.") % {"sum": money_page.shown(open_)},
            _("Book it once the bank has paid. This moves no money: it takes the amount from what is to be paid."),
            _("The same key books once, here and by command."),
        ],
        button=_("Book it"),
        back=reverse("backoffice:money"),
        back_to=_("Money"),
        done=_("The payout to %(name)s is booked.") % {"name": party.name},
        stop="" if open_.minor > 0 else _("All that was settled is booked as paid."),
        fields=[
            Field("amount", _("Amount that the bank paid"), values["amount"], _("As in 812.40EUR.")),
            Field("key", _("Key"), values["key"], _("Yours to choose, used once for ever.")),
            Field("reference", _("The bank's reference"), values["reference"], _("No personal data, please.")),
        ],
    )


def _write_off(account: Account, sent: dict[str, str]) -> Act:
    micro = books.balance(account.code, account.currency)
    amount = words.micro(abs(micro), account.currency)
    lost = _("%(sum)s that stand there are given up: an expense. Nobody will pay them to the shop any more.")
    free = _("%(sum)s that the shop owes need not be paid any more: income.")
    key = sent.get("key", money_page.write_off_key(account.code, account.currency, clock.today()))
    return Act(
        subject=subjects.account(account),
        part="money",
        title=_("Write off a balance"),
        says=[
            f"{money_page.name_of(account.code)} ({account.code})",
            (lost if micro > 0 else free) % {"sum": amount},
            _("It cannot be undone."),
        ],
        button=_("Write it off"),
        back=reverse("backoffice:balances"),
        back_to=_("Balances"),
        done=_("The account stands at nothing now."),
        stop="" if micro else _("The account stands at nothing; there is nothing to write off."),
        fields=[Field("key", _("Key"), key, _("Yours to choose, used once for ever."))],
        wants_reason=True,
        reason_label=_("Why, as it stands in the books; no personal data, please"),
    )
