"""What a pool makes of every codec: the bytes of one process by any number of workers, and after one was killed."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lathe.audio import encode, formats
from lathe.audio.codecs import CODECS
from lathe.audio.cut import Cut
from lathe.audio.errors import EncodeError
from lathe.audio.pool import EncoderPool
from lathe.audio.source import Source
from tests.contracts.audio import masters, players
from tests.contracts.audio.masters import Master
from tests.plugins.sampling import sample

PATIENCE_S = 120.0
WORKERS = (1, 2, 5)
SEVEN_SECONDS = Master("seven seconds", samples=44_100 * 7)
MINUTES = 20
TRIALS = [text for codec in CODECS.values() for text in codec.trials]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pool")


@pytest.fixture(scope="module")
def short(folder: Path) -> tuple[Path, Source]:
    made = SEVEN_SECONDS
    return masters.make(folder, made), Source(made.rate_hz, made.bits, made.channels, made.samples)


@pytest.fixture(scope="module")
def long(folder: Path) -> tuple[Path, Source]:
    """So long that no encoder is through with it before it is killed."""
    minute = Master("minute", samples=44_100 * 60)
    samples = np.tile(masters.pcm(minute), (MINUTES, 1))
    return masters.write(folder / "long.flac", samples, 44_100, 16), Source(44_100, 16, 2, len(samples))


@pytest.fixture(scope="module")
def pools() -> Iterator[dict[int, EncoderPool]]:
    with tempfile.TemporaryDirectory() as spool:
        pools = {count: EncoderPool(workers=count, spool=Path(spool)) for count in WORKERS}
        for pool in pools.values():
            pool.start()
        yield pools
        for pool in pools.values():
            pool.close()


def body_of(text: str, path: Path, source: Source) -> bytes:
    pieces: list[bytes] = []
    encode.write_body(pieces.append, formats.parse(text), path, source)
    return b"".join(pieces)


@pytest.mark.parametrize("text", TRIALS)
def test_any_number_of_workers_gives_the_bytes_of_one_process(
    text: str, short: tuple[Path, Source], pools: dict[int, EncoderPool]
) -> None:
    players.need_encoder(CODECS[formats.parse(text).codec])
    body = body_of(text, *short)
    for count, pool in pools.items():
        cut = pool.cut(f"{text} by {count}", formats.parse(text), *short)
        assert cut.wait_blocking(PATIENCE_S).size_bytes == len(body)
        assert cut.path.read_bytes() == body
        cut.discard()


@pytest.mark.parametrize("text", sample("killed", TRIALS, 5))
def test_after_a_worker_was_killed_mid_track_the_next_cut_is_whole(
    text: str, long: tuple[Path, Source], short: tuple[Path, Source], tmp_path: Path
) -> None:
    codec = CODECS[formats.parse(text).codec]
    players.need_encoder(codec)
    with EncoderPool(workers=1, spool=tmp_path / "spool") as pool:
        cut = pool.cut("doomed", formats.parse(text), *long)
        _wait_for_music(cut, pool, by_program=bool(codec.program))
        os.kill(pool.worker_pids[0], signal.SIGKILL)
        with pytest.raises(EncodeError, match="died while it was at doomed"):
            cut.wait_blocking(PATIENCE_S)
        again = pool.cut("doomed", formats.parse(text), *short)
        assert again.wait_blocking(PATIENCE_S).size_bytes > 0
        assert again.path.read_bytes() == body_of(text, *short)


def _wait_for_music(cut: Cut, pool: EncoderPool, *, by_program: bool) -> None:
    """Wait until some of the body is there; a program gives it at the end, so that its running has to do."""
    end = time.monotonic() + PATIENCE_S
    while not (cut.written_bytes or (by_program and any(map(_has_children, pool.worker_pids)))):
        assert time.monotonic() < end, "nothing was encoded"
        time.sleep(0.005)


def _has_children(pid: int) -> bool:
    return any(children.read_text() for children in Path(f"/proc/{pid}/task").glob("*/children"))
