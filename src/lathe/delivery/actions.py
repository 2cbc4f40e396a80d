"""Writes of what buyers own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lathe.accounts.models import Person
from lathe.audio.formats import parse
from lathe.basics import clock
from lathe.catalogue.models import Track
from lathe.delivery import ceilings, cuts
from lathe.delivery.models import Entitlement


@dataclass(frozen=True)
class Sold:
    """Tracks sold by one order line, in the format ordered (canonical text)."""

    order_uid: UUID
    line_uid: UUID
    tracks: Sequence[Track]
    format: str
    by_size: bool


def grant(*, person: Person, sold: Sold) -> None:
    """Let a person own the tracks of a sold line, in the caller's transaction. The same line again adds nothing."""
    Entitlement.objects.bulk_create(
        [_entitlement(person, sold, track) for track in sold.tracks],
        ignore_conflicts=True,
    )


def end(*, order_uid: UUID, reason: str) -> int:
    """End all that an order granted, in the caller's transaction; returns how many entitlements it was."""
    holding = Entitlement.objects.filter(order_uid=order_uid, ended_at__isnull=True)
    return holding.update(ended_at=clock.now(), end_reason=reason[:100])


def end_line(*, line_uid: UUID, reason: str) -> int:
    """End all that one sold line granted, in the caller's transaction; returns how many entitlements it was."""
    holding = Entitlement.objects.filter(line_uid=line_uid, ended_at__isnull=True)
    return holding.update(ended_at=clock.now(), end_reason=reason[:100])


def end_tracks(*, track_ids: Sequence[int], reason: str) -> int:
    """End all that anybody holds of these tracks, as a court orders; returns how many entitlements it was."""
    holding = Entitlement.objects.filter(track__in=track_ids, ended_at__isnull=True)
    return holding.update(ended_at=clock.now(), end_reason=reason[:100])


def _entitlement(person: Person, sold: Sold, track: Track) -> Entitlement:
    source = track.master.source
    return Entitlement(
        person=person,
        track=track,
        release_id=track.release_id,
        order_uid=sold.order_uid,
        line_uid=sold.line_uid,
        format=sold.format,
        tier=ceilings.tier_of(cuts.of_master(parse(sold.format), source), source).value,
        by_size=sold.by_size,
        granted_at=clock.now(),
    )
