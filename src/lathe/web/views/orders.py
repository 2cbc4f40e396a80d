"""The page a buyer comes back to after paying."""

from __future__ import annotations

import logging
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lathe.payments.errors import PaymentError
from lathe.payments.models import Payment
from lathe.sales import settlement
from lathe.sales.models import Order
from lathe.web import order_session

log = logging.getLogger(__name__)


@never_cache
@require_safe
def order(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Wait for the provider's word, then lead to the library."""
    item = _order(request, uid)
    if item.state == Order.State.PENDING:
        item = _asked(item)
    if item.state == Order.State.PAID:
        return redirect("web:library")
    return render(request, "web/order.html", {"order": item, "payment": _payment(item)})


@never_cache
@require_safe
def state(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The part of that page that is asked for every second, until there is somewhere to go."""
    item = _order(request, uid)
    if item.state == Order.State.PAID:
        return HttpResponse(headers={"HX-Redirect": reverse("web:library")})
    return render(request, "web/parts/order_state.html", {"order": item, "payment": _payment(item)})


def _order(request: HttpRequest, uid: UUID) -> Order:
    item = Order.objects.filter(uid=uid).first()
    if item is None or not order_session.may_see(request, item):
        raise Http404(gettext("This order is not open here. Use the link we mailed you, or sign in."))
    return item


def _payment(item: Order) -> Payment | None:
    return Payment.objects.filter(order_uid=item.uid).order_by("-started_at", "-id").first()


def _asked(item: Order) -> Order:
    """Ask the provider once, for a buyer who is back before its notice. Its silence changes nothing."""
    payment = _payment(item)
    if payment is not None and payment.state == Payment.State.STARTED:
        try:
            settlement.confirm(payment=payment)
        except PaymentError as silent:
            log.info("Payment %s could not be asked about: %s", payment.uid, silent)
        item.refresh_from_db()
    return item
