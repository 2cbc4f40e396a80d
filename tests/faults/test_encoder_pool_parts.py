"""Cuts that several workers make together, when one of them is killed, stopped, or no longer needed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lathe.audio import formats
from lathe.audio.cut import Cut
from lathe.audio.errors import EncodeError
from lathe.audio.handing import AHEAD
from lathe.audio.pool import EncoderPool
from lathe.audio.source import Source
from tests.contracts.audio import masters
from tests.contracts.audio.masters import Master

PATIENCE_S = 60.0
MINUTE = Master("minute", samples=44_100 * 60)
FLAC, WAV, OPUS = formats.parse("flac"), formats.parse("wav"), formats.parse("opus:128,mode=hard")


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Source]:
    samples = np.tile(masters.pcm(MINUTE), (12, 1))
    path = masters.write(tmp_path_factory.mktemp("masters") / "long.flac", samples, MINUTE.rate_hz, MINUTE.bits)
    return path, Source(MINUTE.rate_hz, MINUTE.bits, MINUTE.channels, len(samples))


@pytest.fixture
def pair(tmp_path: Path, long: tuple[Path, Source]) -> Iterator[EncoderPool]:
    """A pool both of whose workers have been at work: a process that exists may yet be far from its first part."""
    with EncoderPool(workers=2, spool=tmp_path / "spool") as running:
        eventually(lambda: both_work(running, long))
        yield running


def eventually(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def both_work(pool: EncoderPool, long: tuple[Path, Source]) -> bool:
    cut = pool.cut("warm-up", WAV, *long)
    cut.wait_blocking(PATIENCE_S)
    cut.discard()
    return cut.explain is not None and set(cut.explain.workers) == {0, 1}


def settled(cut: Cut) -> None:
    """Wait until a cut stands still, because a worker that was stopped has a part of it."""
    before = -1
    while before != cut.written_bytes:
        before = cut.written_bytes
        time.sleep(0.4)


def part_files(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "spool").glob("pool-*/*.part"))


def under_way(pool: EncoderPool, long: tuple[Path, Source], tmp_path: Path) -> Cut:
    """A cut that both workers are at."""
    cut = pool.cut("shared", FLAC, *long, hold=True)
    cut.read_blocking(0, 1, PATIENCE_S)
    eventually(lambda: len(part_files(tmp_path)) >= 2)
    return cut


@pytest.mark.parametrize("which", [0, 1])
def test_whichever_worker_is_killed_the_cut_fails_and_the_next_one_works(
    pair: EncoderPool, long: tuple[Path, Source], tmp_path: Path, which: int
) -> None:
    cut = under_way(pair, long, tmp_path)
    os.kill(pair.worker_pids[which], signal.SIGSTOP)
    settled(cut)
    os.kill(pair.worker_pids[which], signal.SIGKILL)
    with pytest.raises(EncodeError, match="died while it was at shared"):
        cut.wait_blocking(PATIENCE_S)
    eventually(lambda: part_files(tmp_path) == [])
    assert list((tmp_path / "spool").glob("pool-*/*.body")) == []
    assert pair.cut("shared", FLAC, *long).wait_blocking(PATIENCE_S).size_bytes > 0


def test_a_cut_that_is_let_go_leaves_no_part_and_frees_both_workers(
    pair: EncoderPool, long: tuple[Path, Source], tmp_path: Path
) -> None:
    cut = under_way(pair, long, tmp_path)
    pids = pair.worker_pids
    cut.release()
    assert cut.state == "cancelled"
    eventually(lambda: part_files(tmp_path) == [])
    done = pair.cut("next", WAV, *long)
    assert done.wait_blocking(PATIENCE_S).size_bytes > 0
    assert done.explain is not None
    assert set(done.explain.workers) == {0, 1}
    assert pair.worker_pids == pids


def test_a_master_that_breaks_off_while_it_is_resampled_fails_with_its_own_words(
    pair: EncoderPool, long: tuple[Path, Source], tmp_path: Path
) -> None:
    path, source = long
    broken = tmp_path / "broken.flac"
    broken.write_bytes(path.read_bytes()[: path.stat().st_size // 8])
    for fmt in (OPUS, FLAC):
        with pytest.raises(EncodeError, match="broken.flac"):
            pair.cut(str(fmt), fmt, broken, source).wait_blocking(PATIENCE_S)
    eventually(lambda: part_files(tmp_path) == [])
    assert pair.cut("good", WAV, *long).wait_blocking(PATIENCE_S).size_bytes > 0


def test_a_worker_that_stands_still_holds_up_its_own_cut_alone_and_few_parts_wait(
    pair: EncoderPool, long: tuple[Path, Source], tmp_path: Path
) -> None:
    cut = under_way(pair, long, tmp_path)
    stopped = pair.worker_pids[0]
    os.kill(stopped, signal.SIGSTOP)
    settled(cut)
    try:
        other = pair.cut("other", WAV, *long, priority=5)
        assert other.wait_blocking(PATIENCE_S).size_bytes > 0
        assert cut.state == "cutting"
        assert len(part_files(tmp_path)) <= 2 + AHEAD
    finally:
        os.kill(stopped, signal.SIGCONT)
    assert cut.wait_blocking(PATIENCE_S).size_bytes > 0


def test_parts_of_a_cut_for_somebody_who_waits_go_before_the_rest_of_another(
    pair: EncoderPool, long: tuple[Path, Source], tmp_path: Path
) -> None:
    background = under_way(pair, long, tmp_path)
    urgent = pair.cut("urgent", WAV, *long, priority=10)
    assert urgent.wait_blocking(PATIENCE_S).size_bytes > 0
    assert not background.finished
    background.release()


def test_a_file_changed_since_its_import_ends_the_cut_before_its_last_byte(
    pair: EncoderPool, long: tuple[Path, Source], tmp_path: Path
) -> None:
    path, source = long
    imported = replace(source, pcm_md5="0" * 32, file_sha256="1" * 64)
    cut = pair.cut("changed", FLAC, path, imported)
    with pytest.raises(EncodeError, match="no longer the file that was imported"):
        cut.wait_blocking(PATIENCE_S)
    assert part_files(tmp_path) == []
    assert pair.cut("sound", FLAC, path, source).wait_blocking(PATIENCE_S).size_bytes > 0
