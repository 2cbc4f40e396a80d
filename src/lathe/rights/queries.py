"""Reads that feed the decision, in a fixed number of queries however many releases are asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Min, Q

from lathe.catalogue.models import Release, Track
from lathe.rights import rates, zones
from lathe.rights.models import Deal, Grant, Rate, Suspension
from lathe.rights.rules import (
    MAKE_AVAILABLE,
    PERMANENT_DOWNLOAD,
    Ask,
    Facts,
    No,
    Term,
    Window,
    Yes,
    availability,
    whole,
)

Paper = Deal | Grant
K = TypeVar("K")
V = TypeVar("V")
Answer = Yes[Paper] | No
_DOWNLOAD = frozenset({PERMANENT_DOWNLOAD})
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ReleaseAnswer:
    """What may be sold of one release: the whole, and each track alone by the track's id."""

    release: Answer
    tracks: dict[int, Answer]


def availabilities(
    releases: Sequence[Release], territory: str, at: datetime, storefront: str = ""
) -> dict[int, ReleaseAnswer]:
    """Decide for each release and each of its tracks, by release id. Four queries in all, five where a deal has its
    price from the rate card.

    `at` is aware; a deal's dates are read in the buyer's own local time (DDEX: a date without a zone). `storefront` is
    the code of the one that is asked.
    """
    ask = Ask.of(territory, at, ZoneInfo(zones.of(territory)), storefront=storefront)
    papers = _papers(releases, ask)
    return {release.id: _decide(release, papers, ask) for release in releases}


def of_release(release: Release, territory: str, at: datetime, storefront: str = "") -> ReleaseAnswer:
    """Decide for one release and its tracks."""
    return availabilities([release], territory, at, storefront)[release.id]


def deal_as_sold(uid: UUID, territory: str, at: datetime) -> Deal:
    """A deal with the price it had for a buyer of that territory at an aware moment."""
    deal = Deal.objects.get(uid=uid)
    day = at.astimezone(ZoneInfo(zones.of(territory))).date()
    found = None if deal.price_minor is not None else rates.find(deal, _rates([deal], at), territory, day)
    return deal.at_rate(found) if found else deal


@dataclass(frozen=True)
class Record:
    """All that is on paper about one release: mandates of its label, terms, and stop signs, lifted ones too."""

    grants: Sequence[Grant]
    deals: Sequence[Deal]
    stops: Sequence[Suspension]


def on_record(release: Release) -> Record:
    """What is on paper about a release, whether it holds today or not. Three queries."""
    return Record(
        grants=list(
            Grant.objects.filter(grantor=release.label_id, replaced_at__isnull=True).order_by("recorded_at", "id")
        ),
        deals=list(Deal.objects.filter(release=release).select_related("track").order_by("recorded_at", "id")),
        stops=list(Suspension.objects.filter(release=release).select_related("track").order_by("since", "id")),
    )


def clip_s(track: Track) -> int | None:
    """How many seconds of a track may be heard before it is bought; None for all of it.

    The shortest that any deal names which now carries the track, alone or with its release, wherever it holds: a
    preview is the same for everybody.
    """
    deals = Deal.objects.filter(release=track.release_id, replaced_at__isnull=True, clip_s__isnull=False)
    least: int | None = deals.filter(Q(track=None) | Q(track=track)).aggregate(least=Min("clip_s"))["least"]
    return least


@dataclass(frozen=True)
class _Papers:
    tracks: dict[int, list[Track]]
    grants: dict[int, list[Term[Paper]]]
    release_deals: dict[int, list[Term[Paper]]]
    track_deals: dict[int, list[Term[Paper]]]
    stopped_releases: set[int]
    stopped_tracks: set[int]


def _papers(releases: Sequence[Release], ask: Ask) -> _Papers:
    ids = [release.id for release in releases]
    deals = list(Deal.objects.filter(release__in=ids, replaced_at__isnull=True).order_by("recorded_at", "id"))
    grants = Grant.objects.filter(grantor__in={release.label_id for release in releases}, replaced_at__isnull=True)
    stops = list(Suspension.objects.filter(release__in=ids, lifted_at__isnull=True))
    tracks = Track.objects.filter(release__in=ids).select_related("recording")
    card = _rates(deals)
    terms = [(deal, _of_deal(deal, card, ask)) for deal in deals]
    return _Papers(
        tracks=_grouped((track.release_id, track) for track in tracks),
        grants=_grouped((grant.grantor_id, _of_grant(grant)) for grant in grants.order_by("recorded_at", "id")),
        release_deals=_grouped((deal.release_id, term) for deal, term in terms if deal.track_id is None),
        track_deals=_grouped((deal.track_id, term) for deal, term in terms if deal.track_id is not None),
        stopped_releases={stop.release_id for stop in stops if stop.track_id is None},
        stopped_tracks={stop.track_id for stop in stops if stop.track_id is not None},
    )


def _decide(release: Release, papers: _Papers, ask: Ask) -> ReleaseAnswer:
    grants = papers.grants.get(release.label_id, [])
    release_deals = papers.release_deals.get(release.id, [])
    is_stopped = release.id in papers.stopped_releases
    name = str(release.uid)
    tracks: dict[int, Answer] = {}
    for track in papers.tracks.get(release.id, []):
        facts = Facts(
            is_published=release.is_published,
            is_suspended=is_stopped or track.id in papers.stopped_tracks,
            grants=grants,
            deals=papers.track_deals.get(track.id, []),
            has_release_deal=bool(release_deals),
            names=frozenset({name, str(track.recording.uid)}),
            embargo_until=release.embargo_until,
        )
        tracks[track.id] = availability(facts, ask)
    names = frozenset({name})
    own = Facts(
        release.is_published, is_stopped, grants, release_deals, names=names, embargo_until=release.embargo_until
    )
    return ReleaseAnswer(release=whole(availability(own, ask), list(tracks.values())), tracks=tracks)


def _of_grant(grant: Grant) -> Term[Paper]:
    return Term(
        grant,
        grant.territories,
        Window(grant.starts_on, grant.ends_on),
        uses=_DOWNLOAD if grant.right == MAKE_AVAILABLE else _NOTHING,
        storefronts=frozenset(grant.storefronts),
        names=frozenset(grant.repertoire),
    )


def _of_deal(deal: Deal, card: Mapping[str, Sequence[Rate]], ask: Ask) -> Term[Paper]:
    has_price = deal.price_minor is not None
    rate = None if has_price else rates.find(deal, card, ask.territory, ask.day)
    return Term(
        deal.at_rate(rate) if rate else deal,
        deal.territories,
        Window(deal.starts_on, deal.ends_on, _moment(deal.starts_at), _moment(deal.ends_at)),
        uses=_DOWNLOAD if deal.is_for_sale else _NOTHING,
        storefronts=frozenset(deal.storefronts),
        has_price=has_price or rate is not None,
        orders_from=deal.pre_order_from,
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _rates(deals: Iterable[Deal], known_at: datetime | None = None) -> dict[str, list[Rate]]:
    """The lines of the rate card that these deals may have their price from, by code; no query where none may.

    With `known_at` only those that were on it at that moment.
    """
    codes = {deal.price_code for deal in deals if deal.price_minor is None and deal.is_for_sale}
    if not codes:
        return {}
    lines = Rate.objects.filter(code__in=codes).order_by("recorded_at", "id")
    if known_at is not None:
        lines = lines.filter(recorded_at__lte=known_at)
    return _grouped((rate.code, rate) for rate in lines)


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)
