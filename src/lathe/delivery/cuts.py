"""Which cut a master gives for what was ordered."""

from __future__ import annotations

from lathe.audio import plan
from lathe.audio.errors import FormatError
from lathe.audio.formats import Format
from lathe.audio.source import Source

_QUALITY = frozenset({"bits", "rate"})


def of_master(fmt: Format, source: Source) -> Format:
    """Settle an order against a master. One that has fewer bits or a lower rate gives all it has: nothing is stretched.

    So a release of mixed masters is cut in one order. Raises FormatError for what no master could give.
    """
    try:
        return plan.conform(fmt, source)
    except FormatError:
        kept = tuple(option for option in fmt.options if option[0] not in _QUALITY)
        return plan.conform(Format(fmt.codec, kept), source)
