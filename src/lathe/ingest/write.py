"""Writes one release of a delivery, whole, in a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction

from lathe.catalogue import actions as catalogue
from lathe.catalogue.actions import CoverFacts, ReleaseFacts
from lathe.catalogue.models import Master, Release
from lathe.ingest import codes, covers, papers, terms
from lathe.ingest.draft import Draft
from lathe.ingest.errors import CoverError
from lathe.ingest.notes import CoverNote, Sidecar
from lathe.ingest.options import Options
from lathe.pictures.covers import CoverArt

NOT_PUBLISHED = "It is not published, because files that release.toml names are not in. Deliver them and import again."


@dataclass(frozen=True)
class Written:
    """A release after the import, and what a person should know of it. `before` are the masters it had before."""

    release: Release
    is_new: bool
    changed: bool
    before: frozenset[str]
    sentences: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """What to write. `lacking` tells that the sidecar names files that are not in; `picture` is a cover from outside.

    `masters` has every master of the draft by its SHA-256, saved or not yet. `written` are releases that this
    import has written: none of them is this one.
    """

    draft: Draft
    sidecar: Sidecar | None
    options: Options
    lacking: bool
    picture: bytes | None
    masters: dict[str, Master]
    written: frozenset[int] = frozenset()


def write(order: Order) -> Written:
    """Make or update the release with masters, tracks, cover, mandate and terms. A LatheError leaves nothing written.

    The cover is drawn and papers are read before the transaction begins: a shop that is selling does not wait for that.
    """
    present = _existing(order)
    cover, warnings = _cover(present, order)
    enclosed = papers.read(order.sidecar)
    with transaction.atomic():
        for master in order.masters.values():
            catalogue.add_master(master=master)
        before = _masters_of(present)
        was_lacking = present is not None and not present.is_published and not before.issuperset(order.masters)
        release, changed = catalogue.save_release(facts=_facts(present, order.draft), release=present)
        changed |= catalogue.save_tracks(release=release, tracks=tuple(facts for _, facts in order.draft.tracks))
        changed |= cover is not None and catalogue.set_cover(release=release, cover=cover)
        subject = _subject(release, order.draft)
        changed |= papers.put(enclosed, release, subject.files)
        outcome = terms.apply(subject, order.sidecar, order.options)
        sentences = [*outcome.sentences, *_publish(release, order, present is None, was_lacking)]
    changed |= outcome.changed
    return Written(release, present is None, changed, before, tuple(sentences), (*warnings, *enclosed.warnings))


def _facts(present: Release | None, draft: Draft) -> ReleaseFacts:
    """The draft's facts, with what the release has where the delivery does not say it itself."""
    facts = draft.facts
    if present and not draft.states_day:
        facts = replace(facts, released_on=present.released_on)
    if present and not draft.states_label:
        facts = replace(facts, label=present.label.name)
    return facts


def _publish(release: Release, order: Order, is_new: bool, was_lacking: bool) -> list[str]:
    """Keep a new release that lacks files out of the shop; show it once they are in. One that stands is left alone."""
    if order.lacking and is_new:
        catalogue.withdraw(release=release)
        return [NOT_PUBLISHED]
    if was_lacking and not order.lacking:
        catalogue.publish(release=release)
        return ["All its files are in now, so it is published."]
    return []


def _existing(order: Order) -> Release | None:
    """The release that a draft means: by its barcode, else one without it whose masters are most of the draft's."""
    found = Release.objects.filter(upc=order.draft.facts.upc).first()
    if found:
        return found
    without = Release.objects.filter(upc__startswith=codes.INTERNAL_PREFIX, tracks__recording__master__in=order.masters)
    for release in without.exclude(id__in=order.written).distinct().order_by("id"):
        own = _masters_of(release)
        if own <= order.masters.keys() and 2 * len(own) > len(order.masters):
            return release
    return None


def _masters_of(release: Release | None) -> frozenset[str]:
    return frozenset(release.tracks.values_list("recording__master_id", flat=True)) if release else frozenset()


def _subject(release: Release, draft: Draft) -> terms.Subject:
    by_place = {(track.disc_number, track.number): track for track in release.tracks.select_related("recording")}
    files = {name: by_place[facts.disc_number, facts.number] for name, facts in draft.by_file.items()}
    # Where no day is stated the sale begins now, and west of Greenwich it may still be yesterday.
    start = release.released_on if draft.states_day else release.released_on - timedelta(days=1)
    return terms.Subject(release, files, start)


def _cover(present: Release | None, order: Order) -> tuple[CoverFacts | None, list[str]]:
    """The cover the release should have, None where it has it: the picture that came along, else one that is drawn.

    A picture that cannot be used is a warning.
    """
    note = order.sidecar.cover if order.sidecar else CoverNote()
    warnings: list[str] = []
    if order.picture is not None:
        try:
            return _adopted(present, order.picture, note), warnings
        except CoverError as wrong:
            warnings.append(f"{wrong} A cover was drawn instead.")
    if present and _has_picture(present) and not (note.motif or note.palette or warnings):
        return None, []
    try:
        return covers.keep(_drawn(present, order, note), note.alt), warnings
    except CoverError as wrong:
        return covers.keep(_drawn(present, order, CoverNote()), note.alt), [*warnings, str(wrong)]


def _has_picture(release: Release) -> bool:
    """Whether its cover was a picture that came along at an earlier import."""
    is_picture = release.cover_media_type not in ("", covers.DRAWN)
    return is_picture and covers.is_stored(release.cover_sha256)


def _adopted(present: Release | None, picture: bytes, note: CoverNote) -> CoverFacts | None:
    sha256 = covers.sha256_of(picture)
    if present and (present.cover_sha256, present.cover_alt) == (sha256, note.alt) and covers.is_stored(sha256):
        return None
    return covers.adopt(picture, note.alt)


def _drawn(present: Release | None, order: Order, note: CoverNote) -> CoverArt:
    """Draw from all tracks, those of an earlier import too, so that one more file does not change the rest."""
    drafted = {(facts.disc_number, facts.number): facts.master_sha256 for _, facts in order.draft.tracks}
    curves = {place: bytes(order.masters[sha256].envelope) for place, sha256 in drafted.items()}
    for track in present.tracks.select_related("recording__master") if present else ():
        curves.setdefault((track.disc_number, track.number), bytes(track.master.envelope))
    in_order = [curves[place] for place in sorted(curves)]
    return covers.draw(order.draft.facts.upc, in_order, motif=note.motif, palette=note.palette)
