"""What an audit says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a code for programs, what it is about, and a sentence for people."""

    code: str
    subject: str
    sentence: str


@dataclass(frozen=True)
class Report:
    """What was looked at, and what was found wrong; no findings is the good answer.

    `unsealed` counts the transactions that wait for their seal: nothing is proven of them by the chain yet. `head` is
    the digest of the last seal: who keeps it can prove later that nothing before it was changed.
    """

    accounts: int
    transactions: int
    postings: int
    findings: tuple[Finding, ...]
    guards: int = 0
    seals: int = 0
    unsealed: int = 0
    day_totals: int = 0
    periods: int = 0
    tax_records: int = 0
    head: str = ""

    @property
    def is_sound(self) -> bool:
        return not self.findings
