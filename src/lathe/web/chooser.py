"""The chooser's state: from what a form sent to one encoding order, and to the controls that show it.

The server alone decides. A form sends its fields together with `was`, the order that was shown when it was drawn;
whatever differs from that is what the visitor touched. So the same rules hold with script and without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from lathe.audio import formats, plan
from lathe.audio.codecs import CODECS, offered
from lathe.audio.codecs.base import Codec
from lathe.audio.codecs.settle import FLOAT
from lathe.audio.errors import FormatError
from lathe.audio.formats import Format
from lathe.audio.pcm import FLOAT_BITS
from lathe.audio.source import Source
from lathe.web import ladder

PLAIN = {"phone": "opus:128", "any": "mp3:vbr=0", "studio": "flac"}
"""The plain choices. Where a codec is not in the table of codecs, its choice is left out."""
USUAL = "usual"


@dataclass(frozen=True)
class State:
    """An order, settled for the release's best master, and the plain choice it stands for, if any.

    `must_redraw` tells that the fields on the visitor's page no longer show this order.
    """

    fmt: Format
    plain: str
    must_redraw: bool


@dataclass(frozen=True)
class Words:
    """A plain choice in words."""

    title: str
    sentence: str


@dataclass(frozen=True)
class Cell:
    """One radio: its value, its words, whether it is on, whether it can be chosen, and a note above its row."""

    value: str
    text: str
    is_on: bool
    is_possible: bool = True
    note: str = ""


@dataclass(frozen=True)
class Fields:
    """The five rows of 'Or set it yourself'."""

    codecs: tuple[Cell, ...]
    modes: tuple[Cell, ...]
    depths: tuple[Cell, ...]
    rates: tuple[Cell, ...]
    rung: int
    top_rung: int
    bitrate_text: str
    hint: str

    @property
    def has_slider(self) -> bool:
        return self.top_rung > 0


def plain_formats(usual: Format | None) -> dict[str, Format]:
    """The plain choices by name, 'my usual' last where one is saved."""
    known = {name: formats.parse(text) for name, text in PLAIN.items() if text.partition(":")[0] in CODECS}
    return {**known, **({USUAL: usual} if usual else {})}


def plain_words() -> dict[str, Words]:
    """What each plain choice is called and good for."""
    return {
        "phone": Words(gettext("Phone"), gettext("Small. Most people hear no difference.")),
        "any": Words(gettext("Any player"), gettext("MP3 for cars, old players, everything.")),
        "studio": Words(gettext("Studio master"), gettext("Every bit of the recording, untouched.")),
        USUAL: Words(gettext("My usual"), gettext("The cut you saved.")),
    }


def short_label(fmt: Format) -> str:
    """A format as people read it where no master is in view: 'FLAC', 'MP3 V0', 'Opus 128'."""
    return plan.label(fmt)


def read(sent: Mapping[str, str], source: Source, usual: Format | None) -> State:
    """Settle what a form, or an address with ?format=, asks for.

    Never fails: what cannot be had becomes the nearest that can.
    """
    choices = plain_formats(usual)
    if "was" not in sent:
        return _opening(sent, source, choices)
    plain, was = sent.get("plain", ""), _settled(sent["was"], source)
    if plain in choices and plain != sent.get("was_plain", ""):
        return State(_settled(str(choices[plain]), source), plain, must_redraw=True)
    fmt = _from_fields(sent, source, was)
    if fmt == was:
        return State(fmt, plain if plain in choices else "", must_redraw=False)
    shape = (fmt.codec, ladder.mode_of(fmt))
    return State(fmt, "", must_redraw=shape != (was.codec, ladder.mode_of(was)) or bool(plain))


def ordered(sent: Mapping[str, str], source: Source, usual: Format | None) -> Format:
    """What the form that buys asks for: the plain choice that is on, else the cut shown, `format`.

    So a visitor without script gets the choice they see, at the price beside it. Raises FormatError for a format that
    is not offered.
    """
    plain = plain_formats(usual).get(sent.get("plain", ""))
    return _settled(str(plain), source) if plain else formats.offered(sent.get("format", ""))


def _opening(sent: Mapping[str, str], source: Source, choices: dict[str, Format]) -> State:
    asked = sent.get("format", "")
    wanted = _parsed(asked) if asked else choices.get(USUAL, choices["studio"])
    fmt = _settled(str(wanted or choices["studio"]), source)
    named = [name for name, choice in choices.items() if _settled(str(choice), source) == fmt]
    return State(fmt, USUAL if USUAL in named and not asked else next(iter(named), ""), must_redraw=True)


def _from_fields(sent: Mapping[str, str], source: Source, was: Format) -> Format:
    codec = sent.get("codec", was.codec) if sent.get("codec") in offered() else was.codec
    if CODECS[codec].lossless:
        # The rate shown for a lossy cut is the encoder's own; coming from there the master's counts again.
        fields = sent if CODECS[was.codec].lossless else {}
        rate_hz = _number(fields, "rate", source.sample_rate_hz)
        return _lossless(codec, _depth(fields, codec, source), rate_hz, source)
    asked, modes = sent.get("mode", ""), ladder.modes(CODECS[codec])
    mode = asked if asked in modes else ("vbr" if "vbr" in modes else modes[0])
    steps = ladder.rungs(codec, mode, source)
    if not steps:
        return was
    is_same = (codec, mode) == (was.codec, ladder.mode_of(was))
    rung = _number(sent, "rung", ladder.default_rung(codec, mode, source))
    return steps[min(rung, len(steps) - 1) if is_same else ladder.default_rung(codec, mode, source)].fmt


def _lossless(codec: str, depth: int | str, rate_hz: int, source: Source) -> Format:
    """An order of the depth and rate asked for, or the nearest the master has."""
    rate_hz = min(rate_hz, source.sample_rate_hz)
    given = [(name, value) for name, value in (("bits", depth), ("rate", rate_hz)) if _values(CODECS[codec], name)]
    return _settled(str(Format(codec, tuple(given))), source)


def _depth(sent: Mapping[str, str], codec: str, source: Source) -> int | str:
    """The depth asked for: floats where the codec has them, or bits, no more than the master has."""
    if sent.get("depth") == FLOAT and FLOAT in _values(CODECS[codec], "bits"):
        return FLOAT
    return min(_number(sent, "depth", source.bits), source.bits)


def fields(state: State, source: Source) -> Fields:
    """The rows that show an order for a master."""
    fmt, codec = state.fmt, CODECS[state.fmt.codec]
    mode, out = ladder.mode_of(fmt), plan.output(fmt, source)
    steps = ladder.rungs(fmt.codec, mode, source)
    rung = next((index for index, step in enumerate(steps) if step.fmt == fmt), 0)
    return Fields(
        codecs=tuple(Cell(name, item.title, name == fmt.codec, note=_note(item)) for name, item in _codecs()),
        modes=tuple(_mode(name, mode, codec) for name in ladder.every_mode()),
        depths=tuple(_depths(codec, out.bits, source)),
        rates=tuple(_rates(codec.lossless, out.sample_rate_hz, source)),
        rung=rung,
        top_rung=max(0, len(steps) - 1),
        bitrate_text=bitrate_text(fmt, source),
        hint=_hint(fmt, source),
    )


def bitrate_text(fmt: Format, source: Source) -> str:
    """The words beside the slider: '320 kbps', '≈ 245 kbps', 'keeps all'."""
    if CODECS[fmt.codec].lossless:
        return gettext("keeps all")
    kbps = round(plan.bitrate_bps(fmt, source) / 1000)
    return f"{'' if ladder.mode_of(fmt) == 'cbr' else '≈ '}{kbps} kbps"


def mode_name(mode: str) -> str:
    """A mode as people read it."""
    return gettext("Lossless") if mode == ladder.LOSSLESS else mode.upper()


def share(fmt: Format, source: Source) -> float:
    """How much of the master's data a cut keeps, 0 to 1.

    By depth and rate where it is lossless, else by its bitrate beside that of the master's FLAC.
    """
    if CODECS[fmt.codec].lossless:
        out = plan.output(fmt, source)
        return min(out.bits, source.bits) * out.sample_rate_hz / (source.bits * source.sample_rate_hz)
    return min(1.0, plan.bitrate_bps(fmt, source) / plan.bitrate_bps(Format("flac"), source))


def keeps(fmt: Format, source: Source) -> str:
    """One sentence about what a cut leaves out."""
    if not CODECS[fmt.codec].lossless:
        return gettext("Lossy: %(share)d %% of the data, the part you can hear.") % {
            "share": round(share(fmt, source) * 100)
        }
    out = plan.output(fmt, source)
    if out.bits >= source.bits and out.sample_rate_hz == source.sample_rate_hz:
        return gettext("Keeps every bit of the master. Nothing is left out.")
    if out.bits == 16:
        return gettext("Lossless, at CD size. Leaves out what is beyond a CD.")
    return gettext("Lossless, at a lower rate than the master.")


def _codecs() -> list[tuple[str, Codec]]:
    return sorted(offered().items(), key=lambda item: (item[1].for_old_players, not item[1].lossless))


def _note(codec: Codec) -> str:
    return gettext("For old players") if codec.for_old_players else ""


def _mode(name: str, current: str, codec: Codec) -> Cell:
    return Cell(name, mode_name(name), name == current, name in ladder.modes(codec))


def _depths(codec: Codec, bits: int, source: Source) -> list[Cell]:
    cells = []
    for depth in sorted(_known("bits"), key=_bits):
        text = gettext("32 float") if depth == FLOAT else gettext("%(bits)d bit") % {"bits": depth}
        is_possible = depth in _values(codec, "bits") and (depth == FLOAT or _bits(depth) <= source.bits)
        cells.append(Cell(str(depth), text, codec.lossless and _bits(depth) == bits, is_possible))
    return cells


def _bits(depth: int | str) -> int:
    return FLOAT_BITS if depth == FLOAT else int(depth)


def _rates(is_lossless: bool, rate_hz: int, source: Source) -> list[Cell]:
    cells = []
    for rate in sorted({*map(int, _known("rate")), rate_hz}):
        is_possible = rate <= source.sample_rate_hz if is_lossless else rate == rate_hz
        cells.append(Cell(str(rate), f"{rate / 1000:g}", rate == rate_hz, is_possible))
    return cells


def _known(name: str) -> set[int | str]:
    return {value for codec in CODECS.values() for value in _values(codec, name)}


def _values(codec: Codec, name: str) -> tuple[int | str, ...]:
    return next((option.values for option in codec.options if option.name == name), ())


def _hint(fmt: Format, source: Source) -> str:
    if CODECS[fmt.codec].lossless:
        return gettext("The master is %(rate)s kHz. We never stretch it.") % {
            "rate": f"{source.sample_rate_hz / 1000:g}"
        }
    if not CODECS[fmt.codec].gapless:
        return gettext("For old players. A little silence stands around the music.")
    if fmt.codec == "opus":
        return gettext("Opus always works at 48 kHz.")
    return gettext("Bit depth does not apply to a lossy file.")


def _number(sent: Mapping[str, str], name: str, default: int) -> int:
    text = sent.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default


def _parsed(text: str) -> Format | None:
    try:
        return formats.offered(text)
    except FormatError:
        return None


def _settled(text: str, source: Source) -> Format:
    """An order settled for a master; the master itself as FLAC where it asks for more than there is."""
    fmt = _parsed(text)
    try:
        return plan.conform(fmt, source) if fmt else Format("flac")
    except FormatError:
        return Format("flac")
