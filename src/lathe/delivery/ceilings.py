"""Whether an entitlement covers a cut."""

from __future__ import annotations

from dataclasses import replace

from lathe.audio import plan
from lathe.audio.codecs import CODECS
from lathe.audio.formats import Format, parse
from lathe.audio.source import Source
from lathe.delivery import cuts
from lathe.delivery.models import Entitlement
from lathe.delivery.rules import Tier, tier


def tier_of(fmt: Format, source: Source) -> Tier:
    """The tier of a conformed format cut from a master: a CD's music in floats is a CD's music still."""
    output = plan.output(fmt, source)
    heard = replace(output, bits=min(output.bits, source.bits))
    return tier(lossless=CODECS[fmt.codec].lossless, output=heard)


def covers(owned: Entitlement, source: Source, fmt: Format) -> bool:
    """Bought by track: any cut of the tier owned or of a lower one.

    Bought by size: the ordered format, and anything of its tier or a lower one that is no larger.
    """
    if owned.ended_at is not None:
        return False
    wanted = tier_of(fmt, source)
    if wanted.rank > Tier(owned.tier).rank:
        return False
    return not owned.by_size or str(fmt) == owned.format or _no_larger(fmt, parse(owned.format), source)


def _no_larger(wanted: Format, ordered: Format, source: Source) -> bool:
    own = cuts.of_master(ordered, source)
    return wanted == own or plan.body_size(wanted, source).ceiling_bytes <= plan.body_size(own, source).estimate_bytes


def is_lossless(fmt: Format) -> bool:
    """Whether a format keeps every bit it is given."""
    return CODECS[fmt.codec].lossless
