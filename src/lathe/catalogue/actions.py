"""Writes of the catalogue. Nothing is ever deleted here: what was sold stays downloadable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Model

from lathe.catalogue import rules
from lathe.catalogue.errors import CatalogueError
from lathe.catalogue.models import Artist, Credit, Master, Party, Recording, Release, Track

_OUT_OF_THE_WAY = 10_000


@dataclass(frozen=True)
class CreditFacts:
    """Somebody's part; `role` is a value of Credit.Role."""

    artist: str
    role: str
    instrument: str = ""


@dataclass(frozen=True)
class TrackFacts:
    """A track to be: its place, its words, and the SHA-256 of a master that the catalogue has."""

    disc_number: int
    number: int
    title: str
    master_sha256: str
    tempo: str = ""
    isrc: str = ""
    credits: tuple[CreditFacts, ...] = ()


@dataclass(frozen=True)
class ReleaseFacts:
    """What a delivery says of a release. `label` is the name of the party that delivers it."""

    upc: str
    title: str
    label: str
    released_on: date
    catalogue_number: str = ""
    genre: str = ""
    recorded: str = ""
    note: str = ""
    copyright: str = ""
    licence: str = ""
    credits: tuple[CreditFacts, ...] = ()


@dataclass(frozen=True)
class CoverFacts:
    """A cover in the store: the SHA-256 of the original, what it shows, and the hue it gives the page."""

    sha256: str
    media_type: str
    alt: str
    hue: int


@dataclass(frozen=True)
class BookletFacts:
    """A PDF in the documents store."""

    sha256: str
    size_bytes: int


def party(*, name: str) -> Party:
    """Find or make the rights holder of a name."""
    slug = rules.slug(name, instead="label", taken=_slugs(Party))
    return Party.objects.get_or_create(name=name, defaults={"slug": slug})[0]


def artist(*, name: str) -> Artist:
    """Find or make the artist of a name."""
    slug = rules.slug(name, instead="artist", taken=_slugs(Artist))
    return Artist.objects.get_or_create(name=name, defaults={"slug": slug})[0]


def add_master(*, master: Master) -> Master:
    """Enter a master; one that is there stays as it is, for masters never change."""
    Master.objects.bulk_create([master], ignore_conflicts=True)
    return Master.objects.get(sha256=master.sha256)


@transaction.atomic
def save_release(*, facts: ReleaseFacts, release: Release | None) -> tuple[Release, bool]:
    """Make a release, or bring `release` to what is said now; True when something changed. Its page's address stays.

    Raises CatalogueError where another release has the barcode.
    """
    holder = Release.objects.filter(upc=facts.upc).first()
    if holder and holder != release:
        raise CatalogueError(f"The barcode {facts.upc} belongs to {holder.title!r} already. Give this release its own.")
    target = release or Release(slug=rules.slug(facts.title, instead=facts.upc, taken=_slugs(Release)))
    changed = _assign(
        target,
        upc=facts.upc,
        title=facts.title,
        label=party(name=facts.label),
        catalogue_number=facts.catalogue_number,
        genre=facts.genre,
        genre_slug=rules.genre_slug(facts.genre),
        released_on=facts.released_on,
        recorded=facts.recorded,
        note=facts.note,
        copyright=facts.copyright,
        licence=facts.licence,
    )
    return target, _save_credits(target, None, facts.credits) or changed


@transaction.atomic
def save_tracks(*, release: Release, tracks: tuple[TrackFacts, ...]) -> bool:
    """Put tracks on a release: those that are there are found by their master, else by their place. True on any change.

    Tracks that are not mentioned stay. Raises CatalogueError where one of them holds a place that is wanted.
    """
    present = list(release.tracks.select_related("recording"))
    matched = _matched(present, tracks)
    _check_places([track for track in present if track not in matched.values()], tracks)
    moved = [
        track
        for place, track in matched.items()
        if (track.disc_number, track.number) != (tracks[place].disc_number, tracks[place].number)
    ]
    for track in moved:
        # Two tracks that change places would meet on the way.
        track.number += _OUT_OF_THE_WAY
        track.save(update_fields=["number"])
    results = [_save_track(release, matched.get(place), facts) for place, facts in enumerate(tracks)]
    return any(results)


def set_cover(*, release: Release, cover: CoverFacts) -> bool:
    """Give a release its cover. True when it is another one than before."""
    return _assign(
        release,
        cover_sha256=cover.sha256,
        cover_media_type=cover.media_type,
        cover_alt=cover.alt[:300],
        hue=cover.hue,
    )


def set_booklet(*, release: Release, booklet: BookletFacts) -> bool:
    """Give a release its booklet. True when it is another one than before."""
    return _assign(release, booklet_sha256=booklet.sha256, booklet_bytes=booklet.size_bytes)


def set_lyrics(*, track: Track, lyrics: str) -> bool:
    """Give a track the words that are sung. True when they are others than before."""
    return _assign(track, lyrics=lyrics)


def publish(*, release: Release) -> None:
    """Show a release in the shop."""
    _assign(release, is_published=True)


def withdraw(*, release: Release) -> None:
    """Take a release out of the shop's pages. Who bought it keeps it."""
    _assign(release, is_published=False)


def hide_until(*, release: Release, moment: datetime | None) -> bool:
    """Let nothing of a release be shown or sold before an aware moment; None lifts that. True on any change."""
    return _assign(release, embargo_until=moment)


def _matched(present: list[Track], tracks: tuple[TrackFacts, ...]) -> dict[int, Track]:
    """Place in `tracks` to the track of the release that it means."""
    left = list(present)
    found: dict[int, Track] = {}
    for place, facts in enumerate(tracks):
        same = next((track for track in left if track.recording.master_id == facts.master_sha256), None)
        if same:
            found[place] = same
            left.remove(same)
    for place, facts in enumerate(tracks):
        here = next((one for one in left if (one.disc_number, one.number) == (facts.disc_number, facts.number)), None)
        if here and place not in found:
            found[place] = here
            left.remove(here)
    return found


def _check_places(others: list[Track], tracks: tuple[TrackFacts, ...]) -> None:
    wanted = {(facts.disc_number, facts.number): facts for facts in tracks}
    for other in others:
        facts = wanted.get((other.disc_number, other.number))
        if facts:
            place = f"disc {other.disc_number}, number {other.number}"
            raise CatalogueError(
                f"{facts.title!r} and {other.title!r} both want {place}. Give one of them another number."
            )


def _save_track(release: Release, track: Track | None, facts: TrackFacts) -> bool:
    slug = rules.slug(facts.title, instead=f"track-{facts.number}", taken=_track_slugs(release))
    target = track or Track(release=release, slug=slug)
    changed = _assign(
        target,
        recording=_recording(track, facts),
        disc_number=facts.disc_number,
        number=facts.number,
        title=facts.title,
        tempo=facts.tempo,
    )
    return _save_credits(release, target, facts.credits) or changed


def _recording(track: Track | None, facts: TrackFacts) -> Recording:
    """The recording of the master, brought to what is said; a track whose master was replaced gets a new one."""
    recording = track.recording if track and track.recording.master_id == facts.master_sha256 else None
    recording = recording or Recording.objects.filter(master_id=facts.master_sha256).order_by("id").first()
    target = recording or Recording(master_id=facts.master_sha256)
    _assign(target, title=target.title or facts.title, isrc=facts.isrc or target.isrc)
    return target


def _save_credits(release: Release, track: Track | None, credits: tuple[CreditFacts, ...]) -> bool:
    """Replace the credits of a release or track by those that are said, unless they are the same."""
    wanted = list({(one.artist, one.role): one for one in credits}.values())
    rows = Credit.objects.filter(release=release, track=track).select_related("artist")
    present = [CreditFacts(row.artist.name, row.role, row.instrument) for row in rows]
    if present == wanted:
        return False
    rows.delete()
    for position, one in enumerate(wanted):
        Credit.objects.create(
            release=release,
            track=track,
            artist=artist(name=one.artist),
            role=one.role,
            instrument=one.instrument,
            position=position,
        )
    return True


def _assign(row: Model, **values: object) -> bool:
    """Set the values that differ and save them. True when there were any."""
    changed = [name for name, value in values.items() if getattr(row, name, None) != value or row.pk is None]
    for name in changed:
        setattr(row, name, values[name])
    if row._state.adding:
        row.save()
    elif changed:
        row.save(update_fields=changed)
    return bool(changed)


def _slugs(table: type[Party] | type[Artist] | type[Release]) -> set[str]:
    return set(table.objects.values_list("slug", flat=True))


def _track_slugs(release: Release) -> set[str]:
    return set(release.tracks.values_list("slug", flat=True))
