"""What can go wrong with a delivery as a whole. What is wrong with one file of it is a verdict, not an error."""

from __future__ import annotations

from lathe.basics.errors import LatheError


class IngestError(LatheError):
    """A delivery that cannot be read at all, or two imports at once."""


class SidecarError(IngestError):
    """A sidecar that cannot be used; `problems` names every mistake in it, one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class PaperError(IngestError):
    """A booklet or a text that cannot be used."""


class CoverError(IngestError):
    """A cover that is no picture, or too large to open safely."""
