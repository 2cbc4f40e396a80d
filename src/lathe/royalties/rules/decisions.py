"""Decisions: what was decided for a cut sold, with all that it rested on, and its form as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from uuid import UUID

RECORDING, WORK = "recording", "work"
"""Roles of a part: for the recording, by contract; for the work, by the table of mechanicals."""


@dataclass(frozen=True)
class Part:
    """What one party is owed of a cut, and by which rule. A party of None: it waits in suspense.

    `subject` is the recording or work that waits for its party; None where the party is known.
    """

    party: UUID | None
    role: str
    rule: str
    version: int
    amount_micro: int
    subject: UUID | None = None


@dataclass(frozen=True)
class Owed:
    """What was decided for a cut, with the versions it rested on, so that it can be decided again the same way.

    `payer` says who pays the authors: 'store', 'label', 'nobody', or nothing where no rule holds; `works` are those of
    each recording as they were known, where the store pays. `is_resolved` says that a part of it waited in suspense and
    has got its party since, so that it is no longer what `owed` says of the rest.
    """

    parts: tuple[Part, ...]
    contract: int | None = None
    mechanicals: int | None = None
    splits: Mapping[UUID, int] = field(default_factory=dict)
    unit: int = 0
    period: str = ""
    payer: str = ""
    price_micro: int = 0
    net_micro: int = 0
    is_upgrade: bool = False
    is_resolved: bool = False
    works: Mapping[UUID, tuple[tuple[UUID, Fraction], ...]] = field(default_factory=dict)

    @property
    def amount_micro(self) -> int:
        return sum(part.amount_micro for part in self.parts)

    @property
    def plain(self) -> dict[str, Any]:
        """The decision as JSON, kept on the order line."""
        return {
            "contract": self.contract,
            "mechanicals": self.mechanicals,
            "splits": {str(subject): version for subject, version in self.splits.items()},
            "unit": self.unit,
            "period": self.period,
            "payer": self.payer,
            "price": self.price_micro,
            "net": self.net_micro,
            "upgrade": self.is_upgrade,
            "resolved": self.is_resolved,
            "works": {
                str(recording): [[str(work), str(part)] for work, part in works]
                for recording, works in self.works.items()
            },
            "parts": [_plain(part) for part in self.parts],
        }

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Owed:
        """Read what `plain` wrote."""
        return cls(
            parts=tuple(_part(item) for item in plain["parts"]),
            contract=plain["contract"],
            mechanicals=plain["mechanicals"],
            splits={UUID(subject): version for subject, version in plain["splits"].items()},
            unit=plain["unit"],
            period=plain["period"],
            payer=plain["payer"],
            price_micro=plain["price"],
            net_micro=plain["net"],
            is_upgrade=plain["upgrade"],
            is_resolved=plain["resolved"],
            works={
                UUID(recording): tuple((UUID(work), Fraction(part)) for work, part in works)
                for recording, works in plain["works"].items()
            },
        )


def _plain(part: Part) -> dict[str, Any]:
    return {
        "party": str(part.party) if part.party else None,
        "role": part.role,
        "rule": part.rule,
        "version": part.version,
        "micro": part.amount_micro,
        "subject": str(part.subject) if part.subject else None,
    }


def _part(plain: Mapping[str, Any]) -> Part:
    return Part(
        party=UUID(plain["party"]) if plain["party"] else None,
        role=plain["role"],
        rule=plain["rule"],
        version=plain["version"],
        amount_micro=plain["micro"],
        subject=UUID(plain["subject"]) if plain["subject"] else None,
    )
