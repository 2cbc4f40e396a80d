"""What the checkout shows: the basket's sum, the money the buyer has, and the ways to pay the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest

from lathe.basics import territory
from lathe.basics.money import Money
from lathe.basics.territory import TerritoryError
from lathe.ledger import queries as books
from lathe.payments import providers
from lathe.sales import ahead, baskets, orders
from lathe.sales.errors import OrderRefused
from lathe.sales.models import Basket
from lathe.sales.orders import Checkout
from lathe.storefronts.rules import Pricing
from lathe.web import visitor


@dataclass(frozen=True)
class Answers:
    """What stands in the form: kept when it comes back with an error."""

    email: str
    country: str
    provider: str
    use_balance: bool
    consent: bool
    shown_minor: int


def read(request: HttpRequest) -> Answers:
    """The answers a form sent, or those a fresh form opens with. The consent is never given beforehand."""
    known, sent = visitor.of(request), request.POST or request.GET
    is_sent = "country" in sent
    return Answers(
        email=sent.get("email", known.person.email if known.person else "").strip()[:254],
        country=_country(sent.get("country", ""), known.territory),
        provider=sent.get("provider", ""),
        use_balance="use_balance" in sent if is_sent else True,
        consent="consent" in sent,
        shown_minor=_number(sent.get("shown_minor", "")),
    )


def context(
    request: HttpRequest, basket: Basket, answers: Answers, refused: OrderRefused | None = None
) -> dict[str, Any]:
    """The page for some answers, with a refusal at the field it belongs to."""
    view = baskets.view(basket, replace(visitor.asker(request), territory=answers.country))
    known = visitor.of(request)
    balance = (
        books.buyer_balance(known.person.uid, view.total.currency) if known.person else Money.zero(view.total.currency)
    )
    used = (
        min(balance, view.total, key=lambda amount: amount.minor)
        if answers.use_balance
        else Money.zero(view.total.currency)
    )
    enabled = providers.enabled()
    is_measuring = ahead.make_exact(view, known.storefront)
    return {
        "is_measuring": is_measuring,
        "is_ceiling": known.storefront.pricing == Pricing.BY_SIZE.value and not view.is_exact,
        "section": "basket",
        "view": view,
        "answers": answers,
        "balance": balance,
        "balance_used": used,
        "minus_balance": -used,
        "due": view.total - used,
        "providers": enabled,
        "chosen": answers.provider or (enabled[0].name if len(enabled) == 1 else ""),
        "tax_country": visitor.country_name(answers.country, known.language),
        "consent_text": orders.consent_text(),
        "errors": {refused.field or "basket": str(refused)} if refused else {},
    }


def checkout(request: HttpRequest, basket: Basket, answers: Answers) -> Checkout:
    """The answers as the domain takes them."""
    known = visitor.of(request)
    return Checkout(
        basket=basket,
        storefront=known.storefront,
        email=answers.email,
        territory=answers.country,
        shown_minor=answers.shown_minor,
        consent=answers.consent,
        provider=answers.provider,
        use_balance=answers.use_balance,
        person=known.person,
        language=known.language,
        evidence={**known.evidence, "stated": answers.country},
    )


def _country(text: str, default: str) -> str:
    try:
        return territory.check(text) if text else default
    except TerritoryError:
        return default


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1
