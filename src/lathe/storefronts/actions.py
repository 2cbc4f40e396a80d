"""Writes of storefronts."""

from __future__ import annotations

from fractions import Fraction

from django.db import transaction

from lathe.basics.money import Money
from lathe.storefronts.errors import StorefrontError
from lathe.storefronts.models import Storefront
from lathe.storefronts.rules import BelowCost

WHOLE_BP = 10_000


@transaction.atomic
def set_below_cost(*, policy: str, fee: Fraction | None, fixed: Money | None, code: str = "") -> list[str]:
    """Say what becomes of sales below cost, and what a payment is reckoned to cost; returns the names of those changed.

    `policy` is a value of BelowCost; a fee of None stays as it is. Without a code every storefront is meant. Raises
    StorefrontError on an unknown code, a fee finer than a basis point, or a sum in another currency.
    """
    found = Storefront.objects.filter(code=code) if code else Storefront.objects.all()
    if not found:
        known = ", ".join(Storefront.objects.order_by("id").values_list("code", flat=True)) or "none yet"
        raise StorefrontError(f"There is no storefront {code!r}. There are: {known}.")
    if fee is not None and (fee * WHOLE_BP).denominator != 1:
        raise StorefrontError("A payment's fee is kept in hundredths of a percent; write for example 1.45%.")
    for front in found:
        front.below_cost = BelowCost(policy).value
        front.payment_fee_bp = front.payment_fee_bp if fee is None else int(fee * WHOLE_BP)
        if fixed is not None and fixed.currency != front.currency:
            raise StorefrontError(f"{front.name} sells in {front.currency}; name what a payment costs in it.")
        front.payment_fee_minor = front.payment_fee_minor if fixed is None else fixed.minor
        front.save(update_fields=["below_cost", "payment_fee_bp", "payment_fee_minor"])
    return [front.name for front in found]
