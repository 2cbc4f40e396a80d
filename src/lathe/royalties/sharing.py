"""Enters who shares in what from a file: one transaction, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from lathe.catalogue import actions as catalogue
from lathe.catalogue import works
from lathe.catalogue.models import Party, Recording, Work
from lathe.royalties import actions
from lathe.royalties.errors import RoyaltyError
from lathe.royalties.rules import sharing, splits
from lathe.royalties.rules.sharing import RecordingFacts, Share, WorkFacts, WorkIn


@transaction.atomic
def enter(*, plain: Mapping[str, Any]) -> sharing.Sharing:
    """Enter works, the recordings they are in, and splits. Raises BadTerms, RoyaltyError, CatalogueError.

    An ISRC that several recordings bear means all of them.
    """
    said = sharing.read(plain)
    for name in said.new_parties:
        catalogue.party(name=name)
    for work in said.works:
        _enter_work(work)
    for recording in said.recordings:
        _enter_recording(recording)
    return said


def _enter_work(facts: WorkFacts) -> None:
    work = works.enter(title=facts.title, iswc=facts.iswc, is_protected=facts.is_protected)
    _divide(work.uid, facts)


def _enter_recording(facts: RecordingFacts) -> None:
    found = list(Recording.objects.filter(isrc=facts.isrc))
    if not found:
        raise RoyaltyError(f"There is no recording {facts.isrc} in this shop. Correct its ISRC, or import it first.")
    parts = tuple((_known_work(item), item.part) for item in facts.works)
    for recording in found:
        if parts:
            works.link(recording=recording, parts=parts)
        _divide(recording.uid, facts)


def _known_work(facts: WorkIn) -> Work:
    found = Work.objects.filter(iswc=facts.iswc) if facts.iswc else Work.objects.filter(title=facts.title)
    if len(found) != 1:
        how_many = "There is no work" if not found else "There are several works"
        raise RoyaltyError(f"{how_many} {facts.iswc or facts.title!r}. Name it in a [[work]] of the file, by its ISWC.")
    return found[0]


def _divide(subject_uid: UUID, facts: WorkFacts | RecordingFacts) -> None:
    if facts.shares and facts.starts_on:
        actions.divide(subject_uid=subject_uid, shares=_parties(facts.shares), starts_on=facts.starts_on)


def _parties(shares: tuple[Share, ...]) -> splits.Shares:
    return [(_party(item.party) if item.party else None, item.share) for item in shares]


def _party(name: str) -> UUID:
    found = Party.objects.filter(name=name).first()
    if found is None:
        raise RoyaltyError(f"There is no party {name!r}. Correct the name, or list it in `new_parties` of the file.")
    return found.uid
