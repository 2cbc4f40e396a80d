"""Reads of money on its way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lathe.payments.models import Notice, Payment


@dataclass(frozen=True)
class Attempt:
    """A payment and every notice a provider sent about it, oldest first."""

    payment: Payment
    notices: Sequence[Notice]


def attempts(order_uid: UUID) -> list[Attempt]:
    """The attempts to pay an order, oldest first. Two queries."""
    payments = list(Payment.objects.filter(order_uid=order_uid).order_by("started_at", "id"))
    said = list(
        Notice.objects.filter(reference__in=[payment.reference for payment in payments]).order_by("received_at", "id")
    )
    return [Attempt(payment, [notice for notice in said if _is_about(notice, payment)]) for payment in payments]


def _is_about(notice: Notice, payment: Payment) -> bool:
    return (notice.provider, notice.reference) == (payment.provider, payment.reference)
