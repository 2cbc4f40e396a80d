"""Guards as PostgreSQL triggers, constraints and columns."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from lathe.guards.described import Tables

_REFUSE = """
BEGIN
    RAISE EXCEPTION '{room}: rows are never changed or removed (% on %)', TG_OP, TG_TABLE_NAME USING ERRCODE = '23000';
END"""
"""23000 is integrity_constraint_violation: an IntegrityError."""


def functions(tables: Tables) -> dict[str, str]:
    """The body of each trigger function, by its name."""
    return {f"lathe_{tables.room}_refuse": _REFUSE.format(room=tables.room), **tables.postgresql.functions}


def triggers(tables: Tables) -> dict[str, tuple[str, str, str]]:
    """Each trigger's name: its table, when it fires, and its function."""
    made, refuse, leaves = dict(tables.postgresql.triggers), f"lathe_{tables.room}_refuse", tables.postgresql.leaves
    for table in tables.keys:
        made[f"{table}_change"] = (table, "BEFORE UPDATE" if table in leaves else "BEFORE UPDATE OR DELETE", refuse)
        made[f"{table}_truncate"] = (table, "BEFORE TRUNCATE", refuse)
    return made | {f"{table}_delete": (table, "BEFORE DELETE", function) for table, function in leaves.items()}


def putting_on(tables: Tables, cursor: CursorWrapper) -> list[str]:
    """The statements that put the guards on.

    Each function's search path is fixed with pg_temp last, so that a temporary table cannot stand in for a real one.
    """
    cursor.execute("SELECT quote_ident(current_schema())")
    schema = cursor.fetchone()[0]
    constraints = tables.postgresql.constraints.items()
    return [
        *tables.postgresql.columns,
        *(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}" for name, (table, rule) in constraints),
        *(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
            f" SET search_path = {schema}, pg_temp AS $lathe${body}$lathe$"
            for name, body in functions(tables).items()
        ),
        *(
            f"CREATE TRIGGER {name} {event} ON {table} FOR EACH {'STATEMENT' if event.endswith('TRUNCATE') else 'ROW'}"
            f" EXECUTE FUNCTION {function}()"
            for name, (table, event, function) in triggers(tables).items()
        ),
    ]


def taking_off(tables: Tables) -> list[str]:
    """The statements that take the guards off; columns stay."""
    constraints = reversed(list(tables.postgresql.constraints.items()))
    return [
        *(f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, (table, _, _) in triggers(tables).items()),
        *(f"DROP FUNCTION IF EXISTS {name}()" for name in functions(tables)),
        *(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}" for name, (table, _) in constraints),
    ]


def missing(tables: Tables, cursor: CursorWrapper) -> list[str]:
    """Name the triggers, functions and constraints that are absent, altered or switched off."""
    cursor.execute(
        "SELECT t.tgname, c.relname, p.proname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND c.relnamespace = current_schema()::regnamespace"
    )
    found, bodies = {row[0]: row[1:] for row in cursor.fetchall()}, functions(tables)
    wanted = {name: (table, function, bodies[function]) for name, (table, _, function) in triggers(tables).items()}
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND convalidated"
    )
    constraints = {row[0] for row in cursor.fetchall()}
    gone = [name for name, expected in wanted.items() if found.get(name) != expected]
    return [*gone, *(name for name in tables.postgresql.constraints if name not in constraints)]
