"""Tells which workers have fallen silent, by the monotonic clock of who watches: the wall clock may jump."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from lathe.jobs.rules import SILENCE_S

Sign = TypeVar("Sign", bound=Hashable)


class Watch(Generic[Sign]):
    """Remembers since when each sign of life looks the same. A sign changes with every beat of its worker."""

    def __init__(self) -> None:
        self._first_seen: dict[Sign, float] = {}

    def silent(self, signs: Iterable[Sign], now_s: float) -> list[Sign]:
        """Those of `signs` that were there, unchanged, SILENCE_S seconds before `now_s` of the monotonic clock."""
        self._first_seen = {sign: self._first_seen.get(sign, now_s) for sign in signs}
        return [sign for sign, since in self._first_seen.items() if now_s - since >= SILENCE_S]
