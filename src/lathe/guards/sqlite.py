"""Guards as SQLite triggers.

INSERT OR REPLACE removes the row in its way without firing a DELETE trigger, so every INSERT is refused that would
collide: by primary key, by any unique key and by rowid (NEW.rowid is -1 where none is given).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from lathe.guards.described import Refusal, Tables


def triggers(tables: Tables) -> dict[str, str]:
    """The statement that makes each trigger, by its name."""
    made: dict[str, str] = {}
    for table, keys in tables.keys.items():
        same = " OR ".join("(" + " AND ".join(f'"{name}" = NEW."{name}"' for name in key) + ")" for key in keys)
        collides = f"EXISTS (SELECT 1 FROM {table} WHERE {same} OR rowid = NEW.rowid)"  # noqa: S608 - names of ours
        refusals = {
            "insert": (("rows are never replaced", collides), *tables.sqlite.checks.get(table, ())),
            "update": (("rows are never changed", "1"),),
            "delete": (("rows are never removed", tables.sqlite.stays.get(table, "1")),),
        }
        for event, reasons in refusals.items():
            made[f"{table}_{event}"] = _trigger(tables.room, table, event, reasons)
    return {**made, **tables.sqlite.more}


def _trigger(room: str, table: str, event: str, refusals: Sequence[Refusal]) -> str:
    body = " ".join(f"SELECT RAISE(ABORT, '{room}: {sentence}') WHERE {when};" for sentence, when in refusals)
    return f"CREATE TRIGGER {table}_{event} BEFORE {event.upper()} ON {table} BEGIN {body} END"


def putting_on(tables: Tables, _: CursorWrapper) -> list[str]:
    """The statements that put the guards on."""
    return list(triggers(tables).values())


def taking_off(tables: Tables) -> list[str]:
    """The statements that take the guards off."""
    return [f"DROP TRIGGER IF EXISTS {name}" for name in triggers(tables)]


def missing(tables: Tables, cursor: CursorWrapper) -> list[str]:
    """Name the triggers that are absent or altered, and the foreign keys where this connection does not keep them."""
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = dict(cursor.fetchall())
    gone = [name for name, statement in triggers(tables).items() if found.get(name) != statement]
    cursor.execute("PRAGMA foreign_keys")
    return gone if cursor.fetchone()[0] else [*gone, "PRAGMA foreign_keys"]
