"""From files and sidecar to a release as the catalogue takes it: pure decisions, sidecar before tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lathe.catalogue.actions import CreditFacts, ReleaseFacts, TrackFacts
from lathe.ingest import codes, grouping, words
from lathe.ingest.grouping import Candidate, Group
from lathe.ingest.notes import Sidecar, TrackNote
from lathe.ingest.verdicts import FileReport

VARIOUS = "Various Artists"


@dataclass(frozen=True)
class Draft:
    """A release to write. `tracks` pairs each file with its facts; `refused` are files that could not join.

    `states_day` and `states_label`: whether the delivery says so itself. Where it does not, what a release has stays; a
    label in the tags names one for a new release alone, for an operator may have said otherwise since.
    """

    facts: ReleaseFacts
    tracks: tuple[tuple[Candidate, TrackFacts], ...]
    refused: tuple[FileReport, ...]
    warnings: tuple[str, ...]
    states_day: bool
    states_label: bool
    folder: Path

    @property
    def by_file(self) -> dict[str, TrackFacts]:
        """Each track by its file below the release's folder."""
        return {candidate.path.relative_to(self.folder).as_posix(): facts for candidate, facts in self.tracks}


def untagged(candidate: Candidate, sidecar: Sidecar | None, folder: Group) -> FileReport | None:
    """Refuse a file of which neither tags nor sidecar tell title, album and artist."""
    note = _note(candidate, sidecar, folder)
    said = {
        "title": bool(candidate.words.title or (note and note.title)),
        "album": bool(candidate.words.album or (sidecar and sidecar.title)),
        "artist": bool(
            candidate.words.artist
            or candidate.words.album_artist
            or (sidecar and sidecar.credits)
            or (note and note.credits)
        ),
    }
    lacking = [name for name, is_there in said.items() if not is_there]
    if not lacking:
        return None
    names = " and ".join([", ".join(lacking[:-1]), lacking[-1]] if len(lacking) > 1 else lacking)
    also = f" ({'; '.join(candidate.words.problems)})" if candidate.words.problems else ""
    sentence = (
        f"{candidate.path.name} has no {names} tag{'s' if len(lacking) > 1 else ''}{also}. "
        "Tag the file, or name it in a release.toml."
    )
    return FileReport(candidate.name, "untagged", sentence)


def make(group: Group, sidecar: Sidecar | None, label: str, shas: Mapping[str, str], today: date) -> Draft:
    """Draft the release of the files of `group`, all of them good. `shas` tells each file's SHA-256 by its name.

    `label` comes before the sidecar's and the tags' own. Where nothing states a day of release it is `today`.
    """
    tracks, refused = _placed(group, sidecar, shas)
    files = [candidate for candidate, _ in tracks]
    artist = _artist(files, sidecar)
    title = (sidecar.title if sidecar else "") or _common(file.words.album for file in files)
    stated = (sidecar.released_on if sidecar else None) or _day(files)
    states_label = bool(label or (sidecar and sidecar.label))
    own_label = label or (sidecar.label if sidecar else "") or _common(file.words.label for file in files)
    facts = ReleaseFacts(
        upc=(sidecar.upc if sidecar else "")
        or _common(file.words.upc for file in files)
        or codes.internal(artist, title),
        title=title,
        label=own_label or artist,
        released_on=stated or today,
        catalogue_number=(sidecar.catalogue_number if sidecar else "")
        or _common(f.words.catalogue_number for f in files),
        genre=(sidecar.genre if sidecar else "") or _common(file.words.genre for file in files),
        recorded=sidecar.recorded if sidecar else "",
        note=sidecar.note if sidecar else "",
        copyright=(sidecar.copyright if sidecar else "") or _common(file.words.copyright for file in files),
        licence=(sidecar.licence if sidecar else "") or _common(file.words.licence for file in files),
        credits=_release_credits(files, sidecar, artist),
    )
    warnings = _doubts(facts, own_label, files)
    return Draft(facts, tuple(tracks), tuple(refused), tuple(warnings), stated is not None, states_label, group.folder)


def _doubts(facts: ReleaseFacts, own_label: str, files: list[Candidate]) -> list[str]:
    found = [f"{file.path.name}: {problem}." for file in files for problem in file.words.problems]
    if not own_label:
        found.append(f"No label is named, so the music counts as {facts.label}'s own. Name one with --label.")
    if codes.is_internal(facts.upc):
        found.append(f"It has no barcode; the shop gave it the number {facts.upc}, which means nothing elsewhere.")
    elif not codes.has_good_check_digit(facts.upc):
        found.append(f"The check digit of {facts.upc} does not fit; ask the label whether it is a placeholder.")
    return list(dict.fromkeys(found))


def _placed(
    group: Group, sidecar: Sidecar | None, shas: Mapping[str, str]
) -> tuple[list[tuple[Candidate, TrackFacts]], list[FileReport]]:
    """Give each file its place; a file whose place is taken is refused."""
    placed: list[tuple[Candidate, TrackFacts]] = []
    refused: list[FileReport] = []
    taken: dict[tuple[int, int], str] = {}
    for candidate in _ordered(group, sidecar):
        note = _note(candidate, sidecar, group)
        disc = (note and note.disc) or candidate.words.disc or grouping.disc_of_folder(candidate.path.parent) or 1
        number = (note and note.number) or candidate.words.number or words.place(candidate.path.name)
        number = number or next(free for free in range(1, 1000) if (disc, free) not in taken)
        if (disc, number) in taken:
            refused.append(_collision(candidate, disc, number, taken[disc, number]))
            continue
        taken[disc, number] = candidate.path.name
        placed.append((candidate, _track(candidate, note, (disc, number), shas[candidate.name])))
    return sorted(placed, key=lambda pair: (pair[1].disc_number, pair[1].number)), refused


def _ordered(group: Group, sidecar: Sidecar | None) -> list[Candidate]:
    """Files that the sidecar names first, in its order; then the others by name."""
    order = {track.file: place for place, track in enumerate(sidecar.tracks)} if sidecar else {}
    return sorted(group.files, key=lambda file: (order.get(_below(file, group), len(order)), file.name))


def _collision(candidate: Candidate, disc: int, number: int, other: str) -> FileReport:
    sentence = (
        f"{candidate.path.name} wants disc {disc}, number {number}, which {other} has. "
        "Give one of them another number, in its tags or in release.toml."
    )
    return FileReport(candidate.name, "conflicting", sentence)


def _track(candidate: Candidate, note: TrackNote | None, place: tuple[int, int], sha256: str) -> TrackFacts:
    return TrackFacts(
        disc_number=place[0],
        number=place[1],
        title=(note.title if note else "") or candidate.words.title,
        master_sha256=sha256,
        tempo=note.tempo if note else "",
        isrc=(note.isrc if note else "") or candidate.words.isrc,
        credits=_track_credits(candidate, note),
    )


def _track_credits(candidate: Candidate, note: TrackNote | None) -> tuple[CreditFacts, ...]:
    if note and note.credits:
        return tuple(CreditFacts(credit.name, credit.role, credit.instrument) for credit in note.credits)
    said = candidate.words
    own = [CreditFacts(name, "composer") for name in said.composers]
    if said.artist and said.artist != said.album_artist:
        own.append(CreditFacts(said.artist, "main_artist"))
    return tuple(own) + tuple(CreditFacts(name, "performer") for name in said.performers if name != said.artist)


def _release_credits(files: list[Candidate], sidecar: Sidecar | None, artist: str) -> tuple[CreditFacts, ...]:
    if sidecar and sidecar.credits:
        return tuple(CreditFacts(credit.name, credit.role, credit.instrument) for credit in sidecar.credits)
    composers = {file.words.composers for file in files}
    shared = composers.pop() if len(composers) == 1 else ()
    return (*(CreditFacts(name, "composer") for name in shared), CreditFacts(artist, "main_artist"))


def _artist(files: list[Candidate], sidecar: Sidecar | None) -> str:
    """Who it is by: the sidecar's first main artist or first name, the album artist, the one artist, or various."""
    if sidecar and sidecar.credits:
        main = next((credit for credit in sidecar.credits if credit.role == "main_artist"), sidecar.credits[0])
        return main.name
    shared = _common(file.words.album_artist for file in files)
    artists = {file.words.artist for file in files if file.words.artist}
    return shared or (artists.pop() if len(artists) == 1 else VARIOUS)


def _day(files: list[Candidate]) -> date | None:
    days = [file.words.released_on for file in files if file.words.released_on]
    return max(days) if days else None


def _common(values: Iterable[str]) -> str:
    """The value met most often, empty ones left aside; the first of several that tie."""
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else ""


def _note(candidate: Candidate, sidecar: Sidecar | None, group: Group) -> TrackNote | None:
    return sidecar.note_of(_below(candidate, group)) if sidecar else None


def _below(candidate: Candidate, group: Group) -> str:
    return candidate.path.relative_to(group.folder).as_posix()
