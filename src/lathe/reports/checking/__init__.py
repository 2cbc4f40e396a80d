"""An independent checker of DDEX flat files: it reads them as a recipient would.

It shares no code with the writers, nor their layouts (an import contract sees to that): what both would get wrong in
the same way, neither would notice. `check` reads a file of any size, line by line.
"""

from __future__ import annotations

from pathlib import Path

from lathe.reports.checking import basic_audio, record_company
from lathe.reports.checking.findings import Finding, Verdict
from lathe.reports.checking.reading import Reader

__all__ = ["Finding", "Verdict", "check"]

_PROFILES = {"HEAD": basic_audio.check, "SRHE": record_company.check}


def check(path: Path) -> Verdict:
    """Read a file and say all that is wrong with it, the first hundred findings. Raises OSError."""
    with path.open("rb") as file:
        reader = Reader(file, path.name)
        begin = reader.first_word()
        if begin not in _PROFILES:
            reader.say(1, "begin", f"A report begins with HEAD or SRHE, not with {begin!r}.")
            return reader.verdict()
        _PROFILES[begin](reader)
        return reader.verdict()
