"""Sales below cost: found before they happen."""

from __future__ import annotations

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
        return round_half_up(self.share * paid_micro) + self.fixed_micro if paid_micro > 0 else 0


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
