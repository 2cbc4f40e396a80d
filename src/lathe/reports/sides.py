"""How the parts of what was earned are named to people, on pages and in PDFs alike."""

from __future__ import annotations

from collections.abc import Sequence

from babel import Locale
from django.utils.translation import get_language, gettext

from lathe.reports.material import Share

LISTED = 8
"""Parts that a plot names; the rest stand together."""


def locale() -> str:
    """The language that is spoken now, as Babel writes it."""
    return (get_language() or "en").replace("-", "_")


def spoken(shares: Sequence[Share]) -> list[Share]:
    """Territories by their names instead of their codes."""
    names = Locale.parse(locale()).territories
    return [share._replace(name=names.get(share.name, share.name)) for share in shares]


def listed(shares: Sequence[Share]) -> list[Share]:
    """The largest by name, and the rest together, so that the sum stays whole."""
    if len(shares) <= LISTED + 1:
        return list(shares)
    rest = shares[LISTED:]
    name = gettext("%(count)s others") % {"count": len(rest)}
    return [
        *shares[:LISTED],
        Share(name, sum(share.units for share in rest), sum(share.owed_micro for share in rest)),
    ]


def part(share: Share, shares: Sequence[Share]) -> float:
    """A share held against the largest, 0 to 1; 0 where nothing was earned."""
    largest = max((one.owed_micro for one in shares), default=0)
    return max(share.owed_micro, 0) / largest if largest > 0 else 0.0
