"""A payment as JSON, as it is kept once it is settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from lathe.royalties.rules.payouts import Due


def plain(due: Due) -> dict[str, Any]:
    """Every fact of a payment."""
    return asdict(due) | {"party": str(due.party)}


def read(kept: Mapping[str, Any]) -> Due:
    """What `plain` wrote."""
    return Due(**{**kept, "party": UUID(kept["party"])})
