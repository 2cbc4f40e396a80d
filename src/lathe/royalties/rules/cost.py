"""Sales below cost: found before they happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lathe.basics.money import round_half_up


@dataclass(frozen=True)
class Fees:
    """What a payment costs the shop: a share of it and a sum for each, as its provider charges."""

    share: Fraction = Fraction(0)
    fixed_micro: int = 0

    def of(self, paid_micro: int) -> int:
        """The fee on a payment, rounded half up to one millionth; nothing on no payment."""
        return self.share_of(paid_micro) + self.fixed_micro if paid_micro > 0 else 0

    def share_of(self, price_micro: int) -> int:
        """What of the fee grows with the price, rounded half up to one millionth."""
        return round_half_up(self.share * price_micro)


@dataclass(frozen=True)
class Cost:
    """A sale with what it costs, in millionths: what comes in, its tax, what is owed for it, and the fee."""

    price_micro: int
    tax_micro: int
    owed_micro: int
    fee_micro: int

    @property
    def loss_micro(self) -> int:
        """What the shop would add; nothing where the price covers its cost."""
        return max(self.owed_micro + self.fee_micro + self.tax_micro - self.price_micro, 0)

    @property
    def is_below(self) -> bool:
        """Whether it is sold below cost. What owes nothing costs nothing: what is owned already, or free."""
        return bool(self.loss_micro and self.owed_micro)


def whole(costs: Sequence[Cost], fee_micro: int) -> Cost:
    """What several cuts that are paid together bring and cost, at the fee on the one payment."""
    return Cost(
        price_micro=sum(one.price_micro for one in costs),
        tax_micro=sum(one.tax_micro for one in costs),
        owed_micro=sum(one.owed_micro for one in costs),
        fee_micro=fee_micro,
    )
