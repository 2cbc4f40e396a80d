"""What a link opens: which tracks in which formats, and each of them as a file with its path, size and checksum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lathe.audio.formats import Format, parse
from lathe.audio.heads import BodyFacts
from lathe.catalogue import credits, sleeves
from lathe.catalogue import queries as catalogue
from lathe.catalogue.models import Release, Track
from lathe.delivery import blueprints, ceilings, cuts, names, queries
from lathe.delivery.blueprints import Blueprint
from lathe.delivery.errors import NotOwned
from lathe.delivery.folders import Template
from lathe.delivery.links import FileLink
from lathe.delivery.models import Entitlement, MadeFile, Rendition


@dataclass(frozen=True)
class Piece:
    """A track of a release in the format ordered or chosen for it."""

    release: Release
    track: Track
    fmt: Format


@dataclass(frozen=True)
class PlannedFile:
    """A file that a link opens. `path` is where the buyer's template puts it, `address` what its link calls it.

    `size` is exact, and None while it is not known; `made` holds the checksums once it was cut.
    """

    piece: Piece
    blueprint: Blueprint
    path: str
    address: str
    size: int | None
    made: MadeFile | None

    @property
    def sha256(self) -> str | None:
        return self.made.sha256 if self.made else None


def opened_by(link: FileLink) -> list[Piece]:
    """What a link opens for its owner, release by release in the order of their tracks. Raises NotOwned for nothing.

    In the link's format as far as it is covered by what is owned; where it names none, all as it was bought.
    """
    owned = list(queries.holding(link).order_by("id"))
    releases = {item.id: item for item in _releases({one.release_id for one in owned})}
    by_release: dict[int, list[Entitlement]] = defaultdict(list)
    for one in owned:
        by_release[one.release_id].append(one)
    found = [piece for key in releases for piece in _pieces(link, releases[key], by_release[key])]
    if not found:
        raise _not_owned()
    return found


def _not_owned() -> NotOwned:
    return NotOwned("You do not own this cut (any more). Your library shows what you own.")


def file_of(link: FileLink) -> Blueprint:
    """The file that a link to one track opens, as `opened_by` has it; of its release no more is read than that takes.

    Three queries. Raises NotOwned, StoreUnavailable.
    """
    owned = queries.holding(link).select_related("track__recording__master", "release__label").order_by("id")
    for one in owned:
        fmt = parse(link.format or one.format)
        if not link.format or _is_covered([one], one.track, fmt):
            return blueprints.blueprint(one.track, one.release, fmt, sleeves.of_track(one.track))
    raise _not_owned()


def title(pieces: Sequence[Piece]) -> str:
    """What people call it: 'Erik Satie – Gymnopédies (FLAC 16-44.1)', or 'Music' where it is of several cuts."""
    labels = _labels(pieces)
    if len(labels) > 1:
        return "Music"
    words = _words(pieces[0], *labels.values())
    return "{artist} – {album} ({format})".format_map(words)


def planned(pieces: Sequence[Piece], template: Template) -> list[PlannedFile]:
    """Work out every file: its key, its names, and its size as far as it is known. Four queries, however many."""
    plans = [blueprints.blueprint(piece.track, piece.release, piece.fmt) for piece in pieces]
    found = {row.key: row for row in MadeFile.objects.filter(key__in=[plan.key for plan in plans])}
    made = [found.get(plan.key) for plan in plans]
    sizes = _sizes(plans, made)
    paths = names.unique(_paths(pieces, plans, template))
    addresses = names.unique(_address(piece, plan) for piece, plan in zip(pieces, plans, strict=True))
    return [PlannedFile(*parts) for parts in zip(pieces, plans, paths, addresses, sizes, made, strict=True)]


def place(track: Track, release: Release) -> str:
    """Where a track stands on its release, as file names say it: '04', or '2-04' on sets."""
    discs = {item.disc_number for item in release.tracks.all()}
    return names.place(number=track.number, disc=track.disc_number, discs=len(discs))


def _releases(ids: set[int]) -> list[Release]:
    found = catalogue.releases(include_unpublished=True).filter(id__in=ids)
    return sorted(found, key=lambda item: (credits.line(item), item.released_on, item.id))


def _pieces(link: FileLink, release: Release, owned: Sequence[Entitlement]) -> list[Piece]:
    by_track: dict[int, list[Entitlement]] = defaultdict(list)
    for one in owned:
        by_track[one.track_id].append(one)
    tracks = list(release.tracks.all())
    if link.format:
        fmt = parse(link.format)
        return [Piece(release, track, fmt) for track in tracks if _is_covered(by_track[track.id], track, fmt)]
    return [
        Piece(release, track, parse(text))
        for text in dict.fromkeys(one.format for one in owned)
        for track in tracks
        if any(one.format == text for one in by_track[track.id])
    ]


def _is_covered(owned: Sequence[Entitlement], track: Track, fmt: Format) -> bool:
    source = track.master.source
    return any(ceilings.covers(one, source, cuts.of_master(fmt, source)) for one in owned)


def _sizes(plans: Sequence[Blueprint], made: Sequence[MadeFile | None]) -> list[int | None]:
    """Exact sizes: of made files, of those whose body is known though nobody took it yet, of those that follow from
    their format."""
    unmade = [plan.body_key for plan, row in zip(plans, made, strict=True) if row is None]
    bodies = Rendition.objects.filter(key__in=unmade).values_list("key", "facts")
    facts = {key: BodyFacts.from_dict(known) for key, known in bodies}
    return [
        row.size_bytes if row else plan.size(facts.get(plan.body_key)) for plan, row in zip(plans, made, strict=True)
    ]


def _paths(pieces: Sequence[Piece], plans: Sequence[Blueprint], template: Template) -> list[str]:
    labels = _labels(pieces)
    return [
        template.path(_words(piece, labels[piece.release.id, piece.fmt]), _extension(plan))
        for piece, plan in zip(pieces, plans, strict=True)
    ]


def _labels(pieces: Sequence[Piece]) -> dict[tuple[int, Format], str]:
    """What people read for each cut of a release, by the best of its masters: all its files are in one folder."""
    tracks: dict[tuple[int, Format], list[Track]] = defaultdict(list)
    for piece in pieces:
        tracks[piece.release.id, piece.fmt].append(piece.track)
    return {key: queries.label(own, key[1]) for key, own in tracks.items()}


def _words(piece: Piece, label: str) -> dict[str, str]:
    release, track = piece.release, piece.track
    return {
        "artist": credits.line(release) or release.label.name,
        "album": release.title,
        "year": str(release.released_on.year),
        "track": place(piece.track, piece.release),
        "title": track.title,
        "label": release.label.name,
        "genre": release.genre,
        "format": label.replace("/", "-"),
        "barcode": release.upc,
    }


def _address(piece: Piece, plan: Blueprint) -> str:
    return names.address(piece.release.slug, place(piece.track, piece.release), piece.track.slug, _extension(plan))


def _extension(plan: Blueprint) -> str:
    return plan.name.rpartition(".")[2]
