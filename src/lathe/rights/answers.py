"""Why something was sold: the decisions behind sales, with the papers they name, for a label that asks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from lathe.catalogue.models import Release, Track
from lathe.rights import decisions, queries, zones
from lathe.rights.models import Deal, Decision, Grant


@dataclass(frozen=True)
class Why:
    """One decision with its papers. `deal` and `grant` are None where the rows are gone.

    `doubts` are sentences on what no longer agrees with what was decided. `link` is the number in the chain, None where
    the decision is not chained yet.
    """

    decision: Decision
    title: str
    said: Mapping[str, Any]
    deal: Deal | None
    grant: Grant | None
    link: int | None
    digest: str
    doubts: tuple[str, ...]


def of_lines(line_uids: Iterable[UUID]) -> list[Why]:
    """Why these order lines were sold, by their opaque ids, in the order in which it was decided."""
    return _explained(Decision.objects.filter(line_uid__in=list(line_uids)))


def of_day(*, isrc: str = "", upc: str = "", territory: str, day: date) -> list[Why]:
    """Why a recording or a release was sold in a territory on a day of its own time, each sale; empty for none.

    A recording was sold with its releases too, so those count.
    """
    zone = ZoneInfo(zones.of(territory))
    start = datetime.combine(day, time.min, zone)
    end = datetime.combine(day + timedelta(days=1), time.min, zone)
    what = _of_recording(isrc) if isrc else Q(release_uid__in=Release.objects.filter(upc=upc).values("uid"))
    return _explained(Decision.objects.filter(what, territory=territory, at__gte=start, at__lt=end))


def _of_recording(isrc: str) -> Q:
    tracks = Track.objects.filter(recording__isrc=isrc)
    with_release = Q(track_uid__isnull=True, release_uid__in=tracks.values("release__uid"))
    return Q(track_uid__in=tracks.values("uid")) | with_release


def _explained(found: QuerySet[Decision]) -> list[Why]:
    rows = list(found.select_related("seal").order_by("at", "id"))
    said = {row.id: json.loads(row.content) for row in rows}
    deals = {str(deal.uid): deal for deal in Deal.objects.filter(uid__in={one["deal"] for one in said.values()})}
    wanted = {one["grant"] for one in said.values()}
    grants = {str(grant.uid): grant for grant in Grant.objects.filter(uid__in=wanted).select_related("grantor")}
    titles = _titles(rows)
    return [_why(row, said[row.id], deals, grants, titles) for row in rows]


def _why(
    row: Decision,
    said: Mapping[str, Any],
    deals: Mapping[str, Deal],
    grants: Mapping[str, Grant],
    titles: Mapping[UUID, str],
) -> Why:
    deal, grant = deals.get(said["deal"]), grants.get(said["grant"])
    seal = getattr(row, "seal", None)
    return Why(
        decision=row,
        title=titles.get(row.track_uid or row.release_uid, ""),
        said=said,
        deal=deal,
        grant=grant,
        link=seal.number if seal else None,
        digest=seal.digest if seal else "",
        doubts=tuple(_doubts(row, said, deal, grant)),
    )


def _doubts(row: Decision, said: Mapping[str, Any], deal: Deal | None, grant: Grant | None) -> Iterable[str]:
    if deal is None:
        yield f"The deal {said['deal']} is not on record any more."
    elif decisions.digest_of_deal(queries.deal_as_sold(deal.uid, row.territory, row.at)) != said["deal_sha256"]:
        yield f"The deal {deal.uid} does not say what it said when it was sold on."
    if grant is None:
        yield f"The grant {said['grant']} is not on record any more."
    elif decisions.digest_of_grant(grant) != said["grant_sha256"]:
        yield f"The grant {grant.uid} does not say what it said when it was sold on."


def _titles(rows: Iterable[Decision]) -> dict[UUID, str]:
    found = list(rows)
    tracks = Track.objects.filter(uid__in={row.track_uid for row in found if row.track_uid})
    releases = Release.objects.filter(uid__in={row.release_uid for row in found})
    return {**dict(releases.values_list("uid", "title")), **dict(tracks.values_list("uid", "title"))}
