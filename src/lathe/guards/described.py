"""What a room says of its guarded tables. Text alone: `sqlite` and `postgresql` make statements of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Refusal = tuple[str, str]
"""A sentence for who is refused, and the SQL condition under which it is said."""


@dataclass(frozen=True)
class Sqlite:
    """What SQLite refuses beside change, removal and replacement.

    `checks` are more reasons, by table, to refuse a new row; `stays` is when a row may not be removed, for the tables
    where that is not always; `more` are further triggers, whole, by name.
    """

    checks: Mapping[str, tuple[Refusal, ...]] = field(default_factory=dict)
    stays: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Postgresql:
    """What PostgreSQL refuses beside change and removal.

    `functions` are bodies of trigger functions by name; `triggers` give each its table, when it fires ("BEFORE INSERT")
    and its function; `leaves` names, by table, the function that decides whether a row may be removed; `columns` are
    statements run first; `constraints` give each its table and rule.
    """

    functions: Mapping[str, str] = field(default_factory=dict)
    triggers: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    leaves: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    constraints: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tables:
    """The guarded tables of a room: each with its unique keys, the primary one among them, as columns."""

    room: str
    keys: Mapping[str, tuple[tuple[str, ...], ...]]
    sqlite: Sqlite = field(default_factory=Sqlite)
    postgresql: Postgresql = field(default_factory=Postgresql)
