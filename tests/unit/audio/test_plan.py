"""What an order yields from a master, told beforehand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.audio import formats, plan
from lathe.audio.errors import FormatError
from lathe.audio.source import Source

MD5 = "0123456789abcdef" * 2
CD = Source(44_100, 16, 2, 10_584_000, MD5)
ALL_KINDS = (
    *("mp3:vbr=0", "mp3:cbr=32", "mp3:abr=32", "mp3:abr=310", "opus:6", "opus:128", "opus:510", "aac:64", "aac:320"),
    *("vorbis:q=0", "vorbis:q=10", "flac", "flac:level=0", "alac", "wavpack", "tta", "wav", "wav:bits=32f", "aiff"),
    *("mp2:64", "mp2:384", "wma:192"),
)
HIRES = Source(96_000, 24, 2, 23_040_000, MD5)


@pytest.mark.parametrize(
    ("text", "source", "settled"),
    [
        ("flac:bits=16", CD, "flac"),
        ("flac:bits=16,rate=44100", CD, "flac"),
        ("flac:bits=16", HIRES, "flac:bits=16"),
        ("flac:bits=24,rate=96000", HIRES, "flac"),
        ("wav:rate=48000", HIRES, "wav:rate=48000"),
        ("mp3:cbr=320", HIRES, "mp3:cbr=320"),
        ("mp3:cbr=320", Source(22_050, 16, 1, 5000), "mp3:cbr=160"),
        ("mp3:abr=310", Source(22_050, 16, 1, 5000), "mp3:abr=160"),
        ("mp3:abr=310", CD, "mp3:abr=310"),
        ("opus:510", Source(48_000, 24, 1, 5000), "opus:256"),
        ("opus:510,mode=hard", Source(48_000, 24, 1, 5000), "opus:256,mode=hard"),
        ("opus:510", CD, "opus:510"),
        ("aac:320", Source(44_100, 16, 1, 5000), "aac:264"),
        ("aac:320,coder=fast", Source(22_050, 16, 1, 5000), "aac:132,coder=fast"),
        ("alac:bits=24", HIRES, "alac"),
        ("wav:bits=32f", CD, "wav:bits=32f"),
        ("mp2:384", Source(44_100, 16, 1, 5000), "mp2:192"),
        ("mp2:384", Source(24_000, 16, 2, 5000), "mp2:160"),
        ("mp2:384", HIRES, "mp2:384"),
        ("wma:320", Source(44_100, 16, 1, 5000), "wma:160"),
        ("wma:320", Source(22_050, 16, 2, 5000), "wma:64"),
        ("wma:320", Source(16_000, 16, 1, 5000), "wma:48"),
    ],
)
def test_an_order_settles_against_its_master(text: str, source: Source, settled: str) -> None:
    assert str(plan.conform(formats.parse(text), source)) == settled


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        ("flac:bits=24", CD, "The master has 16 bits"),
        ("wav:rate=48000", CD, "The master runs at 44100 Hz"),
        ("mp3:cbr=320", Source(48_000, 24, 6, 100), "one or two channels; this master has 6. Order Opus"),
        ("opus:23", Source(48_000, 24, 6, 100), "24 kbps or more for 6 channels"),
        ("mp3:vbr=0", Source(11_025, 16, 1, 100), "starts at 16000 Hz"),
        ("aac:128", Source(11_025, 16, 1, 100), "AAC starts at 16000 Hz"),
        ("aac:128", Source(48_000, 24, 7, 100), "1, 2, 3, 5, 6 or 8 channels here; this master has 7"),
        ("wavpack", Source(192_000, 24, 2, 2**32), "counts 4294967294 samples at most"),
        ("tta", Source(192_000, 24, 2, 2**32), "counts 4294967295 samples at most"),
        ("mp2:64", Source(48_000, 24, 6, 100), "one or two channels; this master has 6"),
        ("wma:192", Source(48_000, 24, 3, 100), "one or two channels; this master has 3"),
        ("musepack:q=5", Source(48_000, 24, 6, 100), "one or two channels; this master has 6"),
        ("musepack:q=5", Source(22_050, 16, 2, 100), "Musepack starts at 32000 Hz"),
        ("musepack:q=5", Source(48_000, 16, 2, 2**30), "4 GiB of samples at most"),
        ("mp2:64", Source(11_025, 16, 1, 100), "MP2 starts at 16000 Hz"),
        ("tta", Source(48_000, 24, 5, 100), "1, 2, 4 or 6 alone; this master has 5"),
        ("alac", Source(48_000, 24, 4, 100), "1, 2, 3, 5 or 6 channels here; this master has 4"),
        ("aiff", Source(192_000, 24, 8, 1_000_000_000), "An AIFF file holds at most 4 GiB"),
    ],
)
def test_an_order_beyond_the_master_or_the_codec_is_refused(text: str, source: Source, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        plan.conform(formats.parse(text), source)


@pytest.mark.parametrize(
    ("text", "source", "label"),
    [
        ("flac", HIRES, "FLAC 24/96"),
        ("flac:bits=16,rate=44100", HIRES, "FLAC 16/44.1"),
        ("flac", None, "FLAC"),
        ("flac:bits=16", None, "FLAC 16-bit"),
        ("wav:rate=44100", None, "WAV 44.1 kHz"),
        ("wav", CD, "WAV 16/44.1"),
        ("wav", Source(176_400, 24, 2, 10), "WAV 24/176.4"),
        ("aiff", CD, "AIFF 16/44.1"),
        ("vorbis:q=6", HIRES, "Vorbis q6"),
        ("wavpack", HIRES, "WavPack 24/96"),
        ("wavpack:level=0", CD, "WavPack 16/44.1"),
        ("tta", CD, "TTA 16/44.1"),
        ("mp3:vbr=0", CD, "MP3 V0"),
        ("mp3:cbr=320", None, "MP3 320"),
        ("mp3:abr=192", CD, "MP3 ABR 192"),
        ("opus:160", CD, "Opus 160"),
        ("aac:256", CD, "AAC 256"),
        ("aac:256,coder=fast", CD, "AAC 256 fast"),
        ("alac", HIRES, "ALAC 24/96"),
        ("opus:160,mode=hard", CD, "Opus 160 CBR"),
    ],
)
def test_people_read_a_short_label(text: str, source: Source | None, label: str) -> None:
    assert plan.label(formats.parse(text), source) == label


@pytest.mark.parametrize(
    ("text", "source", "letter"),
    [
        ("wav", CD, "A"),
        ("wav:bits=16", HIRES, "A"),
        ("aiff", CD, "A"),
        ("wavpack", CD, "B"),
        ("tta", CD, "C"),
        ("mp3:cbr=128", CD, "A"),
        ("mp3:vbr=0", CD, "C"),
        ("mp3:abr=192", CD, "C"),
        ("opus:128", CD, "B"),
        ("opus:128,mode=hard", CD, "A"),
        ("flac", CD, "B"),
        ("flac:level=0", CD, "B"),
        ("flac:bits=16", HIRES, "C"),
        ("aac:256", CD, "C"),
        ("vorbis:q=6", CD, "B"),
        ("alac", CD, "C"),
        ("mp2:192", CD, "A"),
        ("wma:192", CD, "A"),
        ("musepack:q=5", CD, "B"),
        ("flac", Source(44_100, 16, 2, 100), "C"),
    ],
)
def test_the_delivery_class_tells_what_is_known_beforehand(text: str, source: Source, letter: str) -> None:
    assert plan.delivery_class(formats.parse(text), source) == letter


@pytest.mark.parametrize(
    ("master_hz", "mp3_hz"),
    [
        (44_100, 44_100),
        (88_200, 44_100),
        (96_000, 48_000),
        (176_400, 44_100),
        (192_000, 48_000),
        (64_000, 32_000),
        (32_000, 32_000),
        (24_000, 24_000),
        (50_000, 48_000),
        (37_800, 32_000),
    ],
)
def test_mp3_takes_the_rate_that_divides_the_masters(master_hz: int, mp3_hz: int) -> None:
    assert plan.output(formats.parse("mp3:vbr=0"), Source(master_hz, 24, 2, 1000)).sample_rate_hz == mp3_hz


def test_unconverted_output_keeps_the_masters_md5() -> None:
    assert plan.output(formats.parse("flac:level=3"), CD) == CD
    assert plan.output(formats.parse("flac:bits=16"), HIRES).pcm_md5 is None
    assert plan.output(formats.parse("opus:128"), CD).pcm_md5 is None


def test_known_sizes_are_exact() -> None:
    assert plan.body_size(formats.parse("wav"), CD) == plan.BodySize(True, 42_336_000, 42_336_000)
    four_minutes = plan.body_size(formats.parse("mp3:cbr=320"), CD)
    assert four_minutes.exact
    assert abs(four_minutes.ceiling_bytes - 240 * 40_000) < 3 * 1045


@given(
    st.sampled_from(ALL_KINDS),
    st.sampled_from([16_000, 44_100, 48_000, 96_000, 192_000]),
    st.sampled_from([16, 24]),
    st.integers(1, 2),
    st.integers(1, 10**8),
)
def test_a_size_is_positive_and_grows_with_the_track(
    text: str, rate_hz: int, bits: int, channels: int, samples: int
) -> None:
    fmt = formats.parse(text)
    size = plan.body_size(fmt, Source(rate_hz, bits, channels, samples))
    longer = plan.body_size(fmt, Source(rate_hz, bits, channels, samples + rate_hz))
    assert 0 < size.estimate_bytes <= size.ceiling_bytes < longer.ceiling_bytes
