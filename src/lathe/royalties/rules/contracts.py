"""Contracts, splits and the table of mechanicals: versions of terms, each from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Protocol, TypeVar
from uuid import UUID

from lathe.royalties.rules.amounts import Amounts
from lathe.royalties.rules.rates import Rate
from lathe.royalties.rules.scopes import Ask, Scope


class Payer(Enum):
    """Who pays the authors of the works in a cut."""

    STORE = "store"
    LABEL = "label"
    NOBODY = "nobody"


class Vat(Enum):
    """The VAT status of a party whose royalties the shop invoices to itself."""

    NONE = "none"
    """No VAT on royalties: a private person, a small business, or one that sends invoices of its own."""
    DOMESTIC = "domestic"
    """The party owes VAT on what it earns; the shop adds it (Directive 2006/112/EC, art. 224: self-billing)."""
    REVERSE = "reverse"
    """The party is a business in another country; the shop owes the VAT itself (art. 196), nothing is added."""


@dataclass(frozen=True)
class Payment:
    """How a party is paid: what is the least, what is held back and for how many periods, what tax goes off or on."""

    minimum: Amounts = field(default_factory=dict)
    reserve: Fraction = Fraction(0)
    reserve_periods: int = 0
    withholding: Fraction = Fraction(0)
    vat: Vat = Vat.NONE
    vat_rate: Fraction = Fraction(0)


@dataclass(frozen=True)
class Rule:
    """One rule of a contract or of the mechanicals' table. `every` is the period in which its tiers count."""

    name: str
    scope: Scope
    rate: Rate
    every: str = "year"
    payer: Payer = Payer.STORE

    def holds(self, ask: Ask, has_ppd: bool) -> bool:
        return self.scope.covers(ask) and self.rate.counts_for(ask.currency, has_ppd)


@dataclass(frozen=True)
class Contract:
    """One version of what the shop and a party have agreed on."""

    party: UUID
    version: int
    starts_on: date
    rules: tuple[Rule, ...]
    payment: Payment = field(default_factory=Payment)


@dataclass(frozen=True)
class Mechanicals:
    """One version of who pays the authors where, and how much."""

    version: int
    starts_on: date
    rules: tuple[Rule, ...]

    @property
    def may_cost_the_store(self) -> bool:
        return any(rule.payer is Payer.STORE for rule in self.rules)


@dataclass(frozen=True)
class Split:
    """One version of who shares in a recording or a work; a party of None is not known yet. The shares make one."""

    subject: UUID
    version: int
    starts_on: date
    shares: tuple[tuple[UUID | None, Fraction], ...]


class Version(Protocol):
    """Anything that is agreed on in versions."""

    @property
    def version(self) -> int: ...

    @property
    def starts_on(self) -> date: ...


V = TypeVar("V", bound=Version)


def in_force(versions: Iterable[V], day: date) -> V | None:
    """The newest version that starts on or before a day, or None."""
    begun = [item for item in versions if item.starts_on <= day]
    return max(begun, key=lambda item: item.version) if begun else None


def matching(rules: Sequence[Rule], ask: Ask, has_ppd: bool) -> Rule | None:
    """The most specific rule that holds, or None (see `Scope.rank`)."""
    holding = [rule for rule in rules if rule.holds(ask, has_ppd)]
    return min(holding, key=lambda rule: rule.scope.rank) if holding else None
