"""What was measured of a master, in words and on scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext

from lathe.catalogue.models import Master, Track
from lathe.objects import stores

SCALE = 200
"""Length of a scale in the units of its drawing."""
MP3_END_HZ = 16_000
CD_END_HZ = 22_050


@dataclass(frozen=True)
class Measure:
    """One figure: its name, value and a sentence.

    `length` is how far it reaches along the scale, `tick` where a reference stands (0 for none).
    """

    name: str
    value: str
    sentence: str
    length: int
    tick: int = 0


@dataclass(frozen=True)
class Line:
    """A reference line across the spectrogram; `from_top` is its place in percent, as SVG reads numbers."""

    from_top: str
    text: str
    is_left: bool


@dataclass(frozen=True)
class Proof:
    """The panel for one master."""

    sha256: str
    title: str
    verdict: str
    is_doubtful: bool
    has_picture: bool
    picture_says: str
    lines: Sequence[Line]
    top_khz: str
    middle_khz: str
    duration_s: float
    measures: Sequence[Measure]


def picture_key(sha256: str) -> str:
    """Where the spectrogram of a master lies in the store of covers."""
    return f"spectrograms/{sha256}.png"


def of(track: Track) -> Proof:
    """The proof panel of a track's master."""
    master = track.master
    half_hz = master.sample_rate_hz / 2
    return Proof(
        sha256=master.sha256,
        title=track.title,
        verdict=_verdict(master),
        is_doubtful=master.verdict not in SOUND,
        has_picture=stores.covers().size(picture_key(master.sha256)) is not None,
        picture_says=gettext("Spectrogram: sound reaches %(khz)s kHz") % {"khz": _one(master.highest_sound_hz / 1000)},
        lines=_lines(half_hz),
        top_khz=_plain(half_hz / 1000),
        middle_khz=format_decimal(half_hz / 2000, format="0.#", locale=_language()),
        duration_s=master.duration_s,
        measures=_measures(master),
    )


SOUND = frozenset({"lossless_hires", "lossless_narrow", "lossless_cd", "silent"})


def _verdict(master: Master) -> str:
    """One sentence. Doubt is said as doubt: the check looks at the sound and cannot know how it came about."""
    kind = {
        "bits": master.bits,
        "khz": _plain(master.sample_rate_hz / 1000),
        "edge": _one(master.highest_sound_hz / 1000),
    }
    sentences = {
        "lossless_hires": gettext("Real %(bits)d bit, %(khz)s kHz. Not upsampled, never lossy."),
        "lossless_narrow": gettext("%(bits)d bit, %(khz)s kHz, lossless. We hear little above %(edge)s kHz."),
        "lossless_cd": gettext("CD quality, lossless."),
        "silent": gettext("Silence, lossless."),
        "upsampled": gettext("We doubt this master: it looks upsampled, sound ends hard at %(edge)s kHz."),
        "padded": gettext("We doubt this master: its low bits are empty, so it is CD depth."),
        "lossy_born": gettext("We doubt this master: sound ends hard at %(edge)s kHz."),
        "cut_off": gettext("Lossless, but the music begins or ends at full level: part of it may be missing."),
    }
    return sentences.get(master.verdict, gettext("Not judged.")) % kind


def _lines(half_hz: float) -> list[Line]:
    known = [
        (MP3_END_HZ, gettext("MP3 at 128 kbps ends near 16 kHz"), True),
        (CD_END_HZ, gettext("a CD ends at 22.05 kHz"), False),
    ]
    # A line in the top sixteenth has no room for its words.
    places = [(100 - 100 * end_hz / half_hz, text, is_left) for end_hz, text, is_left in known]
    return [Line(f"{place:.2f}", text, is_left) for place, text, is_left in places if place > 6]


def _measures(master: Master) -> list[Measure]:
    figures = [_highest(master), _bits(master), _range(master), _loudness(master), _peak(master), _clipped(master)]
    return [figure for figure in figures if figure is not None]


def _highest(master: Master) -> Measure:
    half_hz = master.sample_rate_hz / 2
    sentence = gettext("Of %(khz)s kHz possible.") % {"khz": _plain(half_hz / 1000)}
    if half_hz > CD_END_HZ:
        sentence = " ".join((sentence, gettext("A CD stops at 22.05.")))
    return Measure(
        gettext("Highest real sound"),
        f"{_one(master.highest_sound_hz / 1000)} kHz",
        sentence,
        _along(master.highest_sound_hz, half_hz),
        _along(CD_END_HZ, half_hz) if half_hz > CD_END_HZ else 0,
    )


def _bits(master: Master) -> Measure:
    sentence = (
        gettext("No padding zeros below a 16-bit signal.") if master.bits > 16 else gettext("All a CD can carry.")
    )
    if master.bits > 16 and master.bits_used <= 16:
        sentence = gettext("The low bits are empty: a 16-bit signal in a larger box.")
    value = gettext("%(used)s of %(bits)d") % {"used": _plain(round(master.bits_used, 1)), "bits": master.bits}
    tick = _along(16, 24) if master.bits > 16 else 0
    return Measure(
        gettext("Bits that carry sound"), value, sentence, _along(master.bits_used, 24 if tick else 16), tick
    )


def _range(master: Master) -> Measure | None:
    if master.dynamic_range_dr is None:
        return None
    value = f"DR {master.dynamic_range_dr}"
    sentence = gettext("Loud modern masters have DR 6 to 8.")
    return Measure(gettext("Dynamic range"), value, sentence, _along(master.dynamic_range_dr, 20), _along(8, 20))


def _loudness(master: Master) -> Measure | None:
    if master.loudness_lufs is None:
        return None
    value = f"{_signed(master.loudness_lufs)} LUFS"
    sentence = gettext("Streaming services turn music to −14.")
    return Measure(gettext("Loudness"), value, sentence, _along(master.loudness_lufs + 45, 45), _along(31, 45))


def _peak(master: Master) -> Measure | None:
    if master.true_peak_dbtp is None:
        return None
    is_low = master.true_peak_dbtp <= -1
    sentence = gettext("Never clips, also after conversion.") if is_low else gettext("Close to full scale.")
    value = f"{_signed(master.true_peak_dbtp)} dBTP"
    return Measure(gettext("True peak"), value, sentence, _along(master.true_peak_dbtp + 24, 25), _along(23, 25))


def _clipped(master: Master) -> Measure:
    total = format_decimal(master.samples * master.channels, locale=_language())
    sentence = gettext("Of %(total)s checked, in all channels.") % {"total": total}
    share = 1000 * master.clipped_samples / max(1, master.samples)
    return Measure(
        gettext("Clipped samples"),
        format_decimal(master.clipped_samples, locale=_language()),
        sentence,
        _along(share, 1),
    )


def _along(value: float, full: float) -> int:
    return round(SCALE * min(1.0, max(0.0, value / full)))


def _language() -> str:
    return (get_language() or "en").replace("-", "_")


def _one(value: float) -> str:
    return format_decimal(value, format="0.0", locale=_language())


def _plain(value: float) -> str:
    return format_decimal(value, format="0.###", locale=_language())


def _signed(value: float) -> str:
    return _one(value).replace("-", "−")
