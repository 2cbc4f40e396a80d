"""Values of options as people write them: prices, shares, dates, territories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Generic, TypeVar

import click

from lathe.audio import formats
from lathe.basics.errors import LatheError
from lathe.basics.money import Money
from lathe.ingest import codes

Value = TypeVar("Value")


class Read(click.ParamType[Value], Generic[Value]):
    """An option whose text `read` turns into a value; what `read` refuses is a usage error with its own words."""

    def __init__(self, name: str, read: Callable[[str], Value]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Value:
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]
        try:
            return self._read(value)
        except (LatheError, ValueError) as wrong:
            self.fail(str(wrong), param, ctx)


LONGEST_NAME = 200


def _name(text: str) -> str:
    name = text.strip()
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(f"A name is one line of at most {LONGEST_NAME} characters.")
    return name


NAME = Read("name", _name)
PRICE = Read("price", Money.parse)
SHARE = Read("share", codes.share)
DAY = Read("date", date.fromisoformat)
FORMAT = Read("format", formats.parse)
