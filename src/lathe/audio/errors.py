"""Errors of the audio room."""

from __future__ import annotations

from typing import Literal

from lathe.basics.errors import LatheError

SourceFault = Literal["missing", "not_audio", "truncated", "damaged", "md5_mismatch", "lossy", "unsupported"]


class AudioError(LatheError):
    """An anticipated failure of the audio library."""


class FormatError(AudioError):
    """An order that no codec can carry out; the text names what is allowed."""


class SourceError(AudioError):
    """A master that cannot be used. `kind` tells programs why; the text tells people."""

    def __init__(self, kind: SourceFault, message: str) -> None:
        super().__init__(message)
        self.kind: SourceFault = kind


class EncodeError(AudioError):
    """An encode that broke: the worker died, the disk is full, the master changed underneath, or the pool was
    closed.
    """


class ProofError(AudioError):
    """A finished file that is not what was promised."""
