"""Checkout: from a basket to a provider's page, or to the library where the balance pays all."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lathe.payments.errors import PaymentError
from lathe.sales import orders
from lathe.sales.errors import OrderRefused
from lathe.sales.models import Basket
from lathe.web import basket_session, checkout_page, order_session
from lathe.web.checkout_page import Answers


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the form; take it, and send the buyer to pay."""
    basket = basket_session.find(request)
    if basket is None or not basket.lines.exists():
        return redirect("web:basket")
    answers = checkout_page.read(request)
    if request.method != "POST":
        return render(request, "web/checkout.html", checkout_page.context(request, basket, answers))
    try:
        return redirect(_placed(request, basket, answers))
    except OrderRefused as refused:
        shown = checkout_page.context(request, basket, answers, refused)
        return render(request, "web/checkout.html", shown, status=422)


@never_cache
@require_safe
def checkout_sum(request: HttpRequest) -> HttpResponse:
    """The sum and the ways to pay for another country, or with and without the balance."""
    basket = basket_session.find(request)
    if basket is None:
        return redirect("web:basket")
    shown = checkout_page.context(request, basket, checkout_page.read(request))
    return render(request, "web/parts/checkout_sum.html", {**shown, "swapped": True})


def _placed(request: HttpRequest, basket: Basket, answers: Answers) -> str:
    """Place the order and begin to pay it; where the buyer goes next. Raises OrderRefused."""
    order = orders.place(checkout_page.checkout(request, basket, answers))
    order_session.remember(request, order)
    home = reverse("web:order", args=[order.uid])
    try:
        address = orders.pay(
            order=order,
            provider=answers.provider,
            return_url=request.build_absolute_uri(home),
            notify_url=settings.LATHE_BASE_URL + reverse("web:notice", args=[answers.provider or "none"]),
        )
    except PaymentError as failed:
        why = gettext("%(reason)s Nothing was taken. Try again, or another way to pay.") % {"reason": failed}
        raise OrderRefused(why, "provider") from failed
    return address or home
