"""What one cut sold owes to whom: the one function that sale, gift, true-up and release from suspense go through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from uuid import UUID

from lathe.basics.money import split
from lathe.royalties.rules import contracts, rates
from lathe.royalties.rules.contracts import Contract, Mechanicals, Payer, Rule, Split
from lathe.royalties.rules.decisions import RECORDING, WORK, Owed, Part
from lathe.royalties.rules.rates import Basis
from lathe.royalties.rules.scopes import Ask


@dataclass(frozen=True)
class Piece:
    """One track of a cut. `works` are the protected works in it with their parts, which make one.

    No work at all means that nothing is owed to authors; None, that nobody has said yet which work it is.
    """

    recording: UUID
    duration_ms: int
    works: tuple[tuple[UUID, Fraction], ...] | None = None


@dataclass(frozen=True)
class Sold:
    """One cut as it was sold.

    `unit` is its number among the party's in `period`, where the rule that decides has tiers (see `rule_of`).
    """

    seller: UUID
    ask: Ask
    price_micro: int
    net_micro: int
    ppd_micro: int | None
    pieces: tuple[Piece, ...]
    is_upgrade: bool = False
    unit: int = 0
    period: str = ""

    @property
    def basis(self) -> Basis:
        return Basis(
            currency=self.ask.currency,
            net_micro=self.net_micro,
            price_micro=self.price_micro,
            ppd_micro=self.ppd_micro,
            durations_ms=tuple(piece.duration_ms for piece in self.pieces),
            unit=self.unit,
            is_upgrade=self.is_upgrade,
        )


@dataclass(frozen=True)
class Terms:
    """What is agreed for a cut: the seller's contract, the mechanicals' table, splits by recording or work."""

    contract: Contract | None
    mechanicals: Mechanicals | None = None
    splits: Mapping[UUID, Split] = field(default_factory=dict)


def rule_of(sold: Sold, terms: Terms) -> Rule | None:
    """The rule of the seller's contract that decides; where it has tiers, `sold.unit` must be counted before `owed`."""
    if terms.contract is None:
        return None
    return contracts.matching(terms.contract.rules, sold.ask, sold.ppd_micro is not None)


def owed(sold: Sold, terms: Terms) -> Owed:
    """Decide what a cut owes to whom, to the millionth.

    The seller's contract says how much the recording brings; it is divided over the tracks (`rates.charge`) and among
    the parties of each recording's split, the seller alone where there is none. Where the store pays the authors, the
    mechanicals' table says how much, divided over tracks, their works, and the parties of each work's split. What
    nobody can be named for waits in suspense: all that the sale leaves over where no rule of a contract holds.
    """
    authors, payer = _authors(sold, terms)
    taken = sum(part.amount_micro for part in authors)
    parts = merged([*_holders(sold, terms, taken), *authors])
    works = _known(sold) if payer == Payer.STORE.value else {}
    asked = [*(piece.recording for piece in sold.pieces), *(work for known in works.values() for work, _ in known)]
    return Owed(
        parts=tuple(part for part in parts if part.amount_micro),
        contract=terms.contract.version if terms.contract else None,
        mechanicals=terms.mechanicals.version if terms.mechanicals else None,
        splits={subject: terms.splits[subject].version for subject in asked if subject in terms.splits},
        unit=sold.unit,
        period=sold.period,
        payer=payer,
        price_micro=sold.price_micro,
        net_micro=sold.net_micro,
        is_upgrade=sold.is_upgrade,
        works=works,
    )


def _known(sold: Sold) -> dict[UUID, tuple[tuple[UUID, Fraction], ...]]:
    return {piece.recording: piece.works for piece in sold.pieces if piece.works is not None}


def of_recording(sold: Sold, terms: Terms, recording: UUID) -> list[Part]:
    """The parts of those who hold one recording of a cut, as `owed` adds them to the others'; none without a rule."""
    return [part for piece, parts in _pieces(sold, terms) if piece.recording == recording for part in parts]


def _holders(sold: Sold, terms: Terms, taken_micro: int) -> list[Part]:
    """The parts of those who hold the recordings."""
    if rule_of(sold, terms) is None:
        version = terms.contract.version if terms.contract else 0
        return [Part(None, RECORDING, "", version, max(sold.net_micro - taken_micro, 0))]
    return [part for _, parts in _pieces(sold, terms) for part in parts]


def _pieces(sold: Sold, terms: Terms) -> list[tuple[Piece, list[Part]]]:
    """What each track of a cut brings, and to whom; nothing where no rule of a contract holds."""
    rule = rule_of(sold, terms)
    if rule is None or terms.contract is None:
        return []
    whole = rates.charge(rule.rate, sold.basis)
    label = Part(sold.seller, RECORDING, rule.name, terms.contract.version, whole.amount_micro)
    made = []
    for piece, amount in zip(sold.pieces, split(whole.amount_micro, whole.weights), strict=True):
        one = replace(label, amount_micro=amount)
        made.append((piece, _shared(one, piece.recording, terms) if piece.recording in terms.splits else [one]))
    return made


def _authors(sold: Sold, terms: Terms) -> tuple[list[Part], str]:
    """The parts of those who hold the works, where the store pays them, and who pays."""
    table = terms.mechanicals
    rule = contracts.matching(table.rules, sold.ask, sold.ppd_micro is not None) if table else None
    if table is None or rule is None:
        return [], ""
    if rule.payer is not Payer.STORE:
        return [], rule.payer.value
    whole = rates.charge(rule.rate, sold.basis)
    parts: list[Part] = []
    for piece, amount in zip(sold.pieces, split(whole.amount_micro, whole.weights), strict=True):
        one = Part(None, WORK, rule.name, table.version, amount)
        parts += _of_works(one, piece, terms)
    return parts, rule.payer.value


def _of_works(one: Part, piece: Piece, terms: Terms) -> list[Part]:
    if piece.works is None:
        return [replace(one, subject=piece.recording)]
    if not piece.works:
        return []
    amounts = split(one.amount_micro, [part for _, part in piece.works])
    shared: list[Part] = []
    for (work, _), amount in zip(piece.works, amounts, strict=True):
        here = replace(one, amount_micro=amount, subject=work)
        shared += _shared(here, work, terms) if work in terms.splits else [here]
    return shared


def _shared(whole: Part, subject: UUID, terms: Terms) -> list[Part]:
    """Divide a part by a split: exactly, by largest remainder, ties to the share named first."""
    shares = terms.splits[subject].shares
    amounts = split(whole.amount_micro, [share for _, share in shares])
    return [
        replace(whole, party=party, amount_micro=amount, subject=None if party else subject)
        for (party, _), amount in zip(shares, amounts, strict=True)
    ]


def merged(parts: Iterable[Part]) -> list[Part]:
    """Add up the parts of one party by one rule, in order of first appearance."""
    sums: dict[Part, int] = {}
    for part in parts:
        key = replace(part, amount_micro=0)
        sums[key] = sums.get(key, 0) + part.amount_micro
    return [replace(key, amount_micro=amount) for key, amount in sums.items()]
