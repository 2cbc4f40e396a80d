"""Reads of what buyers own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from lathe.audio import plan
from lathe.audio.formats import Format, parse
from lathe.catalogue import queries as catalogue
from lathe.catalogue.models import Release, Track
from lathe.delivery import blueprints, ceilings, cuts, cutting, sizes, watching
from lathe.delivery.links import FileLink
from lathe.delivery.models import Entitlement, MadeFile
from lathe.delivery.watching import Share, Standing


@dataclass(frozen=True)
class TrackCut:
    """One file of a cut: its track, its name on the buyer's disk, its size, its SHA-256 once made, and the body it is
    made from.

    `size_bytes` is the file's once `is_made` and published, the body's size or ceiling before.
    """

    track: Track
    name: str
    size_bytes: int
    sha256: str
    is_made: bool
    body: Share


@dataclass(frozen=True)
class Held:
    """How much is held of some tracks, and by how many people."""

    entitlements: int
    people: int


def held_of(track_ids: Sequence[int]) -> Held:
    """What is held of these tracks now; one query."""
    holding = Entitlement.objects.filter(track__in=track_ids, ended_at__isnull=True)
    found = holding.aggregate(entitlements=Count("id"), people=Count("person", distinct=True))
    return Held(found["entitlements"], found["people"])


ALSO = tuple(
    parse(text)
    for text in (
        *("flac", "flac:bits=16,rate=44100", "alac", "wav", "mp3:cbr=320", "mp3:vbr=0", "mp3:cbr=128"),
        *("aac:256", "opus:128", "vorbis:q=6"),
    )
)
"""Formats in which people often want once more what they own."""


@dataclass(frozen=True)
class ShelfCut:
    """One format in which tracks of a release are owned; `also` are others that are covered by it."""

    fmt: Format
    label: str
    tracks: tuple[TrackCut, ...]
    is_lossless: bool
    also: tuple[Format, ...]
    standing: Standing
    order_uids: frozenset[UUID]

    @property
    def size_bytes(self) -> int:
        """What is known of the size: exact for made files, ceilings for the rest."""
        return sum(item.size_bytes for item in self.tracks)

    @property
    def is_made(self) -> bool:
        return all(item.is_made for item in self.tracks)


@dataclass(frozen=True)
class Shelf:
    """A release in somebody's library, with the cuts ordered of it."""

    release: Release
    bought_at: datetime
    cuts: tuple[ShelfCut, ...]


def library(link: FileLink, release_uid: UUID | None = None) -> list[Shelf]:
    """All that a link opens, newest first; of one release alone where it is named. What is no longer sold stays."""
    owned = holding(replace(link, release_uid=release_uid or link.release_uid))
    by_release: dict[int, list[Entitlement]] = defaultdict(list)
    for item in owned.order_by("-granted_at", "-id"):
        by_release[item.release_id].append(item)
    releases = {r.id: r for r in catalogue.releases(include_unpublished=True).filter(id__in=by_release)}
    return [_shelf(releases[release_id], items) for release_id, items in by_release.items()]


def holding(link: FileLink) -> QuerySet[Entitlement]:
    """The entitlements that a link is about, whatever format it asks for."""
    found = Entitlement.objects.filter(person__uid=link.person_uid, ended_at__isnull=True)
    asked = {"release__uid": link.release_uid, "track__uid": link.track_uid, "order_uid": link.order_uid}
    return found.filter(**{name: uid for name, uid in asked.items() if uid is not None})


def granted_by(order_uid: UUID) -> list[Entitlement]:
    """Everything an order brought, what has ended since too, in the order of its lines."""
    found = Entitlement.objects.filter(order_uid=order_uid).select_related("track", "release")
    return list(found.order_by("granted_at", "id"))


def label(tracks: Sequence[Track], fmt: Format) -> str:
    """What people read for a cut of several tracks: by the best of their masters."""
    best = max(tracks, key=lambda track: (track.master.bits, track.master.sample_rate_hz)).master.source
    return plan.label(cuts.of_master(fmt, best), best)


def _shelf(release: Release, items: Sequence[Entitlement]) -> Shelf:
    tracks = {track.id: track for track in release.tracks.all()}
    groups: dict[str, dict[int, Entitlement]] = defaultdict(dict)
    for item in items:
        groups[item.format][item.track_id] = item
    made = [_cut(release, parse(fmt), own, tracks) for fmt, own in groups.items()]
    return Shelf(release, max(item.granted_at for item in items), tuple(made))


def _also(tracks: Mapping[int, Track], owned: Mapping[int, Entitlement]) -> tuple[Format, ...]:
    """What of the usual formats is covered for every track owned here, other than the cut that is owned."""
    sources = {track_id: tracks[track_id].master.source for track_id in owned}
    return tuple(
        fmt
        for fmt in ALSO
        if all(ceilings.covers(item, sources[key], cuts.of_master(fmt, sources[key])) for key, item in owned.items())
        and any(
            cuts.of_master(fmt, sources[key]) != cuts.of_master(parse(item.format), sources[key])
            for key, item in owned.items()
        )
    )


def _cut(release: Release, fmt: Format, owned: Mapping[int, Entitlement], tracks: Mapping[int, Track]) -> ShelfCut:
    also, order_uids = _also(tracks, owned), frozenset(item.order_uid for item in owned.values())
    ordered = sorted((tracks[key] for key in owned), key=lambda track: (track.disc_number, track.number))
    plans = [blueprints.blueprint(track, release, fmt) for track in ordered]
    done = {made.key: made for made in MadeFile.objects.filter(key__in=[item.key for item in plans])}
    bodies = sizes.bodies([(item.track.master, item.fmt) for item in plans])
    stored = cutting.stored(item.body_key for item in plans)
    parts = [
        TrackCut(
            track=item.track,
            name=item.name,
            size_bytes=done[item.key].size_bytes if item.key in done else body.ceiling_bytes,
            sha256=done[item.key].sha256 if item.key in done else "",
            is_made=item.body_key in stored,
            body=Share(item.body_key, item.track.master.samples),
        )
        for item, body in zip(plans, bodies, strict=True)
    ]
    return ShelfCut(
        fmt=fmt,
        label=label(ordered, fmt),
        tracks=tuple(parts),
        is_lossless=ceilings.is_lossless(fmt),
        also=also,
        standing=watching.standing(
            [part.body for part in parts], stored, cutting.under_way(item.body_key for item in plans)
        ),
        order_uids=order_uids,
    )
