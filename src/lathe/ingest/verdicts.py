"""What became of each file and each release of a delivery, in words for people and values for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Verdict = Literal[
    "accepted",
    "already_there",
    "duplicate",
    "broken",
    "truncated",
    "lossy",
    "untagged",
    "unsupported",
    "conflicting",
    "missing",
]
IN_THE_SHOP: frozenset[Verdict] = frozenset({"accepted", "already_there"})
HARMLESS: frozenset[Verdict] = IN_THE_SHOP | {"duplicate"}
State = Literal["new", "changed", "unchanged", "refused"]


@dataclass(frozen=True)
class FileReport:
    """One file: its path below the imported folder, the verdict, and a sentence with what to do."""

    path: str
    verdict: Verdict
    sentence: str
    sha256: str = ""
    title: str = ""


@dataclass(frozen=True)
class ReleaseReport:
    """One release: what became of it, whether it can be sold, and everything a person should know of it."""

    folder: str
    state: State
    title: str = ""
    upc: str = ""
    slug: str = ""
    label: str = ""
    is_published: bool = False
    is_for_sale: bool = False
    sentences: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    files: tuple[FileReport, ...] = ()


@dataclass(frozen=True)
class ImportReport:
    """The whole import. `loose` are files that belong to no release that could be made."""

    releases: tuple[ReleaseReport, ...] = ()
    loose: tuple[FileReport, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, releases: list[ReleaseReport], loose: list[FileReport]) -> ImportReport:
        files = [file for release in releases for file in release.files] + loose
        return cls(tuple(releases), tuple(loose), dict(Counter(file.verdict for file in files)))

    @property
    def files(self) -> list[FileReport]:
        return [file for release in self.releases for file in release.files] + list(self.loose)

    @property
    def all_in(self) -> bool:
        """Whether there was music and none of it was refused; copies of what is in the shop count as in."""
        refused = any(release.state == "refused" for release in self.releases)
        return bool(self.files) and not refused and all(file.verdict in HARMLESS for file in self.files)

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold."""
        return asdict(self)
