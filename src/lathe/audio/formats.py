"""Encoding orders: from text to value. `str` of the value is the way back."""

from __future__ import annotations

import re

from lathe.audio import codecs
from lathe.audio.codecs import CODECS
from lathe.audio.codecs.base import Codec, Option
from lathe.audio.errors import FormatError
from lathe.audio.order import UNNAMED, Format

__all__ = ["Format", "offered", "parse"]

LONGEST = 64
_WORD = re.compile(r"[a-z0-9_]{1,16}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def parse(text: str) -> Format:
    """Return the order written in `text`, such as `mp3:cbr=320`, `opus:128` or `flac:bits=16,rate=44100`.

    `parse(str(fmt)) == fmt` for every order. Raises FormatError naming the known codecs, the known options or the
    allowed range.
    """
    if len(text) > LONGEST:
        raise FormatError(f"A format is at most {LONGEST} characters long; this one has {len(text)}.")
    name, colon, rest = text.strip().lower().partition(":")
    codec = CODECS.get(name)
    if codec is None:
        raise FormatError(f"There is no format {name!r}; the formats are {', '.join(CODECS)}.")
    if colon and not rest:
        raise FormatError(f"After {name!r} and its colon an option should follow, for example {_example(codec)!r}.")
    given = _given(codec, rest.split(",") if rest else [])
    _check_modes(codec, given)
    return Format(name, tuple((option.name, given[option.name]) for option in codec.options if _counts(option, given)))


def offered(text: str) -> Format:
    """Do as `parse` for somebody who wants to order: refuse also a codec whose program is not installed here."""
    fmt = parse(text)
    if fmt.codec not in codecs.offered():
        codec = CODECS[fmt.codec]
        raise FormatError(f"{codec.title} is not offered here: the program {codec.program} is not installed.")
    return fmt


def _counts(option: Option, given: dict[str, int | str]) -> bool:
    chosen = option.required or bool(option.modes)
    return option.name in given and (chosen or given[option.name] != option.default)


def _given(codec: Codec, parts: list[str]) -> dict[str, int | str]:
    given: dict[str, int | str] = {}
    for part in parts:
        key, equals, value = part.strip().rpartition("=")
        option = _option(codec, key if equals else UNNAMED, part)
        if option.name in given:
            raise FormatError(f"{codec.title} is given {option.name} twice; give it once.")
        given[option.name] = _value(codec, option, value)
    return given


def _option(codec: Codec, key: str, part: str) -> Option:
    for option in codec.options:
        if key == option.name or key in option.aliases:
            return option
    names = ", ".join(option.name for option in codec.options)
    raise FormatError(
        f"{codec.title} does not know {part.strip()!r}; its options are {names}, for example {_example(codec)!r}."
    )


def _value(codec: Codec, option: Option, text: str) -> int | str:
    value: int | str = int(text) if _NUMBER.fullmatch(text) else text
    if not (_NUMBER.fullmatch(text) or _WORD.fullmatch(text)) or not option.allows(value):
        raise FormatError(f"{codec.title} takes {option.name} {option.allowed()}{_unit(option)}, not {text!r}.")
    return value


def _check_modes(codec: Codec, given: dict[str, int | str]) -> None:
    for option in codec.options:
        if option.required and option.name not in given:
            raise FormatError(
                f"{codec.title} needs {option.name} {option.allowed()}{_unit(option)}, for example {_example(codec)!r}."
            )
    moded = [option for option in codec.options if option.modes]
    chosen = [option for option in moded if option.name in given]
    if moded and not chosen:
        raise FormatError(f"{codec.title} needs one of {_choices(moded)}; for example {_example(codec)!r}.")
    if chosen and not set.intersection(*(set(option.modes) for option in chosen)):
        raise FormatError(f"{codec.title} takes either {' or '.join(option.name for option in chosen)}, not both.")


def _choices(options: list[Option]) -> str:
    return "; ".join(f"{option.name}={option.allowed()}{_unit(option)}" for option in options)


def _unit(option: Option) -> str:
    return f" {option.unit}" if option.unit else ""


def _example(codec: Codec) -> str:
    option = codec.options[0]
    value = option.default if option.default is not None else (option.values[-1] if option.values else option.maximum)
    return f"{codec.name}:{value}" if option.name == UNNAMED else f"{codec.name}:{option.name}={value}"
