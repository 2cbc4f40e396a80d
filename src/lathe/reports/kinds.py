"""What the kind of a transaction means for the sale lines that it is about. Pure."""

from __future__ import annotations

SOLD, GIVEN, RETURNED, REPRICED = "sold", "given", "returned", "repriced"
_MEANS = {"sale": SOLD, "gift": GIVEN, "refund": RETURNED, "chargeback": RETURNED}


def meaning(kind: str) -> str:
    """What a transaction's kind means for the lines it is about; any other that moves their price reprices them."""
    return _MEANS.get(kind, REPRICED)


def units(kind: str) -> int:
    """What a posting of this kind adds to the cuts sold: 1, -1 where it takes one back, else 0 (also for a gift)."""
    return {SOLD: 1, RETURNED: -1}.get(meaning(kind), 0)
