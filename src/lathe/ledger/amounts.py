"""Amounts of the books as people and programs read them."""

from __future__ import annotations

from lathe.basics.money import MICRO


def major(micro: int) -> str:
    """Millionths as major units with six decimals, exactly: '-0.582400'."""
    whole, part = divmod(abs(micro), MICRO)
    return f"{'-' if micro < 0 else ''}{whole}.{part:06d}"
