"""AIFF and AIFF-C heads, and WAV heads of floats, to the byte."""

from __future__ import annotations

import struct

import pytest

from lathe.audio import formats, heads, plan
from lathe.audio.errors import FormatError
from lathe.audio.source import Source
from lathe.audio.tags import Tags

TAGS = Tags("Long")
STEREO = Source(44_100, 24, 2, 1000)
SURROUND = Source(48_000, 24, 6, 1000)


def chunks(data: bytes, order: str) -> dict[bytes, bytes]:
    """The chunks of a whole file; the last one may be cut off."""
    found, place = {}, 12
    while place < len(data):
        name, size = struct.unpack_from(f"{order}4sI", data, place)
        found[name] = data[place + 8 : place + 8 + size]
        place += 8 + size + size % 2
    return found


def test_floats_are_aiff_c_that_names_its_version_and_its_samples() -> None:
    head = heads.head(formats.parse("aiff:bits=32f"), STEREO, TAGS, None)
    assert head[8:12] == b"AIFC"
    found = chunks(head, ">")
    assert list(found) == [b"FVER", b"COMM", b"SSND"]
    assert found[b"FVER"] == bytes.fromhex("a2805140")
    assert found[b"COMM"][:8] == struct.pack(">HIH", 2, 1000, 32)
    assert found[b"COMM"][18:] == b"fl32\x1532-bit floating point"


def test_integers_stay_plain_aiff() -> None:
    head = heads.head(formats.parse("aiff"), STEREO, TAGS, None)
    assert head[8:12] == b"AIFF"
    assert list(chunks(head, ">")) == [b"COMM", b"SSND"]


def test_more_than_two_channels_are_named() -> None:
    head = heads.head(formats.parse("aiff"), SURROUND, TAGS, None)
    assert chunks(head, ">")[b"CHAN"] == struct.pack(">III", 0x10000, 0x3F, 0)


def test_wav_of_floats_is_format_three_with_the_count_of_samples() -> None:
    found = chunks(heads.head(formats.parse("wav:bits=32f"), STEREO, TAGS, None), "<")
    assert list(found) == [b"fmt ", b"fact", b"data"]
    assert found[b"fmt "] == struct.pack("<HHIIHHH", 3, 2, 44_100, 44_100 * 8, 8, 32, 0)
    assert found[b"fact"] == struct.pack("<I", 1000)


def test_wav_of_floats_for_many_speakers_is_extensible() -> None:
    form = chunks(heads.head(formats.parse("wav:bits=32f"), SURROUND, TAGS, None), "<")[b"fmt "]
    assert struct.unpack_from("<H", form) == (0xFFFE,)
    assert struct.unpack_from("<HHI", form, 16) == (22, 32, 0x3F)
    assert form[24:] == bytes.fromhex("0300000000001000800000aa00389b71")


def test_aiff_says_when_it_is_full_and_wav_goes_on() -> None:
    long = Source(192_000, 24, 2, 600_000_000)
    with pytest.raises(FormatError, match="at most 4 GiB"):
        plan.conform(formats.parse("aiff:bits=32f"), long)
    head = heads.head(formats.parse("wav:bits=32f"), long, TAGS, None)
    assert head[:4] == b"RF64"
    assert chunks(head, "<")[b"fact"] == struct.pack("<I", 600_000_000)


def test_floats_are_never_taken_for_more_bits_of_an_integer() -> None:
    with pytest.raises(FormatError, match="only add zeros"):
        plan.conform(formats.parse("wav:bits=24"), Source(44_100, 16, 2, 1000))
    with pytest.raises(FormatError, match="16 or 24"):
        formats.parse("flac:bits=32f")
    assert plan.label(formats.parse("wav:bits=32f"), STEREO) == "WAV 32f/44.1"
    assert plan.label(formats.parse("wav:bits=32f")) == "WAV 32-bit float"
    assert plan.bitrate_bps(formats.parse("wav:bits=32f"), STEREO) == 44_100 * 64
