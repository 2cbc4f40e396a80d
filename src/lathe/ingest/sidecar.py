"""The sidecar `release.toml`: what a label says of a release beyond the tags of its files. See docs/importing.md."""

from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path, PurePosixPath

from lathe.basics.money import Money
from lathe.basics.territory import TerritorySet
from lathe.ingest import codes
from lathe.ingest.errors import SidecarError
from lathe.ingest.notes import (
    EVERYWHERE,
    ROLES,
    CoverNote,
    Credit,
    DealTerms,
    GrantTerms,
    Royalty,
    Sidecar,
    TrackNote,
)
from lathe.ingest.table import Table
from lathe.rights.rules import LONGEST_CLIP_S

NAME = "release.toml"
LARGEST_BYTES = 256 * 1024
MOST_TRACKS = 400
MOST_DISCS = 99
LONGEST_NAME_BYTES = 255
"""Of one part of a path; no file system in use takes a longer one."""


def read(path: Path) -> Sidecar:
    """Read and check a sidecar. Raises SidecarError that names every mistake."""
    problems: list[str] = []
    sidecar = _release(Table(_parsed(path), "", problems), path.parent)
    if problems:
        raise SidecarError(tuple(problems))
    return sidecar


def _parsed(path: Path) -> dict[str, object]:
    if path.stat().st_size > LARGEST_BYTES:
        raise SidecarError((f"The sidecar is larger than {LARGEST_BYTES // 1024} KiB.",))
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as wrong:
        raise SidecarError(("The sidecar is not UTF-8 text. Save it as UTF-8.",)) from wrong
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        raise SidecarError((f"The sidecar is not TOML: {wrong}.",)) from wrong


def _release(table: Table, folder: Path) -> Sidecar:
    sidecar = Sidecar(
        title=table.text("title", 300),
        upc=table.read("upc", codes.upc) or "",
        label=table.text("label", 200),
        catalogue_number=table.text("catalogue_number", 40),
        genre=table.text("genre", 80),
        released_on=table.day("released_on"),
        recorded=table.text("recorded", 200),
        note=table.text("note", 20_000, breaks="\n\t"),
        copyright=table.text("copyright", 300),
        licence=table.text("licence", 200),
        cover=_cover(table.table("cover"), folder),
        credits=tuple(_credit(artist) for artist in table.tables("artists", 100)),
        tracks=_tracks(table, folder),
        grants=tuple(_grant(grant, folder) for grant in table.tables("grants", 20)),
        deals=_deals(table, folder),
        royalty=_royalty(table),
        booklet=_inside(table, "booklet", folder) if table.has("booklet") else None,
    )
    table.done()
    return sidecar


def _cover(table: Table, folder: Path) -> CoverNote:
    note = CoverNote(
        file=_inside(table, "file", folder) if table.has("file") else None,
        motif=table.text("motif", 40),
        palette=table.text("palette", 40),
        alt=table.text("alt", 300),
    )
    if note.file and (note.motif or note.palette):
        table.complain("name either a `file`, or a `motif` and `palette` to draw.")
    table.done()
    return note


def _credit(table: Table) -> Credit:
    credit = Credit(
        name=table.text("name", 200, required=True),
        role=table.choice("role", ROLES, "main_artist"),
        instrument=table.text("instrument", 80),
    )
    table.done()
    return credit


def _tracks(table: Table, folder: Path) -> tuple[TrackNote, ...]:
    tracks = tuple(_track(track, folder) for track in table.tables("tracks", MOST_TRACKS))
    files = [track.file for track in tracks]
    for file in sorted({file for file in files if files.count(file) > 1}):
        table.complain(f"[[tracks]] names the file {file!r} more than once.")
    places = [(track.disc or 1, track.number) for track in tracks if track.number]
    for disc, number in sorted({place for place in places if places.count(place) > 1}):
        table.complain(f"[[tracks]] has disc {disc}, number {number} more than once.")
    return tracks


def _track(table: Table, folder: Path) -> TrackNote:
    path = _inside(table, "file", folder)
    composers = table.texts("composer", 200, 20)
    named = tuple(_credit(credit) for credit in table.tables("credits", 100))
    note = TrackNote(
        file=path.relative_to(folder).as_posix() if path else "",
        title=table.text("title", 300),
        tempo=table.text("tempo", 200),
        isrc=table.read("isrc", codes.recording_code) or "",
        disc=table.integer("disc", 1, MOST_DISCS),
        number=table.integer("number", 1, 999),
        credits=tuple(Credit(name, "composer") for name in composers) + named,
        lyrics=_inside(table, "lyrics", folder) if table.has("lyrics") else None,
    )
    table.done()
    return note


def _grant(table: Table, folder: Path) -> GrantTerms:
    signed_on = table.day("signed_on", required=True) or date.min
    grant = GrantTerms(
        document=_inside(table, "document", folder) or folder,
        territories=_territories(table),
        signed_by=table.text("signed_by", 200, required=True),
        signed_on=signed_on,
        starts_on=table.day("starts_on") or signed_on,
        ends_on=table.day("ends_on"),
    )
    _check_window(table, grant.starts_on, grant.ends_on)
    table.done()
    return grant


def _deals(table: Table, folder: Path) -> tuple[DealTerms, ...] | None:
    deals = tuple(_deal(deal, folder) for deal in table.tables("deals", 2 * MOST_TRACKS))
    return deals if table.has("deals") else None


def _deal(table: Table, folder: Path) -> DealTerms:
    deal = DealTerms(
        for_tracks=table.choice("scope", ("release", "track")) == "track",
        price=table.read("price", Money.parse, required=True) or Money(0, "EUR"),
        floor=table.read("floor", Money.parse),
        wholesale=table.read("wholesale", Money.parse),
        territories=_territories(table),
        starts_on=table.day("starts_on"),
        ends_on=table.day("ends_on"),
        clip_s=table.integer("clip_s", 1, LONGEST_CLIP_S),
        files=tuple(_relative(table, "files", name, folder) for name in table.texts("files", 1000, MOST_TRACKS)),
    )
    if deal.files and not deal.for_tracks:
        table.complain('`files` belongs to deals with scope = "track".')
    _check_amounts(table, deal)
    _check_window(table, deal.starts_on, deal.ends_on)
    table.done()
    return deal


def _check_amounts(table: Table, deal: DealTerms) -> None:
    for name, amount in (("floor", deal.floor), ("wholesale", deal.wholesale)):
        if amount and amount.currency != deal.price.currency:
            table.complain(f"`{name}` is in {amount.currency} and `price` in {deal.price.currency}; use one currency.")
        elif name == "floor" and amount and deal.price < amount:
            table.complain(f"`price` {deal.price} lies below `floor` {amount}.")


def _check_window(table: Table, start: date | None, end: date | None) -> None:
    if start and end and end < start:
        table.complain(f"`ends_on` {end} lies before `starts_on` {start}.")


def _territories(table: Table) -> TerritorySet:
    inside, outside = table.texts("territories_in", 20, 300), table.texts("territories_out", 20, 300)
    return table.read_with("territories", lambda: TerritorySet.of(inside, outside)) or EVERYWHERE


def _royalty(table: Table) -> Royalty | None:
    inner = table.table("royalty")
    share = inner.read("share", codes.share)
    use_wholesale = inner.flag("use_wholesale")
    inner.done()
    if not table.has("royalty"):
        return None
    if share is None and not use_wholesale:
        inner.complain("name a `share`, or `use_wholesale = true`, or both.")
    return Royalty(share or Fraction(0), use_wholesale)


def _inside(table: Table, key: str, folder: Path) -> Path | None:
    """The path of a file in the folder or below it; a mistake is kept where it leads out."""
    name = table.text(key, 1000, required=True)
    return folder / _relative(table, key, name, folder) if name else None


def _relative(table: Table, key: str, name: str, folder: Path) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if not path.parts or any(len(part.encode()) > LONGEST_NAME_BYTES for part in path.parts):
        table.complain(f"`{key}` is {name[:80]!r}, which cannot be the name of a file. Name one in the folder.")
    elif _leads_out(path, folder):
        table.complain(
            f"`{key}` is {name[:80]!r}, which leads out of the folder. Name a file in the folder or below it."
        )
    else:
        return path.as_posix()
    return "out-of-the-folder"


def _leads_out(path: PurePosixPath, folder: Path) -> bool:
    """Whether a path leads out of the folder, by its words or by a link; a link to nothing or in a circle does too."""
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return True
    file = folder / path
    try:
        return not file.resolve(strict=file.is_symlink()).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a RuntimeError for a circle of links, on Python 3.11
        return True
