"""How money, sizes, times and pictures are written on pages."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date
from babel.numbers import format_decimal
from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from lathe.basics.money import Money, show_micro
from lathe.catalogue.models import Credit, Master, Release, Track
from lathe.pictures import waves
from lathe.rights import queries as rights
from lathe.storefronts.rules import SizePrice
from lathe.web import waveforms

register = template.Library()

FILLS_A_PHONE = 300
"""Covers shown this wide or wider, in CSS pixels, take the whole width of a phone."""


def _language() -> str:
    return (get_language() or "en").replace("-", "_")


@register.filter
def money(amount: Money) -> str:
    """An amount as the page's language writes it: 10.77 €."""
    return amount.show(_language())


@register.filter
def size(count: int) -> str:
    """Bytes as megabytes, one decimal under ten: 434 MB, 5.2 MB."""
    megabytes = count / 1_000_000
    shown = format_decimal(round(megabytes, 1), format="0.0", locale=_language()) if megabytes < 9.95 else None
    return f"{shown or format_decimal(round(megabytes), locale=_language())}\u00a0MB"


@register.filter
def duration(seconds: float) -> str:
    """A length of time as players show it: 3:12, 1:21:43."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def clip_s(track: Track) -> int | None:
    """How many seconds of a track may be heard before it is bought; None for all of it, or where it has no more."""
    seconds = rights.clip_s(track)
    return seconds if seconds is not None and seconds < track.master.duration_s else None


@register.filter(name="gettext")
def in_language(sentence: str) -> str:
    """A sentence of the domain in the page's language."""
    return gettext(sentence) if sentence else ""


@register.filter
def spoken_day(moment: datetime | date) -> str:
    """A day as the page's language writes it: 9 March 2019."""
    english = _language().startswith("en")
    return format_date(moment, format="d MMMM y" if english else "long", locale=_language())


@register.filter
def spoken_month(day: date) -> str:
    """A month as the page's language writes it: October 2026."""
    return format_date(day, format="LLLL y", locale=_language())


@register.filter
def short_month(day: date) -> str:
    """A month as short as the page's language has it, with its year where that begins: Oct, Jan 27."""
    return format_date(day, format="LLL yy" if day.month == 1 else "LLL", locale=_language())


@register.filter
def report_name(report: str) -> str:
    """What an issued file is, in the page's language."""
    names = {
        "statement-pdf": gettext("Summary (PDF)"),
        "statement-csv": gettext("All lines (CSV)"),
        "dsr": gettext("DDEX sales report"),
        "dsr-record-company": gettext("DDEX report for record companies"),
    }
    return names.get(report, report)


@register.filter
def micro(amount: int, currency: str) -> str:
    """A ledger amount (millionths of the major unit) with four decimals, for parts smaller than a cent: 0.5824 €."""
    return show_micro(amount, currency, _language())


@register.filter
def size_price(price: SizePrice) -> str:
    """What a megabyte costs."""
    return money(Money(price.minor_per_megabyte, price.currency))


@register.filter
def posting_kind(kind: str) -> str:
    """What a posting is about, in the page's language."""
    names = {
        "sale": gettext("Sale"),
        "refund": gettext("Refund"),
        "gift": gettext("Gift"),
        "payout": gettext("Payout"),
        "chargeback": gettext("Chargeback"),
        "true-up": gettext("Price corrected"),
        "escrow": gettext("Held, or set free, for a case"),
        "royalties": gettext("Period settled"),
        "suspense-release": gettext("Released from suspense"),
    }
    return names.get(kind, kind.replace("_", " ").capitalize())


@register.filter
def percent(basis_points: int) -> str:
    """A tax rate in basis points: 19 %, 8.1 %."""
    return f"{format_decimal(basis_points / 100, format='0.##', locale=_language())}\u00a0%"


@register.filter
def khz(master: Master) -> str:
    """A master's rate in kilohertz: 44.1, 96."""
    return format_decimal(master.sample_rate_hz / 1000, format="0.###", locale=_language())


@register.filter
def role(credit: Credit) -> str:
    """What somebody did, in the page's language."""
    names = {
        Credit.Role.COMPOSER: gettext("Composer"),
        Credit.Role.MAIN_ARTIST: gettext("Artist"),
        Credit.Role.PERFORMER: gettext("Player"),
        Credit.Role.ENGINEER: gettext("Engineer"),
    }
    return names[Credit.Role(credit.role)]


@register.filter
def hue(release: Release) -> str:
    """The class that colours what belongs to a release."""
    return f"h-{release.hue % 360 // 10 * 10}"


@register.filter
def contour(master: Master) -> SafeString:
    """The nested groove lines of a master in a box of 1000 by 104, wide and narrow."""
    return _grooves(*waveforms.contour(bytes(master.envelope)))


@register.filter
def swell(master: Master) -> str:
    """One line that swells with a master, in a box of 148 by 26."""
    return waveforms.swell(bytes(master.envelope))


@register.simple_tag
def mark() -> str:
    """The path of the logo, in a box of 40 by 40."""
    return waves.mark()


@register.simple_tag
def rings() -> str:
    """The path of an empty library's six rings, in a box of 120 by 120."""
    return waves.rings()


@register.inclusion_tag("web/parts/cover.html")
def cover(release: Release, width: int, *, described: bool = False, eager: bool = False) -> dict[str, object]:
    """A cover shown about `width` CSS pixels wide; no description where the title stands beside it."""
    return {
        "release": release,
        "sizes": waveforms.COVER_SIZES,
        "places": f"(max-width: 760px) 92vw, {width}px" if width >= FILLS_A_PHONE else f"{width}px",
        "alt": (release.cover_alt or gettext("Cover of %(title)s") % {"title": release.title}) if described else "",
        "eager": eager,
        "has_picture": bool(release.cover_sha256),
    }


def _grooves(wide: str, narrow: str) -> SafeString:
    # Both are made of letters, digits, dots and spaces by our own drawing code.
    return mark_safe(f'<path class="groove wd" d="{wide}"/><path class="groove nw" d="{narrow}"/>')  # noqa: S308
