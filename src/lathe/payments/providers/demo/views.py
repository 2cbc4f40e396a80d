"""The hosted page: where a real processor would take the buyer's card."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_countries import countries

from lathe.payments.errors import PaymentError
from lathe.payments.models import DemoCharge
from lathe.payments.providers.demo import processor
from lathe.payments.providers.demo.cards import CARDS, Answer
from lathe.payments.providers.demo.forms import REFUSALS, CardForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form, take a card, or cancel; then back to the shop. 404 where the demo processor is not on."""
    charge = _charge(reference)
    if charge.state != DemoCharge.State.OPEN:
        return HttpResponseRedirect(charge.return_url)
    if request.method != "POST":
        return _show(request, charge, CardForm())
    if request.POST.get("action") == "cancel":
        processor.cancel(reference=reference)
        return HttpResponseRedirect(charge.return_url)
    return _pay(request, charge)


def _charge(reference: str) -> DemoCharge:
    if "demo" not in settings.LATHE_PROVIDERS:
        raise Http404("The demo processor is not on.")
    try:
        return processor.charge(reference)
    except PaymentError as error:
        raise Http404(str(error)) from error


def _pay(request: HttpRequest, charge: DemoCharge) -> HttpResponse:
    form = CardForm(request.POST)
    if not form.is_valid():
        return _show(request, charge, form, status=422)
    given = form.cleaned_data
    paid = processor.pay(
        reference=charge.reference, card=given["number"], country=given["country"], manner=form.manner()
    )
    if paid.answer is Answer.PAYS:
        return HttpResponseRedirect(charge.return_url)
    form.add_error("number", REFUSALS[paid.answer])
    return _show(request, charge, form, status=422)


def _show(request: HttpRequest, charge: DemoCharge, form: CardForm, status: int = 200) -> HttpResponse:
    shown = {
        "charge": charge,
        "amount": charge.amount.show(get_language() or "en"),
        "form": form,
        "cards": [(card, countries.name(card.country)) for card in CARDS.values()],
    }
    return render(request, "payments/demo/page.html", shown, status=status)
