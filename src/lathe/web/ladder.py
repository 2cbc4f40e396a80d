"""The bitrates a codec offers in one of its modes, as the rungs of one slider."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lathe.audio import plan
from lathe.audio.codecs import CODECS
from lathe.audio.codecs.base import Codec, Option
from lathe.audio.errors import FormatError
from lathe.audio.formats import Format
from lathe.audio.source import Source

LOSSLESS = "lossless"
SHARED = {"bits", "rate"}
"""Options that have rows of their own in the chooser."""
_KNOWN_AS = {"hard": "cbr"}
"""A codec's own word for a way of working that people know by another."""


@dataclass(frozen=True)
class Rung:
    """One position of the slider: the format it stands for and the bitrate it gives, in bits a second."""

    fmt: Format
    bitrate_bps: int


def modes(codec: Codec) -> tuple[str, ...]:
    """The ways of working a codec offers, in the order in which it declares them."""
    if codec.lossless:
        return (LOSSLESS,)
    switch = _switch(codec)
    if switch is not None:
        return tuple(_KNOWN_AS.get(str(value), str(value)) for value in switch.values)
    named = dict.fromkeys(mode for option in codec.options for mode in option.modes)
    return tuple(named) or ("vbr",)


def every_mode() -> tuple[str, ...]:
    """The modes of all codecs, lossless first."""
    return tuple(dict.fromkeys([LOSSLESS, *(mode for codec in CODECS.values() for mode in modes(codec))]))


def mode_of(fmt: Format) -> str:
    """The way of working an order asks for."""
    codec = CODECS[fmt.codec]
    switch = _switch(codec)
    if switch is not None:
        value = str(fmt.option(switch.name) or switch.default)
        return _KNOWN_AS.get(value, value)
    given = [option for option in codec.options if option.modes and fmt.option(option.name) is not None]
    return next((mode for option in given for mode in option.modes), modes(codec)[0])


@lru_cache(maxsize=512)
def rungs(codec_name: str, mode: str, source: Source) -> tuple[Rung, ...]:
    """The slider's rungs for a master, smallest bitrate first; none where the codec keeps everything."""
    codec = CODECS[codec_name]
    option = _bitrate_option(codec, mode)
    if option is None:
        return ()
    found = [_rung(_order(codec, option, value, mode), source) for value in _values(option)]
    made = dict.fromkeys(rung for rung in found if rung is not None)
    return tuple(sorted(made, key=lambda rung: rung.bitrate_bps))


def default_rung(codec_name: str, mode: str, source: Source) -> int:
    """The rung a codec starts on: its declared default, else the one nearest 160 kbps."""
    option = _bitrate_option(CODECS[codec_name], mode)
    steps = rungs(codec_name, mode, source)
    if option is not None and option.default is not None:
        wanted = _order(CODECS[codec_name], option, option.default, mode)
        for index, rung in enumerate(steps):
            if rung.fmt == wanted:
                return index
    return min(range(len(steps)), key=lambda index: abs(steps[index].bitrate_bps - 160_000), default=0)


def _switch(codec: Codec) -> Option | None:
    """The option by which a codec chooses its way of working, where it has one."""
    return next((option for option in codec.options if option.kind == "choice" and option.name == "mode"), None)


def _order(codec: Codec, option: Option, value: int | str, mode: str) -> Format:
    switch = _switch(codec)
    ways = switch.values if switch else ()
    chosen = [way for way in ways if _KNOWN_AS.get(str(way), str(way)) == mode]
    extra = ((switch.name, chosen[0]),) if switch and chosen and chosen[0] != switch.default else ()
    return Format(codec.name, ((option.name, value), *extra))


def _bitrate_option(codec: Codec, mode: str) -> Option | None:
    if codec.lossless:
        return None
    fitting = [option for option in codec.options if option.name not in SHARED and option.kind != "choice"]
    return next((option for option in fitting if not option.modes or mode in option.modes), None)


def _values(option: Option) -> tuple[int | str, ...]:
    return option.values or tuple(range(option.minimum, option.maximum + 1, option.step))


def _rung(fmt: Format, source: Source) -> Rung | None:
    try:
        settled = plan.conform(fmt, source)
        return Rung(settled, plan.bitrate_bps(settled, source))
    except FormatError:
        return None
