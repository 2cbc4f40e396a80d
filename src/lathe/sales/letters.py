"""What the shop writes to buyers, in the language of their order."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from lathe.basics.money import Money
from lathe.delivery import links
from lathe.mail import actions as mail
from lathe.mail import queries as outbox
from lathe.mail.models import Letter
from lathe.payments.models import Payment
from lathe.sales.models import Order, OrderLine, Refund


def receipt(*, order: Order, again: str = "") -> None:
    """Confirm a paid order: lines, tax, the consent as given, and the way to the files; of a gift, what it is and why.

    `again` keys a resend.
    """
    template, subject = ("given", _subject_of_gift) if order.gift_reason else ("receipt", _subject_of_receipt)
    _write(order, f"receipt:{order.uid}{again}", template, subject)


def put_on_balance(*, order: Order, amount: Money, key: str) -> None:
    """Tell a buyer that money came which their order could not use, and lies on their balance."""
    _write(order, key, "put_on_balance", _subject_of_balance, amount=amount.show(order.language))


def trued_up(*, order: Order, line: OrderLine, back: Money) -> None:
    """Tell a buyer that a cut came out smaller than its ceiling, and what was put on their balance."""
    amount, title = back.show(order.language), line.title
    _write(order, f"true-up:{line.uid}", "trued_up", _subject_of_balance, amount=amount, title=title)


def refunded(*, order: Order, refund: Refund) -> None:
    """Tell a buyer that their money goes back and the files end."""
    _write(order, f"refund:{refund.uid}", "refunded", _subject_of_refund, reason=refund.reason)


def charged_back(*, order: Order, payment: Payment) -> None:
    """Tell a buyer that their bank took the payment back and the files end."""
    amount = payment.amount.show(order.language)
    _write(order, f"chargeback:{payment.uid}", "charged_back", _subject_of_chargeback, amount=amount)


def line_refunded(*, order: Order, line: OrderLine, back: Money, reason: str) -> None:
    """Tell a buyer that one cut of an order was refunded to their balance, and its files end."""
    extra = {"amount": back.show(order.language), "title": line.title, "reason": reason}
    _write(order, f"line-refund:{line.uid}", "line_refunded", _subject_of_balance, **extra)


def written(*, order: Order) -> list[Letter]:
    """Every letter there is about an order, sent or waiting, oldest first."""
    keys = [f"{what}:{uid}" for uid in order.lines.values_list("uid", flat=True) for what in ("true-up", "line-refund")]
    paid = Payment.objects.filter(order_uid=order.uid).values_list("uid", flat=True)
    keys += [f"{what}:{uid}" for uid in paid for what in ("overpaid", "chargeback")]
    keys += [f"refund:{uid}" for uid in Refund.objects.filter(order=order).values_list("uid", flat=True)]
    return outbox.keyed(exactly=keys, beginning=f"receipt:{order.uid}")


def library_link(order: Order) -> str:
    """The address that opens the library of one order without signing in, for `LATHE_LINK_DAYS` days."""
    return f"{settings.LATHE_BASE_URL}/library/o/{links.order_token(order.uid)}/"


def _write(order: Order, key: str, template: str, subject: object, **extra: object) -> None:
    with translation.override(order.language):
        context = {**_context(order), **extra}
        text = render_to_string(f"sales/letters/{template}.txt", context)
        title = subject(order) if callable(subject) else str(subject)
        mail.write(key=key, to=order.email, subject=title, text=text)


def _context(order: Order) -> dict[str, object]:
    language = order.language
    return {
        "order": order,
        "lines": [(line, line.price.show(language)) for line in order.lines.select_related("order")],
        "total": order.total.show(language),
        "tax": order.tax.show(language),
        "tax_percent": f"{order.tax_rate_bp / 100:g}",
        "balance": Money(order.balance_minor, order.currency).show(language) if order.balance_minor else "",
        "link": library_link(order),
        "shop": order.storefront,
        "days": settings.LATHE_LINK_DAYS,
    }


def _subject_of_receipt(order: Order) -> str:
    return _("Your music from %(shop)s, order %(number)s") % {"shop": order.storefront.name, "number": order.number}


def _subject_of_gift(order: Order) -> str:
    return _("A gift from %(shop)s: music for you") % {"shop": order.storefront.name}


def _subject_of_balance(order: Order) -> str:
    return _("Money on your balance at %(shop)s") % {"shop": order.storefront.name}


def _subject_of_refund(order: Order) -> str:
    return _("Refund of order %(number)s") % {"number": order.number}


def _subject_of_chargeback(order: Order) -> str:
    return _("Payment of order %(number)s taken back") % {"number": order.number}
