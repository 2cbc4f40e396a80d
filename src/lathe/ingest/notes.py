"""What a sidecar says, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from lathe.basics.money import Money
from lathe.basics.territory import TerritorySet

EVERYWHERE = TerritorySet()
ROLES = ("composer", "main_artist", "performer", "engineer")


@dataclass(frozen=True)
class Credit:
    """Somebody and what they did; `role` is one of ROLES."""

    name: str
    role: str
    instrument: str = ""


@dataclass(frozen=True)
class TrackNote:
    """What the sidecar says of one file. Empty values leave the word to the file's tags."""

    file: str
    title: str = ""
    tempo: str = ""
    isrc: str = ""
    disc: int | None = None
    number: int | None = None
    credits: tuple[Credit, ...] = ()
    lyrics: Path | None = None


@dataclass(frozen=True)
class GrantTerms:
    """A mandate to record: the document's path and what it says. Dates are inclusive.

    `is_dated` False: nobody said when it was signed, so the days are today's, and give way to those on record.
    """

    document: Path
    territories: TerritorySet
    signed_by: str
    signed_on: date
    starts_on: date
    ends_on: date | None = None
    is_dated: bool = True


@dataclass(frozen=True)
class DealTerms:
    """Terms for the release as a whole, or for tracks sold alone (`files` names them; empty: every track)."""

    for_tracks: bool
    price: Money
    floor: Money | None = None
    wholesale: Money | None = None
    territories: TerritorySet = EVERYWHERE
    starts_on: date | None = None
    ends_on: date | None = None
    files: tuple[str, ...] = ()
    clip_s: int | None = None


@dataclass(frozen=True)
class Royalty:
    """What the label is owed for a sale: max(share of net, wholesale where it counts)."""

    share: Fraction
    use_wholesale: bool


@dataclass(frozen=True)
class CoverNote:
    """A picture file of the folder, or the motif and palette of a cover to draw."""

    file: Path | None = None
    motif: str = ""
    palette: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Sidecar:
    """A whole sidecar. `deals` None means that it says nothing of terms; an empty tuple takes the release off sale."""

    title: str
    upc: str
    label: str
    catalogue_number: str
    genre: str
    released_on: date | None
    recorded: str
    note: str
    copyright: str
    licence: str
    cover: CoverNote
    credits: tuple[Credit, ...]
    tracks: tuple[TrackNote, ...]
    grants: tuple[GrantTerms, ...]
    deals: tuple[DealTerms, ...] | None
    royalty: Royalty | None
    booklet: Path | None = None

    def note_of(self, file: str) -> TrackNote | None:
        """What is said of a file, named by its path below the sidecar's folder."""
        return next((track for track in self.tracks if track.file == file), None)
