"""The page of formats: what it advises can be ordered, and it says what the codecs say today."""

from __future__ import annotations

import re
from pathlib import Path

from lathe.audio import formats
from lathe.audio.codecs import CODECS
from lathe.cli import formats_page
from lathe.cli.codec_facts import CodecFacts

PAGE = Path(__file__).resolve().parents[2] / "docs" / "formats.md"
NAMES = "|".join(CODECS)


def test_the_page_says_what_the_codecs_say_today() -> None:
    made = formats_page.text([CodecFacts(codec) for codec in CODECS.values()])
    assert PAGE.read_text() == made, "Renew it: lathe formats --markdown > docs/formats.md"


def test_every_format_that_it_advises_can_be_ordered() -> None:
    advised = re.findall(rf"`((?:{NAMES}):[^`]*)`", PAGE.read_text())
    assert len(advised) > 20
    for text in advised:
        assert str(formats.parse(text)) == text


def test_facts_are_asked_of_the_codec() -> None:
    opus, tta, aiff = (CodecFacts(CODECS[name]) for name in ("opus", "tta", "aiff"))
    assert opus.rates_hz == [48_000]
    assert opus.classes["opus:128"] == "B"
    assert opus.classes["opus:128,mode=hard"] == "A"
    assert tta.channels == [1, 2, 4, 6]
    assert aiff.channels == [1, 2, 3, 4, 5, 6, 7, 8]
    assert aiff.rates_hz[-1] == 192_000
