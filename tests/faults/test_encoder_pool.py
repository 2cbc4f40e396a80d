"""The encoder pool when workers stop, die or are no longer wanted, and when its own process is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from lathe.audio import encode, formats
from lathe.audio.cut import Cut
from lathe.audio.errors import EncodeError
from lathe.audio.pool import EncoderPool
from lathe.audio.source import Source
from lathe.audio.spool import Spool
from tests.contracts.audio import masters
from tests.contracts.audio.masters import Master

PATIENCE_S = 30.0
SHORT = Master("short")
MINUTE = Master("minute", samples=44_100 * 60)
MINUTES = 12
LOOP = Master("loop", samples=4096 * 646, sound="square")
"""A minute in whole blocks, of which an hour takes little room."""
MP3 = formats.parse("mp3:cbr=320")
FLAC = formats.parse("flac")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("masters")


@pytest.fixture(scope="module")
def short(folder: Path) -> tuple[Path, Source]:
    return masters.make(folder, SHORT), Source(SHORT.rate_hz, SHORT.bits, SHORT.channels, SHORT.samples)


@pytest.fixture(scope="module")
def long(folder: Path) -> tuple[Path, Source]:
    samples = np.tile(masters.pcm(MINUTE), (MINUTES, 1))
    path = masters.write(folder / "long.flac", samples, MINUTE.rate_hz, MINUTE.bits)
    return path, Source(MINUTE.rate_hz, MINUTE.bits, MINUTE.channels, len(samples))


@pytest.fixture(scope="module")
def hour(folder: Path) -> tuple[Path, Source]:
    path = masters.write(folder / "hour.flac", masters.pcm(LOOP), LOOP.rate_hz, LOOP.bits, times=60)
    return path, Source(LOOP.rate_hz, LOOP.bits, LOOP.channels, 60 * LOOP.samples)


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[EncoderPool]:
    with EncoderPool(workers=1, spool=tmp_path / "spool") as running:
        yield running


def eventually(true: Callable[[], bool]) -> None:
    """Wait until something is so; fail after half a minute."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that waits to be collected does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def spooled(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "spool").glob("pool-*/*.body"))


def worker_of(pool: EncoderPool) -> int:
    eventually(lambda: len(pool.worker_pids) == 1)
    return pool.worker_pids[0]


@pytest.mark.parametrize("text", ["mp3:cbr=320", "mp3:vbr=2", "opus:128", "flac", "wav", "flac:bits=16,level=0"])
def test_the_pool_makes_the_bytes_that_one_process_makes(
    pool: EncoderPool, short: tuple[Path, Source], text: str
) -> None:
    path, source = short
    fmt = formats.parse(text)
    cut = pool.cut(text, fmt, path, source)
    facts = cut.wait_blocking(PATIENCE_S)
    assert cut.path.read_bytes() == b"".join(encode.encode_body(fmt, path, source))
    assert (cut.state, cut.progress, facts.size_bytes) == ("done", 1.0, cut.written_bytes)


@pytest.mark.parametrize("text", ["mp3:cbr=320", "flac", "opus:128", "opus:128,mode=hard", "vorbis:q=6", "wavpack"])
def test_the_first_bytes_of_an_hour_leave_long_before_the_end_and_none_follow_once_the_worker_is_stopped(
    pool: EncoderPool, hour: tuple[Path, Source], text: str
) -> None:
    assert hour[1].duration_s >= 3600
    cut = pool.cut(text, formats.parse(text), *hour)
    first = cut.read_blocking(0, 1000, PATIENCE_S)
    worker = worker_of(pool)
    os.kill(worker, signal.SIGSTOP)
    try:
        assert len(first) == 1000
        assert cut.progress < 0.25
        settled = _settled(cut)
        with pytest.raises(TimeoutError, match="gave no byte"):
            cut.read_blocking(settled, 1, 0.3)
        assert cut.written_bytes == settled
    finally:
        os.kill(worker, signal.SIGCONT)
    assert cut.read_blocking(settled, 1, PATIENCE_S)
    cut.discard()


def _settled(cut: Cut) -> int:
    """Return where a stopped encode stands, once reports on their way have come in."""
    before = -1
    while before != cut.written_bytes:
        before = cut.written_bytes
        time.sleep(0.1)
    return before


def test_a_killed_worker_fails_its_cut_and_the_next_one_works(
    pool: EncoderPool, long: tuple[Path, Source], short: tuple[Path, Source], tmp_path: Path
) -> None:
    cut = pool.cut("doomed", MP3, *long)
    cut.read_blocking(0, 1, PATIENCE_S)
    os.kill(worker_of(pool), signal.SIGKILL)
    with pytest.raises(EncodeError, match="died while it was at doomed"):
        cut.wait_blocking(PATIENCE_S)
    with pytest.raises(EncodeError, match="died"):
        cut.read_blocking(0, 1, PATIENCE_S)
    assert cut.state == "failed"
    assert spooled(tmp_path) == []
    again = pool.cut("doomed", MP3, *short)
    assert again is not cut
    assert again.wait_blocking(PATIENCE_S).size_bytes > 0


def test_the_last_to_let_go_ends_the_encode(
    pool: EncoderPool, long: tuple[Path, Source], short: tuple[Path, Source], tmp_path: Path
) -> None:
    cut = pool.cut("left", MP3, *long, hold=True)
    assert pool.cut("left", MP3, *long, hold=True) is cut
    cut.read_blocking(0, 1, PATIENCE_S)
    worker = worker_of(pool)
    cut.release()
    assert cut.state == "cutting"
    cut.release()
    assert cut.state == "cancelled"
    assert spooled(tmp_path) == []
    assert pool.cut("next", MP3, *short).wait_blocking(PATIENCE_S).size_bytes > 0
    assert worker_of(pool) == worker


def test_a_cut_to_keep_goes_on_alone(pool: EncoderPool, short: tuple[Path, Source]) -> None:
    cut = pool.cut("kept", MP3, *short, hold=True)
    cut.keep = True
    cut.release()
    eventually(lambda: cut.finished)
    assert cut.state == "done"


def test_a_waiting_cut_that_is_let_go_never_starts(
    pool: EncoderPool, long: tuple[Path, Source], short: tuple[Path, Source]
) -> None:
    first = pool.cut("first", MP3, *long, hold=True)
    waiting = pool.cut("waiting", MP3, *short, hold=True)
    waiting.release()
    assert waiting.state == "cancelled"
    with pytest.raises(EncodeError, match="cancelled"):
        waiting.wait_blocking(PATIENCE_S)
    first.release()


def test_a_finished_file_stays_until_it_is_discarded(
    pool: EncoderPool, short: tuple[Path, Source], tmp_path: Path
) -> None:
    with pool.cut("stays", FLAC, *short) as cut:
        cut.wait_blocking(PATIENCE_S)
    assert spooled(tmp_path) == [cut.path]
    assert pool.cut("stays", FLAC, *short) is cut
    cut.hold()
    cut.discard()
    assert cut.read_blocking(0, 4, PATIENCE_S)
    cut.release()
    assert spooled(tmp_path) == []
    assert pool.cut("stays", FLAC, *short) is not cut


def test_the_urgent_go_first(pool: EncoderPool, long: tuple[Path, Source], short: tuple[Path, Source]) -> None:
    finished: list[str] = []
    running = pool.cut("running", MP3, *long, hold=True)
    running.read_blocking(0, 1, PATIENCE_S)
    cuts = [pool.cut(name, FLAC, *short, priority=priority) for name, priority in (("late", 0), ("soon", 5))]
    threads = [threading.Thread(target=lambda one=one: finished.append(_name_when_done(one))) for one in cuts]
    for thread in threads:
        thread.start()
    running.release()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert sorted(finished) == ["late", "soon"]
    assert cuts[1].path.stat().st_mtime_ns < cuts[0].path.stat().st_mtime_ns


def _name_when_done(cut: Cut) -> str:
    cut.wait_blocking(PATIENCE_S)
    return cut.key


@pytest.mark.parametrize("text", ["vorbis:q=6", "mp3:cbr=320"])
def test_newcomers_get_their_files_while_the_only_worker_is_at_another_track(
    pool: EncoderPool, long: tuple[Path, Source], short: tuple[Path, Source], text: str
) -> None:
    under_way = pool.cut("under way", formats.parse(text), *long, hold=True)
    under_way.read_blocking(0, 1, PATIENCE_S)
    path, source = short
    wanted = {name: formats.parse(name) for name in ("mp3:cbr=192", "aac:256", "flac", "opus:96", "wav")}
    cuts = {name: pool.cut(name, fmt, path, source, priority=5, hold=True) for name, fmt in wanted.items()}
    for name in cuts:
        pool.urge(name, 5)
    for name, cut in cuts.items():
        cut.wait_blocking(PATIENCE_S)
        assert cut.path.read_bytes() == b"".join(encode.encode_body(wanted[name], path, source))
    assert not under_way.finished
    under_way.release()


def test_many_readers_in_a_loop_follow_one_encode(pool: EncoderPool, short: tuple[Path, Source]) -> None:
    path, source = short
    whole = b"".join(encode.encode_body(MP3, path, source))

    async def read_from(start: int) -> bytes:
        return b"".join([part async for part in pool.cut("shared", MP3, path, source).follow(start)])

    async def all_of_them() -> list[bytes]:
        return await asyncio.gather(*(read_from(start) for start in (0, 0, 1, 417, len(whole) - 1, len(whole))))

    bodies = asyncio.run(all_of_them())
    assert bodies == [whole[start:] for start in (0, 0, 1, 417, len(whole) - 1, len(whole))]


def test_a_reader_that_goes_away_cancels_what_only_it_wanted(pool: EncoderPool, long: tuple[Path, Source]) -> None:
    async def read_a_little() -> Cut:
        cut = pool.cut("brief", MP3, *long)
        follower = cut.follow()
        assert await anext(follower)
        await follower.aclose()
        return cut

    assert asyncio.run(read_a_little()).state == "cancelled"


def test_readers_in_a_loop_hear_of_a_broken_encode(pool: EncoderPool, long: tuple[Path, Source]) -> None:
    async def read_on() -> None:
        cut = pool.cut("broken", MP3, *long)
        async for _ in cut.follow():
            for worker in pool.worker_pids:
                os.kill(worker, signal.SIGKILL)

    with pytest.raises(EncodeError, match="died"):
        asyncio.run(read_on())


def test_a_damaged_master_fails_with_its_own_words(
    pool: EncoderPool, short: tuple[Path, Source], tmp_path: Path
) -> None:
    path, source = short
    broken = tmp_path / "broken.flac"
    broken.write_bytes(path.read_bytes()[:-9000])
    with pytest.raises(EncodeError, match="breaks off"):
        pool.cut("bad", MP3, broken, source).wait_blocking(PATIENCE_S)
    with pytest.raises(EncodeError, match="no such file"):
        pool.cut("gone", MP3, tmp_path / "gone.flac", source).wait_blocking(PATIENCE_S)
    assert pool.cut("good", MP3, path, source).wait_blocking(PATIENCE_S).size_bytes > 0


def test_a_master_that_is_not_the_one_described_is_refused(pool: EncoderPool, short: tuple[Path, Source]) -> None:
    path, source = short
    other = Source(source.sample_rate_hz, source.bits, source.channels, source.samples, "0" * 32)
    with pytest.raises(EncodeError, match="no longer matches the MD5"):
        pool.cut("other", FLAC, path, other).wait_blocking(PATIENCE_S)


def test_closing_ends_every_worker_and_leaves_nothing(tmp_path: Path, long: tuple[Path, Source]) -> None:
    pool = EncoderPool(workers=2, spool=tmp_path / "spool")
    pool.start()
    cut = pool.cut("open", MP3, *long)
    cut.read_blocking(0, 1, PATIENCE_S)
    workers = pool.worker_pids
    pool.close()
    assert not any(is_alive(worker) for worker in workers)
    assert list((tmp_path / "spool").glob("pool-*")) == []
    with pytest.raises(EncodeError, match="closed"):
        cut.wait_blocking(PATIENCE_S)
    with pytest.raises(EncodeError, match="not running"):
        pool.cut("late", MP3, *long)


def test_a_stopped_worker_does_not_outlive_the_close(tmp_path: Path) -> None:
    pool = EncoderPool(workers=1, spool=tmp_path / "spool")
    pool.start()
    worker = worker_of(pool)
    os.kill(worker, signal.SIGSTOP)
    pool.close()
    assert not is_alive(worker)


OWNER = """
import sys, time
from pathlib import Path
from lathe.audio import formats
from lathe.audio.pool import EncoderPool
from lathe.audio.source import Source
pool = EncoderPool(workers=2, spool=Path(sys.argv[1]))
pool.start()
cut = pool.cut("k", formats.parse("mp3:cbr=320"), sys.argv[2], Source(44100, 16, 2, int(sys.argv[3])))
cut.read_blocking(0, 1, 30)
print(*pool.worker_pids, flush=True)
time.sleep(60)
"""


def owner(spool: Path, long: tuple[Path, Source]) -> tuple[subprocess.Popen[str], list[int]]:
    """Start a process that owns a pool at work; return it and its workers."""
    path, source = long
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(spool), str(path), str(source.samples)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    with process.stdout:
        return process, [int(word) for word in process.stdout.readline().split()]


def test_a_killed_owner_leaves_no_encoder_and_the_next_pool_sweeps_up(
    tmp_path: Path, long: tuple[Path, Source], short: tuple[Path, Source]
) -> None:
    spool = tmp_path / "spool"
    process, workers = owner(spool, long)
    assert len(workers) == 2
    process.kill()
    process.wait(PATIENCE_S)
    eventually(lambda: not any(is_alive(worker) for worker in workers))
    assert len(list(spool.glob("pool-*"))) == 1
    with EncoderPool(workers=1, spool=spool) as pool:
        assert [left.name.split("-")[1] for left in spool.glob("pool-*")] == [str(os.getpid())]
        assert pool.cut("k", MP3, *short).wait_blocking(PATIENCE_S).size_bytes > 0


def test_two_pools_share_a_spool_without_touching_each_other(tmp_path: Path, short: tuple[Path, Source]) -> None:
    spool = tmp_path / "spool"
    with EncoderPool(workers=1, spool=spool) as one:
        first = one.cut("same key", MP3, *short)
        first.wait_blocking(PATIENCE_S)
        with EncoderPool(workers=1, spool=spool) as two:
            second = two.cut("same key", MP3, *short)
            second.wait_blocking(PATIENCE_S)
            assert first.path != second.path
            assert first.path.read_bytes() == second.path.read_bytes()
        assert first.path.exists()


def test_a_folder_without_an_owner_is_a_leftover(tmp_path: Path) -> None:
    left = tmp_path / "pool-1-dead"
    left.mkdir()
    (left / "old.body").write_bytes(b"old")
    spool = Spool(tmp_path)
    assert not left.exists()
    spool.remove()


def test_an_encoder_that_cannot_start_fails_the_cut_and_is_tried_again(
    tmp_path: Path, short: tuple[Path, Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with EncoderPool(workers=1, spool=tmp_path / "spool") as pool:
        with pytest.raises(EncodeError, match="does not start"):
            pool.cut("early", MP3, *short).wait_blocking(PATIENCE_S)
        monkeypatch.undo()
        eventually(lambda: _is_made(pool, short))


def _is_made(pool: EncoderPool, short: tuple[Path, Source]) -> bool:
    try:
        return pool.cut("later", MP3, *short).wait_blocking(PATIENCE_S).size_bytes > 0
    except EncodeError:
        return False


def test_a_pool_wants_a_worker(tmp_path: Path) -> None:
    with pytest.raises(EncodeError, match="one worker at least"):
        EncoderPool(workers=0, spool=tmp_path)
