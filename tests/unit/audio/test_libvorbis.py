"""Vorbis streams."""

from __future__ import annotations

import numpy as np
import pytest

from lathe.audio import formats, plan
from lathe.audio.codecs import CODECS
from lathe.audio.codecs.vorbis import HEAD_PAGES, SERIAL
from lathe.audio.containers import ogg
from lathe.audio.libvorbis import Libvorbis, headers
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source

RATE = 44_100


def granules(body: bytes) -> list[int]:
    return [int.from_bytes(page[6:14], "little") for page in ogg.pages_of(body)]


def encoded(pcm: Pcm, quality: int = 4, step: int = 8192) -> bytes:
    encoder = Libvorbis(RATE, pcm.shape[1], quality, SERIAL, HEAD_PAGES)
    pieces = [encoder.encode(pcm[start : start + step]) for start in range(0, len(pcm), step)]
    return b"".join(pieces) + encoder.finish()


def noise(samples: int, channels: int = 2) -> Pcm:
    rng = np.random.Generator(np.random.PCG64(5))
    return rng.uniform(-1, 1, (samples, channels)).astype(np.float32)


@pytest.mark.parametrize("samples", [1, 2, 64, 1000, 20_000])
def test_the_last_page_ends_at_the_very_sample(samples: int) -> None:
    body = encoded(noise(samples))
    pages = list(ogg.pages_of(body))
    assert b"".join(pages) == body
    assert granules(body)[-1] == samples
    assert [page[5] for page in pages] == [0] * (len(pages) - 1) + [ogg.LAST]
    assert [int.from_bytes(page[18:22], "little") for page in pages] == list(range(3, 3 + len(pages)))
    assert {int.from_bytes(page[14:18], "little") for page in pages} == {SERIAL}
    assert all(ogg.is_page(page, 0, len(page)) for page in pages)


def test_the_first_packet_has_a_page_to_itself() -> None:
    assert granules(encoded(noise(3000)))[0] == 0


def test_headers_are_those_of_the_stream_and_each_quality_has_its_own() -> None:
    identification, setup = headers(RATE, 2, 6)
    assert (identification[:7], setup[:7]) == (b"\1vorbis", b"\5vorbis")
    assert int.from_bytes(identification[12:16], "little") == RATE
    assert setup != headers(RATE, 2, 0)[1]


@pytest.mark.parametrize("quality", [0, 5, 10])
@pytest.mark.parametrize("period", [2, 257, 600, 6000])
@pytest.mark.parametrize("channels", [1, 2])
def test_bursts_of_noise_stay_below_the_ceiling(quality: int, period: int, channels: int) -> None:
    pcm = noise(2 * RATE, channels) * ((np.arange(2 * RATE) // max(1, period // 2)) % 2)[:, None].astype(np.float32)
    fmt = formats.parse(f"vorbis:q={quality}")
    source = Source(RATE, 16, channels, len(pcm))
    encoder = CODECS["vorbis"].encoder(fmt, source)
    body = encoder.feed(pcm) + encoder.finish()
    assert len(body) <= plan.body_size(fmt, source).ceiling_bytes
