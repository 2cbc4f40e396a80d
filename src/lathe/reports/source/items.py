"""The postings of an account one by one, each with what was sold."""

from __future__ import annotations

from collections.abc import Iterator

from lathe.reports.material import Item
from lathe.reports.source import sql


def items(extract: str, currency: str, limit: int | None = None) -> Iterator[Item]:
    """What a report covers, oldest first; the first `limit` of it. One query."""
    text = (
        "SELECT e.occurred_at, e.kind, e.number, e.territory, coalesce(r.title, ''), coalesce(r.upc, ''),"  # noqa: S608
        " coalesce(k.title, ''), coalesce(g.isrc, ''), e.format, %s, e.gross, e.tax,"
        " e.rule, e.owed, e.line,"
        f" {sql.hexed('r.uid')}, {sql.hexed('k.uid')} FROM {extract} e"
        " LEFT JOIN catalogue_release r ON r.id = e.release_id LEFT JOIN catalogue_track k ON k.id = e.track_id"
        " LEFT JOIN catalogue_recording g ON g.id = k.recording_id ORDER BY e.occurred_at, e.posting"
    )
    values: list[object] = [currency]
    if limit is not None:
        text, values = f"{text} LIMIT %s", [currency, limit]
    for row in sql.stream(text, values):
        yield Item(sql.read_moment(row[0]), *row[1:])
