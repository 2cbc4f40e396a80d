"""Pieces of a body made by the pool while the whole is under way, in parallel, and when nobody wants them any more."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from lathe.audio import encode, formats, pieces
from lathe.audio.errors import EncodeError
from lathe.audio.pieces import Piece
from lathe.audio.pool import EncoderPool
from lathe.audio.source import Source
from tests.contracts.audio import masters
from tests.contracts.audio.masters import Master
from tests.plugins import sampling

PATIENCE_S = 60.0
MINUTE = Master("minute", samples=44_100 * 60)
WAV, FLAC, MP3 = (formats.parse(text) for text in ("wav", "flac", "mp3:cbr=320"))
SHARE = 0x40_000


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Source]:
    samples = np.tile(masters.pcm(MINUTE), (2, 1))
    path = masters.write(tmp_path_factory.mktemp("masters") / "long.flac", samples, MINUTE.rate_hz, MINUTE.bits)
    return path, Source(MINUTE.rate_hz, MINUTE.bits, MINUTE.channels, len(samples))


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[EncoderPool]:
    with EncoderPool(workers=2, spool=tmp_path / "spool") as running:
        yield running


def eventually(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def spooled(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "spool").glob("pool-*/*") if path.name != ".lock"]


def test_four_pieces_at_once_beside_the_whole_are_those_of_the_whole(
    pool: EncoderPool, long: tuple[Path, Source], tmp_path: Path
) -> None:
    whole = b"".join(encode.encode_body(WAV, *long))
    draw = random.Random(sampling.seed())
    starts = [draw.randrange(len(whole) - SHARE) for _ in range(4)]
    body = pool.cut("whole", WAV, *long, hold=True)

    def fetched(start: int) -> bytes:
        piece = Piece(start, start + SHARE)
        cut = pool.piece(f"whole {start}", (WAV, *long), piece, priority=1)
        cut.wait_blocking(PATIENCE_S)
        data = cut.path.read_bytes()
        cut.discard()
        cut.release()
        return data

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(fetched, starts)) == [whole[start : start + SHARE] for start in starts]
    body.wait_blocking(PATIENCE_S)
    assert body.path.read_bytes() == whole
    body.discard()
    body.release()
    eventually(lambda: spooled(tmp_path) == [])


@pytest.mark.parametrize("fmt", [FLAC, MP3], ids=str)
def test_the_pool_makes_the_piece_that_one_process_makes_from_a_mark(
    pool: EncoderPool, long: tuple[Path, Source], fmt: formats.Format
) -> None:
    body: list[bytes] = []
    facts = encode.write_body(body.append, fmt, *long)
    whole = b"".join(body)
    mark = facts.marks[len(facts.marks) // 2]
    start, stop = mark.offset_bytes + 5000, mark.offset_bytes + 5000 + SHARE
    cut = pool.piece("piece", (fmt, *long), Piece(start, stop, mark))
    assert cut.wait_blocking(PATIENCE_S).size_bytes == stop - start
    assert cut.path.read_bytes() == whole[start:stop]
    cut.release()


def test_a_piece_that_nobody_waits_for_any_more_ends_and_leaves_nothing(
    pool: EncoderPool, long: tuple[Path, Source], tmp_path: Path
) -> None:
    eventually(lambda: len(pool.worker_pids) == 2)
    workers = pool.worker_pids
    size = long[1].pcm_bytes
    cuts = [pool.piece(f"piece {start}", (WAV, *long), Piece(start, size)) for start in (0, 1000)]
    for cut in cuts:
        cut.read_blocking(0, 1, PATIENCE_S)
        cut.release()
    assert all(cut.finished for cut in cuts)
    for cut in cuts:
        cut.discard()
    eventually(lambda: spooled(tmp_path) == [])
    assert pool.cut("next", WAV, *long).wait_blocking(PATIENCE_S).size_bytes == size
    assert pool.worker_pids == workers


def test_two_who_want_the_same_piece_share_it_and_the_one_who_stays_gets_it(
    pool: EncoderPool, long: tuple[Path, Source]
) -> None:
    piece = Piece(10_000_000, long[1].pcm_bytes)
    one = pool.piece("shared", (WAV, *long), piece)
    two = pool.piece("shared", (WAV, *long), piece)
    assert one is two
    one.release()
    assert two.wait_blocking(PATIENCE_S).size_bytes == piece.stop - piece.start
    two.release()


def test_a_worker_that_is_killed_fails_its_piece_and_the_next_one_is_made(
    pool: EncoderPool, long: tuple[Path, Source], tmp_path: Path
) -> None:
    piece = Piece(5_000_000, long[1].pcm_bytes)
    cut = pool.piece("doomed", (WAV, *long), piece)
    cut.read_blocking(0, 1, PATIENCE_S)
    for pid in pool.worker_pids:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(EncodeError, match="died while it was at doomed"):
        cut.wait_blocking(PATIENCE_S)
    cut.release()
    again = pool.piece("doomed", (WAV, *long), piece)
    assert again.wait_blocking(PATIENCE_S).size_bytes == piece.stop - piece.start
    again.discard()
    again.release()
    eventually(lambda: spooled(tmp_path) == [])


@pytest.mark.parametrize("fmt", [WAV, MP3], ids=str)
def test_what_a_worker_never_came_to_before_it_died_is_made_by_another(
    pool: EncoderPool, long: tuple[Path, Source], fmt: formats.Format
) -> None:
    pool.cut("warm-up", fmt, *long).wait_blocking(PATIENCE_S)
    stopped = pool.worker_pids
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    cut = pool.cut("late", fmt, *long, hold=True)
    eventually(lambda: cut.state == "cutting")
    for pid in stopped:
        os.kill(pid, signal.SIGKILL)
    cut.wait_blocking(PATIENCE_S)
    assert cut.path.read_bytes() == b"".join(encode.encode_body(fmt, *long))
    cut.release()


def test_a_piece_of_a_format_made_in_a_single_pass_is_refused(pool: EncoderPool, long: tuple[Path, Source]) -> None:
    fmt = formats.parse("vorbis:q=6")
    assert pieces.way(fmt, long[1]) == "from the start"
    cut = pool.piece("none", (fmt, *long), Piece(1000, 2000))
    with pytest.raises(EncodeError, match="cannot be made alone"):
        cut.wait_blocking(PATIENCE_S)
    cut.release()
