"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "wrong"]


@dataclass(frozen=True)
class Finding:
    """One check's answer: what it looked at, how it is, and what to do where it is not well."""

    what: str
    state: State
    sentence: str
    todo: str = ""


def ok(what: str, sentence: str) -> Finding:
    return Finding(what, "ok", sentence)


def note(what: str, sentence: str, todo: str = "") -> Finding:
    """Something to know; the shop can sell all the same."""
    return Finding(what, "note", sentence, todo)


def wrong(what: str, sentence: str, todo: str) -> Finding:
    return Finding(what, "wrong", sentence, todo)
