"""What was used, release by release: units added up by the database, the music's names fetched for many at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from lathe.basics.money import Money
from lathe.catalogue import credits
from lathe.catalogue import models as catalogue
from lathe.catalogue import queries as music
from lathe.reports import kinds
from lathe.reports.kinds import GIVEN, REPRICED, RETURNED
from lathe.reports.material import Block, Release, Resource, Usage
from lathe.reports.source import sql

AT_ONCE = 200
"""Releases whose names are fetched together."""


def blocks(extract: str, currency: str) -> Iterator[Block]:
    """A block for each release of which anything was sold, by the release's id. One query for the units, and five for
    the names of every 200 releases."""
    grouped = groupby(_units(extract), key=lambda row: row[0])
    micro = Money(1, currency).micro
    every = ((release_id, list(_usages(rows, micro))) for release_id, rows in grouped)
    while batch := list(islice(every, AT_ONCE)):
        named = {item.id: item for item in music.releases(include_unpublished=True).filter(id__in=dict(batch))}
        for release_id, usages in batch:
            if usages:
                yield Block(_release(named[release_id]), usages)


def _units(extract: str) -> Iterator[tuple[Any, ...]]:
    repriced = "CASE WHEN e.kind IN ('sale', 'gift', 'refund', 'chargeback') THEN 0 ELSE e.before END"
    return sql.stream(
        f"SELECT e.release_id, e.territory, {sql.hexed('k.uid')}, e.upgrade, e.kind, e.gross - e.tax, {repriced},"  # noqa: S608
        f" count(*) FROM {extract} e LEFT JOIN catalogue_track k ON k.id = e.track_id WHERE e.line <> ''"
        " GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7"
    )


def _usages(rows: Iterator[tuple[Any, ...]], minor_micro: int) -> Iterator[Usage]:
    for _, territory, track, upgrade, kind, net, before, count in rows:
        meaning = kinds.meaning(kind)
        place = (meaning == GIVEN, territory, track, bool(upgrade) and meaning != GIVEN)
        if meaning == REPRICED:
            yield from _repriced(place, int(net), before * minor_micro, count)
        elif meaning == RETURNED:
            yield Usage(*place, -int(net), 0, count)
        else:
            yield Usage(*place, int(net), count, 0)


def _repriced(place: tuple[bool, str, str, bool], change: int, before: int, count: int) -> Iterator[Usage]:
    """A price corrected after the sale: the unit taken back at the old price and counted again at the new."""
    if change:
        yield Usage(*place, before, 0, count)
        yield Usage(*place, before + change, count, 0)


def _release(item: catalogue.Release) -> Release:
    tracks: Sequence[catalogue.Track] = list(item.tracks.all())
    return Release(
        uid=item.uid.hex,
        upc=item.upc,
        catalogue_number=item.catalogue_number,
        title=item.title,
        artist=credits.line(item),
        label=item.label.name,
        released_on=item.released_on,
        resources=tuple(_resource(track, item) for track in tracks),
    )


def _resource(track: catalogue.Track, item: catalogue.Release) -> Resource:
    named = credits.of_track(track, item)
    composers = credits.names(named, catalogue.Credit.Role.COMPOSER)
    players = credits.names(named, catalogue.Credit.Role.MAIN_ARTIST, catalogue.Credit.Role.PERFORMER)
    return Resource(
        uid=track.uid.hex,
        isrc=track.recording.isrc,
        title=track.title,
        artist=", ".join(players or composers),
        composers=composers,
        duration_s=round(track.master.duration_s),
    )
