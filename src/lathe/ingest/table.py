"""Reads a TOML table strictly: every mistake is kept as a sentence, and every key nobody asked for is one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from lathe.basics.errors import LatheError
from lathe.ingest import words

Value = TypeVar("Value")


def _is_control(letter: str) -> bool:
    return ord(letter) < 32 or letter == "\x7f" or ord(letter) in words.STEERING


class Table:
    """One table of a sidecar. `where` names it for people ('tracks 3'); `problems` is shared by the whole file."""

    def __init__(self, values: Mapping[str, Any], where: str, problems: list[str]) -> None:
        self._values = values
        self._where = where
        self._asked: set[str] = set()
        self.problems = problems

    def complain(self, sentence: str) -> None:
        """Keep a mistake."""
        self.problems.append(f"In {self._where}: {sentence}" if self._where else sentence)

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, limit: int, *, required: bool = False, breaks: str = "") -> str:
        """A text of at most `limit` characters; empty where it is absent or wrong. `breaks` may stand in it beside what
        is printed: line ends for paragraphs."""
        value: str | None = self._take(key, str, "text in quotes", required=required)
        if value is None:
            return ""
        clean = value.strip()
        if len(clean) > limit:
            self.complain(f"`{key}` is {len(clean)} characters long; at most {limit} fit.")
        if any(_is_control(letter) and letter not in breaks for letter in clean):
            self.complain(f"`{key}` holds control characters. Remove them.")
        if clean and not words.line(clean):
            self.complain(f"`{key}` holds nothing that can be seen.")
        if required and not clean:
            self.complain(f"`{key}` is empty.")
        return clean[:limit]

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """One of a few words; `default` (required where None) when it is absent or wrong."""
        value = self.text(key, 80, required=default is None)
        if value and value not in allowed:
            self.complain(f"`{key}` is {value!r}; it must be one of {', '.join(sorted(allowed))}.")
        return value if value in allowed else default or next(iter(allowed))

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int | None:
        """A whole number of `low` to `high`."""
        value: int | None = self._take(key, int, "a whole number")
        if value is None:
            return default
        if isinstance(value, bool) or not low <= value <= high:
            self.complain(f"`{key}` must be {low} to {high}; it is {value}.")
            return default
        return value

    def flag(self, key: str) -> bool:
        return bool(self._take(key, bool, "true or false"))

    def day(self, key: str, *, required: bool = False) -> date | None:
        """A date, as TOML writes it (2026-08-14) or in quotes."""
        value: date | str | None = self._take(key, (date, str), "a date like 2026-08-14", required=required)
        if isinstance(value, datetime):
            self.complain(f"`{key}` must be a date without a time, like 2026-08-14.")
            return None
        if isinstance(value, str):
            return self._read(key, value, date.fromisoformat)
        return value

    def read(self, key: str, read: Callable[[str], Value], *, required: bool = False) -> Value | None:
        """Text that `read` turns into a value; a LatheError or ValueError of `read` is kept as a mistake."""
        value = self._take(key, str, "text in quotes", required=required)
        return None if value is None else self._read(key, value, read)

    def read_with(self, what: str, make: Callable[[], Value]) -> Value | None:
        """A value made from several keys; a LatheError of `make` is kept as a mistake."""
        try:
            return make()
        except LatheError as wrong:
            self.complain(f"{what}: {wrong}")
            return None

    def texts(self, key: str, limit: int, most: int) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        value = self._take(key, (list, str), "a list of texts")
        items = [value] if isinstance(value, str) else list(value or [])
        if len(items) > most:
            self.complain(f"`{key}` has {len(items)} entries; at most {most} fit.")
        if not all(isinstance(item, str) and 0 < len(item.strip()) <= limit for item in items):
            self.complain(f"`{key}` must be a list of texts of 1 to {limit} characters.")
            return ()
        if any(_is_control(letter) for item in items for letter in item):
            self.complain(f"`{key}` holds control characters. Remove them.")
            return ()
        return tuple(item.strip() for item in items[:most])

    def table(self, key: str) -> Table:
        """A table inside this one; an empty one where it is absent."""
        value = self._take(key, dict, f"a table, written [{key}]")
        return Table(value or {}, self._name(key), self.problems)

    def tables(self, key: str, most: int) -> list[Table]:
        """An array of tables."""
        value = self._take(key, list, f"tables, each written [[{key}]]") or []
        if len(value) > most:
            self.complain(f"there are {len(value)} of [[{key}]]; at most {most} fit.")
        if not all(isinstance(item, dict) for item in value):
            self.complain(f"`{key}` must be tables, each written [[{key}]].")
            return []
        return [Table(item, self._name(f"{key} {place}"), self.problems) for place, item in enumerate(value[:most], 1)]

    def done(self) -> None:
        """Name the keys that nobody asked for."""
        unknown = [key for key in self._values if key not in self._asked]
        if unknown:
            names = ", ".join(f"`{key[:40]}`" for key in unknown)
            verb = "is" if len(unknown) == 1 else "are"
            self.complain(f"{names} {verb} unknown here. Known are {', '.join(sorted(self._asked))}.")

    def _name(self, key: str) -> str:
        return f"{self._where}, {key}" if self._where else key

    def _take(self, key: str, kind: Any, wanted: str, *, required: bool = False) -> Any:
        self._asked.add(key)
        value = self._values.get(key)
        if value is None:
            if required:
                self.complain(f"`{key}` is missing.")
            return None
        if not isinstance(value, kind):
            self.complain(f"`{key}` must be {wanted}.")
            return None
        return value

    def _read(self, key: str, text: str, read: Callable[[str], Value]) -> Value | None:
        try:
            return read(text)
        except (LatheError, ValueError) as wrong:
            self.complain(f"`{key}`: {wrong}")
            return None
