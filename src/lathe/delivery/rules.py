"""Pure decisions of delivery: tiers and ceilings, keys, names of files."""

from __future__ import annotations

import hashlib
from enum import Enum

from lathe.audio.source import Source
from lathe.delivery import names

CD_BITS = 16
CD_RATE_HZ = 48_000


class Tier(Enum):
    """Quality tiers of what is owned, lowest first."""

    LOSSY = "lossy"
    CD = "cd"
    HIRES = "hires"

    @property
    def rank(self) -> int:
        return list(Tier).index(self)


def tier(*, lossless: bool, output: Source) -> Tier:
    """The tier of a cut: lossy; CD lossless up to 16 bit and 48 kHz; hi-res above."""
    if not lossless:
        return Tier.LOSSY
    return Tier.CD if output.bits <= CD_BITS and output.sample_rate_hz <= CD_RATE_HZ else Tier.HIRES


def rendition_key(master_sha256: str, fmt: str, build: str, excerpt: int | None = None) -> str:
    """The name of a body: master × format × build; of its first `excerpt` samples alone, where that is given."""
    part = "" if excerpt is None else f"\nfirst {excerpt}"
    return hashlib.sha256(f"{master_sha256}\n{fmt}\n{build}{part}".encode()).hexdigest()


def object_key(key: str) -> str:
    """Where a body lies in the renditions store."""
    return f"{key[:2]}/{key}"


def key_of_object(name: str) -> str:
    """The body that an object of the renditions store is, or would be: whatever name lies there has one."""
    return name.rpartition("/")[2][:64]


def file_key(rendition: str, head_inputs: bytes) -> str:
    """The name of a file: its body and all that its head is made from. Known before the encode, so it is the ETag."""
    return hashlib.sha256(rendition.encode() + b"\n" + hashlib.sha256(head_inputs).digest()).hexdigest()


def file_name(*, number: int, disc: int, discs: int, title: str, extension: str) -> str:
    """A name for the buyer's disk: '04 Prélude.flac', '2-04 Prélude.flac' on sets. Safe on every file system."""
    place = names.place(number=number, disc=disc, discs=discs)
    return f"{names.safe(f'{place} {title}')}.{extension}"
