"""Orders as text and as values."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lathe.audio import formats
from lathe.audio.codecs import CODECS
from lathe.audio.errors import FormatError


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("mp3:cbr=320", "mp3:cbr=320"),
        (" MP3:CBR=0320 ", "mp3:cbr=320"),
        ("opus:128", "opus:128"),
        ("opus:vbr=128", "opus:128"),
        ("opus:kbps=128", "opus:128"),
        ("opus:128,mode=vbr", "opus:128"),
        ("opus:mode=hard,128", "opus:128,mode=hard"),
        ("flac", "flac"),
        ("flac:level=8", "flac"),
        ("flac:rate=44100,bits=16,level=5", "flac:level=5,bits=16,rate=44100"),
        ("wav:bits=24", "wav:bits=24"),
    ],
)
def test_an_order_has_one_canonical_text(text: str, canonical: str) -> None:
    fmt = formats.parse(text)
    assert str(fmt) == canonical
    assert formats.parse(canonical) == fmt
    assert hash(formats.parse(canonical)) == hash(fmt)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the formats are mp3, aac, opus, vorbis, flac, alac, wavpack, tta, wav, aiff"),
        ("ogg", "There is no format 'ogg'"),
        ("mp3", "needs one of cbr=32, 40, .* or 320 kbps; vbr=0 to 9"),
        ("mp3:", "an option should follow, for example 'mp3:cbr=320'"),
        ("mp3:cbr=321", "takes cbr 32, 40, .* or 320 kbps, not '321'"),
        ("mp3:cbr=", "not ''"),
        ("mp3:vbr=10", "takes vbr 0 to 9, not '10'"),
        ("mp3:cbr=320,vbr=0", "either cbr or vbr, not both"),
        ("mp3:320", "does not know '320'; its options are cbr, vbr"),
        ("opus", "Opus needs kbps 6 to 510 kbps, for example 'opus:128'"),
        ("opus:5", "takes kbps 6 to 510 kbps, not '5'"),
        ("opus:511", "not '511'"),
        ("opus:-6", "not '-6'"),
        ("opus:1e2", "not '1e2'"),
        ("opus:\u0661\u0662\u0668", "takes kbps 6 to 510"),
        ("opus:128,96", "given kbps twice"),
        ("opus:128,vbr=96", "given kbps twice"),
        ("opus:128,mode=soft", "takes mode vbr or hard, not 'soft'"),
        ("vorbis", "Vorbis needs q 0 to 10, for example 'vorbis:q=6'"),
        ("vorbis:q=11", "takes q 0 to 10, not '11'"),
        ("flac:level=9", "takes level 0 to 8, not '9'"),
        ("flac:bits=20", "takes bits 16 or 24 bits, not '20'"),
        ("flac:rate=44101", "44100, 48000"),
        ("flac:,", "does not know ''"),
        ("flac:level=1=2", "does not know 'level=1=2'"),
        ("wav:" + "x" * 61, "at most 64 characters long; this one has 65"),
    ],
)
def test_a_wrong_order_is_told_what_is_allowed(text: str, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        formats.parse(text)


PIECES = [*CODECS, ":", "=", ",", "cbr", "vbr", "mode", "level", "bits", "rate", "kbps", "hard", "16", "320", "0", " "]


@given(st.one_of(st.text(max_size=70), st.lists(st.sampled_from(PIECES), max_size=9).map("".join)))
@example("opus:128,")
@example("opus:=128")
def test_any_text_is_an_order_or_a_format_error(text: str) -> None:
    fmt = order_or_none(text)
    assert fmt is None or formats.parse(str(fmt)) == fmt


def order_or_none(text: str) -> formats.Format | None:
    try:
        return formats.parse(text)
    except FormatError:
        return None


def test_an_order_gives_out_its_options() -> None:
    fmt = formats.parse("flac:bits=16")
    assert fmt.option("bits") == 16
    assert fmt.option("rate") is None
    assert fmt.number("level", 8) == 8
    assert str(fmt.without("bits")) == "flac"


def test_options_describe_themselves_as_plain_data() -> None:
    cbr, vbr, abr = (option.to_dict() for option in CODECS["mp3"].options)
    assert (cbr["name"], cbr["kind"], cbr["values"][-1], cbr["unit"]) == ("cbr", "steps", 320, "kbps")
    assert (vbr["kind"], vbr["minimum"], vbr["maximum"]) == ("range", 0, 9)
    assert (abr["kind"], abr["minimum"], abr["maximum"], abr["modes"]) == ("range", 32, 310, ("abr",))
