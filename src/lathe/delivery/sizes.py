"""How large a body is: exactly where it is made or follows from its format, else a ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lathe.audio import plan
from lathe.audio.build import build_id
from lathe.audio.formats import Format
from lathe.catalogue.models import Master
from lathe.delivery import rules
from lathe.delivery.models import Rendition


@dataclass(frozen=True)
class Size:
    """Body bytes: `ceiling_bytes` is never exceeded and is the size itself where `exact`."""

    exact: bool
    ceiling_bytes: int
    estimate_bytes: int


def bodies(cuts: Sequence[tuple[Master, Format]]) -> list[Size]:
    """The sizes of many bodies, in order; one query for those already made."""
    keys = [rules.rendition_key(master.sha256, str(fmt), build_id()) for master, fmt in cuts]
    made = dict(Rendition.objects.filter(key__in=keys).values_list("key", "size_bytes"))
    return [_size(made.get(key), master, fmt) for key, (master, fmt) in zip(keys, cuts, strict=True)]


def _size(made: int | None, master: Master, fmt: Format) -> Size:
    if made is not None:
        return Size(True, made, made)
    planned = plan.body_size(fmt, master.source)
    return Size(planned.exact, planned.ceiling_bytes, planned.estimate_bytes)
