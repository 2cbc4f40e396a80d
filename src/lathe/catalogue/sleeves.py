"""What a release says around one of its tracks: who is credited, and on which discs its tracks lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from lathe.catalogue.models import Credit, Release, Track


@dataclass(frozen=True)
class Sleeve:
    """`credits`: those of the release and of the track, in order. `discs`: the disc of each track of the release."""

    credits: Sequence[Credit]
    discs: Sequence[int]


def of_release(release: Release) -> Sleeve:
    """The sleeve of any track of a release that was fetched whole (`queries.releases`); no query."""
    return Sleeve(list(release.credits.all()), [track.disc_number for track in release.tracks.all()])


def of_track(track: Track) -> Sleeve:
    """The sleeve of one track; two queries, and of the other tracks no more than their discs."""
    on_release = Track.objects.filter(release=track.release_id).order_by()
    credits = Credit.objects.filter(Q(track=None) | Q(track=track.id), release=track.release_id)
    return Sleeve(list(credits.select_related("artist")), list(on_release.values_list("disc_number", flat=True)))
