"""How a cut was made, as a table of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from lathe.audio.division import Join
from lathe.audio.explain import Explain

_HEADS = ("part", "samples heard", "worker", "joined at", "how", "reservoir")


def lines(explain: Explain) -> Iterator[str]:
    """Yield the lines: the way taken, and a row for each part."""
    if not explain.stretches:
        yield "Made in a single pass by one encoder."
        return
    many = len(set(explain.workers))
    yield f"Made in {len(explain.stretches)} parts by {many} worker{'s' if many > 1 else ''}."
    rows = [_HEADS, *_rows(explain)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    for row in rows:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def _rows(explain: Explain) -> Iterator[tuple[str, ...]]:
    joins: list[Join | None] = [None, *explain.joins]
    for part, (place, worker, join) in enumerate(zip_longest(explain.stretches, explain.workers, joins)):
        heard = f"{place.start} to {place.stop}"
        yield (str(part), heard, str(worker + 1), *(_said(join) if join else ("", "", "")))


def _said(join: Join) -> tuple[str, str, str]:
    """Return where a part begins, how it was joined, and what stood in the reservoir."""
    how = join.way if join.way != "woven" else f"woven, frames before {'alike' if join.alike else 'not alike'}"
    stood = f"{join.reservoir_bytes} of {join.asked_bytes} bytes asked" if join.way == "woven" else ""
    return f"{join.unit}", how, stood
