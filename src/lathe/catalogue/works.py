"""Works: entered, and named for the recordings they are in."""

from __future__ import annotations

from fractions import Fraction

from django.db import transaction

from lathe.catalogue import rules
from lathe.catalogue.errors import CatalogueError
from lathe.catalogue.models import Recording, Work, WorkRecording


def enter(*, title: str, iswc: str = "", is_protected: bool = True) -> Work:
    """Find or make the work of an ISWC, else of a title; whether it is protected follows what is said now.

    Raises CatalogueError where the title is empty, or several works without an ISWC bear it.
    """
    if not title.strip():
        raise CatalogueError("A work needs a title.")
    known = list(Work.objects.filter(iswc=iswc) if iswc else Work.objects.filter(title=title.strip(), iswc=""))
    if len(known) > 1:
        raise CatalogueError(f"Several works are called {title.strip()!r}. Name the one that is meant by its ISWC.")
    target = known[0] if known else Work(iswc=iswc)
    target.title, target.is_protected = title.strip()[:300], is_protected
    target.save()
    return target


@transaction.atomic
def link(*, recording: Recording, parts: tuple[tuple[Work, Fraction], ...]) -> None:
    """Say which works a recording is of; their parts make one. Raises CatalogueError."""
    rules.check_parts([part for _, part in parts])
    if len({work.pk for work, _ in parts}) != len(parts):
        raise CatalogueError(f"A work is named twice for {recording.title!r}; add its parts up.")
    recording.works.all().delete()
    WorkRecording.objects.bulk_create(
        WorkRecording(recording=recording, work=work, part=str(part), position=position)
        for position, (work, part) in enumerate(parts)
    )
