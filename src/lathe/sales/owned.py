"""What a buyer owns already, and what was paid for it: so that more costs only the difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from lathe.accounts.models import Person
from lathe.audio.formats import Format
from lathe.basics.money import Money, split
from lathe.catalogue.models import Track
from lathe.delivery import ceilings
from lathe.delivery.models import Entitlement
from lathe.sales.models import Order, OrderLine


@dataclass(frozen=True)
class Owned:
    """Entitlements that hold and money paid (minor units by currency), each by track id."""

    entitlements: dict[int, list[Entitlement]] = field(default_factory=dict)
    paid_minor: dict[tuple[int, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Holding:
    """What is held of one cut: whether all of it is covered, and what was paid for the same music."""

    is_covered: bool
    paid_minor: dict[str, int]

    def paid(self, currency: str) -> Money:
        return Money(self.paid_minor.get(currency, 0), currency)


def by(person: Person | None) -> Owned:
    """All that a signed-in person owns; nothing for a visitor."""
    if person is None:
        return Owned()
    entitlements: dict[int, list[Entitlement]] = defaultdict(list)
    for item in Entitlement.objects.filter(person=person, ended_at__isnull=True).select_related(
        "track__recording__master"
    ):
        entitlements[item.track_id].append(item)
    return Owned(dict(entitlements), _paid(person))


def of_track(owned: Owned, track: Track, fmt: Format) -> Holding:
    """What is held of one track in a format."""
    return of_release(owned, [(track, fmt)])


def of_release(owned: Owned, cuts: Sequence[tuple[Track, Format]]) -> Holding:
    """What is held of several tracks, each in its format."""
    covered = bool(cuts) and all(
        any(ceilings.covers(item, track.master.source, fmt) for item in owned.entitlements.get(track.id, []))
        for track, fmt in cuts
    )
    paid: dict[str, int] = defaultdict(int)
    wanted = {track.id for track, _ in cuts}
    for (track_id, currency), minor in owned.paid_minor.items():
        if track_id in wanted:
            paid[currency] += minor
    return Holding(covered, dict(paid))


def _paid(person: Person) -> dict[tuple[int, str], int]:
    """What was paid for each track; a release's price is shared among its tracks by their length."""
    paid: dict[tuple[int, str], int] = defaultdict(int)
    lines = OrderLine.objects.filter(
        order__person=person, order__state=Order.State.PAID, refunded_at__isnull=True
    ).select_related("order", "release")
    for line in lines.prefetch_related("release__tracks__recording__master"):
        tracks = [line.track_id] if line.track_id else [track.id for track in line.release.tracks.all()]
        weights = [1] if line.track_id else [track.master.samples for track in line.release.tracks.all()]
        for track_id, minor in zip(tracks, split(line.price_minor, weights), strict=True):
            if track_id is not None:
                paid[track_id, line.order.currency] += minor
    return dict(paid)
