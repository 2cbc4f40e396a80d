"""Orders: the list, one order, and what an operator can do with it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lathe.backoffice import access, actions, confirm, order_page, paging, subjects, words
from lathe.backoffice.access import operators_only
from lathe.backoffice.confirm import Act, Field
from lathe.basics.errors import LatheError
from lathe.basics.money import Money
from lathe.payments.models import Payment
from lathe.sales import queries, refunds
from lathe.sales.errors import SalesError
from lathe.sales.models import Order

ASK_AND_DO = ["GET", "HEAD", "POST"]


@operators_only
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """All orders, newest first, narrowed by number or e-mail and by state."""
    text, state = request.GET.get("q", "")[:254], request.GET.get("state", "")
    shown = {
        "part": "orders",
        "text": text,
        "state": state,
        "states": [(value, words.order_state(value)) for value in Order.State.values],
        "listing": paging.listing(request, queries.orders(text=text, state=state)),
    }
    return render(request, "backoffice/orders.html", shown)


@operators_only
@require_safe
def order(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One order with everything that is known of it."""
    return render(request, "backoffice/order.html", {"part": "orders", **order_page.context(_order(uid))})


@operators_only
@require_http_methods(ASK_AND_DO)
def refund(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Refund an order whole."""
    return confirm.confirmed(
        request,
        lambda: _refund(_order(uid)),
        lambda turn: actions.refund(order=_order(uid), reason=request.POST.get("reason", ""), turn=turn),
    )


@operators_only
@require_http_methods(ASK_AND_DO)
def chargeback(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Book that the bank of the buyer took the payment back."""
    fee = request.POST.get("fee", "").strip()
    return confirm.confirmed(
        request,
        lambda: _chargeback(_order(uid), fee),
        lambda turn: actions.charge_back(order=_order(uid), fee=Money.parse(fee) if fee else None, turn=turn),
    )


@operators_only
@require_http_methods(ASK_AND_DO)
def receipt(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Mail the receipt again."""
    return confirm.confirmed(
        request,
        lambda: _receipt(_order(uid)),
        lambda turn: actions.send_receipt(order=_order(uid), turn=turn),
    )


@operators_only
@require_http_methods(ASK_AND_DO)
def link(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the link to the library of an order, once the operator has asked for it by name."""
    found = _order(uid)
    if request.method != "POST":
        return confirm.ask(request, _link(found))
    try:
        address = actions.take_link(order=found, turn=access.turn(request))
    except LatheError as wrong:
        return confirm.ask(request, _link(_order(uid)), status=confirm.CONFLICT, error=str(wrong))
    shown = {"part": "orders", "order": found, "address": address, "days": settings.LATHE_LINK_DAYS}
    return render(request, "backoffice/link.html", shown)


def _order(uid: UUID) -> Order:
    try:
        return queries.order(uid)
    except SalesError as missing:
        raise Http404(_("There is no such order in this shop.")) from missing


def _refund(order: Order) -> Act:
    total = order.total.show(get_language() or "en")
    return Act(
        subject=subjects.order(order),
        part="orders",
        title=_("Refund order %(number)s") % {"number": order.number},
        says=[
            _("%(total)s go back the way they came: to the card or account, or to the balance.") % {"total": total},
            _("The files of this order can no longer be downloaded."),
            _("Label, tax and margin are booked back. The payment provider keeps its fee."),
            _("%(email)s gets a letter with your reason.") % {"email": order.email},
            _("A refund cannot be undone."),
        ],
        button=_("Refund %(total)s") % {"total": total},
        back=_page(order),
        back_to=_name(order),
        done=_("Refunded. The money goes back now; the letter is on its way."),
        stop=_why_not(order),
        wants_reason=True,
    )


def _chargeback(order: Order, fee: str) -> Act:
    payment = refunds.payment_of(order)
    amount = payment.amount.show(get_language() or "en") if payment else ""
    lost = _("%(amount)s were given back already: the shop loses them once more.") % {"amount": amount}
    undone = [
        _("The bank of the buyer took %(amount)s back: label, tax and margin are booked back.") % {"amount": amount},
        _("The files of this order can no longer be downloaded."),
        _("%(email)s gets a letter.") % {"email": order.email},
    ]
    return Act(
        subject=subjects.order(order),
        part="orders",
        title=_("Book the chargeback of order %(number)s") % {"number": order.number},
        says=[
            *(undone if order.state == Order.State.PAID else [lost]),
            _("The provider's fee is the shop's expense. Providers that send notices need none of this."),
            _("It cannot be undone."),
        ],
        button=_("Book it"),
        back=_page(order),
        back_to=_name(order),
        done=_("The chargeback is booked."),
        stop=_why_no_chargeback(payment),
        fields=[Field("fee", _("What the provider charges for it"), fee, _("As in 15.00EUR; empty for nothing."))],
    )


def _why_no_chargeback(payment: Payment | None) -> str:
    """Why no payment of an order can be charged back; empty where one can."""
    if payment is None:
        return _("This order was not paid through a payment provider, so nothing can be charged back.")
    if payment.state == Payment.State.CHARGEBACK:
        return _("The payment of this order was charged back already.")
    return ""


def _receipt(order: Order) -> Act:
    return Act(
        subject=subjects.order(order),
        part="orders",
        title=_("Send the receipt of order %(number)s again") % {"number": order.number},
        says=[
            _("%(email)s gets the receipt once more, with a fresh link to the files.") % {"email": order.email},
            _("Nothing is charged, and nothing in the books changes."),
        ],
        button=_("Send it"),
        back=_page(order),
        back_to=_name(order),
        done=_("The receipt is on its way to %(email)s.") % {"email": order.email},
        stop=_why_not(order),
    )


def _link(order: Order) -> Act:
    days = settings.LATHE_LINK_DAYS
    return Act(
        subject=subjects.order(order),
        part="orders",
        title=_("Library link of order %(number)s") % {"number": order.number},
        says=[
            ngettext(
                "The link opens what this order brought, to anybody who has it, for %(days)d day.",
                "The link opens what this order brought, to anybody who has it, for %(days)d days.",
                days,
            )
            % {"days": days},
            _("Give it to the buyer alone. That you took it is recorded."),
        ],
        button=_("Show the link"),
        back=_page(order),
        back_to=_name(order),
        stop=_why_not(order),
    )


def _page(order: Order) -> str:
    return reverse("backoffice:order", args=[order.uid])


def _name(order: Order) -> str:
    return _("Order %(number)s") % {"number": order.number}


def _why_not(order: Order) -> str:
    """Why nothing can be done with an order; empty when it is paid."""
    return {
        Order.State.PAID: "",
        Order.State.PENDING: _("This order is not paid yet, so there is nothing to refund or to send."),
        Order.State.REFUNDED: _("This order was refunded already. Its money went back and its files have ended."),
        Order.State.CHARGEBACK: _("The payment of this order was charged back, and its files have ended."),
        Order.State.ABANDONED: _(
            "This order was given up before it was paid, so there is nothing to refund or to send."
        ),
    }[Order.State(order.state)]
