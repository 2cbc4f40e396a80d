"""What the checker says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: its line (from 1; 0 for the file), a code for programs, a sentence for people."""

    line: int
    code: str
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """What was read, and what is wrong with it; no findings is the good answer."""

    profile: str
    lines: int
    summaries: int
    blocks: int
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return not self.findings
