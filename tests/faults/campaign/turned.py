"""A machine's clock that another process can turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path


class TurnedClock:
    """The true time and so many seconds more as the text of a file says; none where there is no file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead_s())

    def _ahead_s(self) -> float:
        try:
            return float(self._file.read_text(encoding="ascii") or 0)
        except FileNotFoundError:
            return 0.0


def turn(file: Path, ahead_s: float) -> None:
    """Turn the clock that reads this file; at once for all who read it."""
    draft = file.with_suffix(".draft")
    draft.write_text(str(ahead_s), encoding="ascii")
    draft.rename(file)
