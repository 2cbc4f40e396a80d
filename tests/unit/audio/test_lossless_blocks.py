"""What the blocks of WavPack and the head of TTA say, and ceilings under sound that no codec can pack."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from lathe.audio import formats, plan
from lathe.audio.budget import Budget
from lathe.audio.codecs import CODECS
from lathe.audio.containers import tta
from lathe.audio.errors import EncodeError
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source

RATE = 44_100
SAMPLES = RATE + 7


def sounds(bits: int, channels: int = 2) -> dict[str, Pcm]:
    """Sound at its most hostile: white noise, full-scale signs, bursts, lone clicks."""
    rng, most = np.random.Generator(np.random.PCG64(9)), 2 ** (bits - 1) - 1
    noise = rng.integers(-most, most, (SAMPLES, channels))
    place = np.arange(SAMPLES)[:, None]
    found = {
        "noise": noise,
        "signs": np.where(rng.random((SAMPLES, channels)) < 0.5, most, -most),
        "bursts": noise * (place // 300 % 2),
        "clicks": np.where(place % 40 == 0, most, 0) * np.ones((1, channels), np.int64),
    }
    return {name: pcm.astype(np.int16 if bits == 16 else np.int32) for name, pcm in found.items()}


def encoded(text: str, source: Source, pcm: Pcm) -> bytes:
    encoder = CODECS[text.partition(":")[0]].encoder(formats.parse(text), source)
    return encoder.feed(pcm) + encoder.finish()


@pytest.mark.parametrize("text", ["wavpack", "wavpack:level=0", "tta", "alac", "flac"])
@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("sound", ["noise", "signs", "bursts", "clicks"])
def test_hostile_sound_stays_below_the_ceiling(text: str, bits: int, sound: str) -> None:
    source = Source(RATE, bits, 2, SAMPLES)
    body = encoded(text, source, sounds(bits)[sound])
    assert len(body) <= plan.body_size(formats.parse(text), source).ceiling_bytes


@pytest.mark.parametrize("text", ["aac:64", "aac:64,coder=fast", "aac:128,coder=fast", "aac:320"])
@pytest.mark.parametrize("sound", ["noise", "signs", "bursts", "clicks"])
def test_hostile_sound_stays_below_the_ceiling_of_aac(text: str, sound: str) -> None:
    source = Source(RATE, 16, 2, SAMPLES)
    body = encoded(text, source, sounds(16)[sound].astype(np.float32) / 2**15)
    assert len(body) <= plan.body_size(formats.parse(text), source).ceiling_bytes


def test_a_body_beyond_its_ceiling_is_refused() -> None:
    budget = Budget(formats.parse("tta"), 10)
    assert budget.spend(b"12345678") == b"12345678"
    with pytest.raises(EncodeError, match="does not fit into tta within the 10 bytes that were promised"):
        budget.spend(b"123")


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_the_first_wavpack_block_of_every_pair_states_the_whole_length(channels: int) -> None:
    body = encoded("wavpack", Source(RATE, 24, channels, SAMPLES), sounds(24, channels)["bursts"])
    place, totals = 0, {}
    while place < len(body):
        mark, size, _, _, total, index = struct.unpack_from("<4sIHHII", body, place)
        assert mark == b"wvpk"
        totals.setdefault(index, []).append(total)
        place += 8 + size
    assert totals[0] == [SAMPLES] * ((channels + 1) // 2)


def test_a_tta_head_carries_its_checksums() -> None:
    head = tta.head(Source(RATE, 24, 2, SAMPLES), (1000, 2000, 300))
    assert struct.unpack("<4sHHHII", head[:18]) == (b"TTA1", 1, 2, 24, RATE, SAMPLES)
    assert int.from_bytes(head[18:22], "little") == zlib.crc32(head[:18])
    assert struct.unpack("<III", head[22:34]) == (1000, 2000, 300)
    assert int.from_bytes(head[34:], "little") == zlib.crc32(head[22:34])
