"""Reads terms as a TOML file or the database holds them. Every mistake is kept with its place: all are named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any, TypeVar

from lathe.basics.errors import LatheError
from lathe.royalties.errors import BadTerms, RoyaltyError
from lathe.royalties.rules import amounts

Value = TypeVar("Value")
_LONGEST_FRACTION = 40


def share(text: str) -> Fraction:
    """Read '70%', '7/10' or '0.7'. Raises RoyaltyError outside 0 to 1."""
    value = number(text)
    if not 0 <= value <= 1:
        raise RoyaltyError(f"A share lies between 0% and 100%; {text[:20]!r} does not.")
    return value


def number(text: str) -> Fraction:
    """Read '1.2', '6/5' or '120%', not below zero. Raises RoyaltyError."""
    wanted = text.strip()
    try:
        value = Fraction(wanted[:-1].strip()) / 100 if wanted.endswith("%") else Fraction(wanted)
    except (ValueError, ZeroDivisionError) as wrong:
        raise RoyaltyError(f"{text[:20]!r} is not a number; write for example 70%, 7/10 or 0.7.") from wrong
    if value < 0 or len(str(value)) > _LONGEST_FRACTION:
        raise RoyaltyError(f"{text[:20]!r} is below zero or finer than the books keep; write for example 7/10.")
    return value


class Table:
    """One table of terms. `where` names it for people ('rule 2, tier 1'); `problems` is shared by the whole file."""

    def __init__(self, values: Mapping[str, Any], where: str = "", problems: list[str] | None = None) -> None:
        self._values = values
        self._where = where
        self._asked: set[str] = set()
        self._problems = [] if problems is None else problems

    def complain(self, sentence: str) -> None:
        """Keep a mistake."""
        self._problems.append(f"{self._where}: {sentence}" if self._where else sentence)

    def has(self, key: str) -> bool:
        return bool(self._values.get(key))

    def text(self, key: str, default: str = "", allowed: tuple[str, ...] = ()) -> str:
        """A text of at most 80 characters; one of `allowed` where there are any."""
        value = str(self._take(key, str, "text in quotes", default)).strip()
        if len(value) > 80 or not value.isprintable():
            self.complain(f"`{key}` must be one line of at most 80 characters.")
        if allowed and value not in allowed:
            self.complain(f"`{key}` is {value!r}; it must be one of {', '.join(allowed)}.")
            return allowed[0]
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        value = self._take(key, (list, str), "a list of texts", [])
        items = [value] if isinstance(value, str) else value
        if not all(isinstance(item, str) and item.strip() for item in items):
            self.complain(f"`{key}` must be a list of texts.")
            return ()
        return tuple(item.strip() for item in items)

    def flag(self, key: str) -> bool:
        return bool(self._take(key, bool, "true or false", False))

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number of `low` to `high`; required where there is no default."""
        value = self._take(key, int, "a whole number", default, required=default is None)
        if isinstance(value, bool) or value is None or not low <= value <= high:
            if value is not None:
                self.complain(f"`{key}` must be a whole number of {low} to {high}; it is {value}.")
            return low
        return int(value)

    def day(self, key: str, *, required: bool = False) -> date | None:
        """A date, as TOML writes it (2026-08-14) or in quotes."""
        value = self._take(key, (date, str), "a date like 2026-08-14", None, required=required)
        if isinstance(value, datetime):
            self.complain(f"`{key}` must be a date without a time, like 2026-08-14.")
            return None
        return self.made(key, lambda: date.fromisoformat(value)) if isinstance(value, str) else value

    def read(self, key: str, read: Callable[[str], Value], default: Value, *, required: bool = False) -> Value:
        """Text that `read` turns into a value."""
        value = self._take(key, str, "text in quotes", None, required=required)
        made = None if value is None else self.made(key, lambda: read(value))
        return default if made is None else made

    def amounts(self, key: str) -> amounts.Amounts:
        """Amounts by currency, written as one text or a list: ["0.05GBP", "0.06EUR"]."""
        texts = self.texts(key)
        return self.made(key, lambda: amounts.parse_all(texts)) or {}

    def made(self, what: str, make: Callable[[], Value]) -> Value | None:
        """A value; what `make` refuses is kept as a mistake."""
        try:
            return make()
        except (LatheError, ValueError) as wrong:
            self.complain(f"`{what}`: {wrong}")
            return None

    def table(self, key: str) -> Table:
        """A table inside this one; an empty one where it is absent."""
        return Table(self._take(key, dict, f"a table, written [{key}]", {}), self._name(key), self._problems)

    def tables(self, key: str) -> list[Table]:
        """An array of tables, at most 500."""
        value = self._take(key, list, f"tables, each written [[{key}]]", [])
        if len(value) > 500 or not all(isinstance(item, dict) for item in value):
            self.complain(f"`{key}` must be at most 500 tables, each written [[{key}]].")
            return []
        return [Table(item, self._name(f"{key} {place}"), self._problems) for place, item in enumerate(value, 1)]

    def done(self) -> None:
        """Name the keys that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                self.complain(f"`{key[:40]}` is unknown here. Known are {', '.join(sorted(self._asked))}.")

    def refuse(self, what: str) -> None:
        """Raise BadTerms with every mistake of the file, if there is one."""
        if self._problems:
            raise BadTerms(f"{what} cannot be taken as it is:\n" + "\n".join(f"  {line}" for line in self._problems))

    def _name(self, key: str) -> str:
        return f"{self._where}, {key}" if self._where else key

    def _take(self, key: str, kind: Any, wanted: str, default: Any, *, required: bool = False) -> Any:
        self._asked.add(key)
        value = self._values.get(key)
        if value is None:
            if required:
                self.complain(f"`{key}` is missing.")
            return default
        if not isinstance(value, kind):
            self.complain(f"`{key}` must be {wanted}.")
            return default
        return value
