"""Local copies are whole and right, bounded, fetched once, and never taken away from who reads them."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lathe.objects import copies
from lathe.objects.addresses import Address
from lathe.objects.base import Store
from lathe.objects.copies import Copies, Wanted
from lathe.objects.errors import ObjectMissing, StoreUnavailable
from lathe.objects.kinds.local import LocalStore

SIZE = 1000
HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "rb")
fcntl.flock(file, fcntl.LOCK_SH)
print("held", flush=True)
sys.stdin.read()
"""


class Counting(LocalStore):
    """A folder that counts its reads, and does something at each."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Address("file", folder=folder))
        self.reads: list[str] = []
        self.before_read: Callable[[], None] = lambda: None

    def read_range(self, key: str, start: int, stop: int) -> bytes:
        self.reads.append(key)
        self.before_read()
        return super().read_range(key, start, stop)


@pytest.fixture
def store(tmp_path: Path) -> Counting:
    return Counting(tmp_path / "store")


@pytest.fixture
def cache(tmp_path: Path) -> Copies:
    return Copies(tmp_path / "copies", 3 * SIZE)


def wanted(store: Store, letter: str) -> Wanted:
    content = letter.encode() * SIZE
    store.put_new(f"{letter}/x.flac", content)
    return Wanted(store, f"{letter}/x.flac", hashlib.sha256(content).hexdigest(), SIZE)


def kept(tmp_path: Path) -> str:
    return "".join(sorted(path.read_text()[0] for path in (tmp_path / "copies").iterdir()))


def test_a_copy_is_fetched_once_and_found_again(store: Counting, cache: Copies) -> None:
    for _ in range(3):
        copy = cache.take(wanted(store, "a"))
        assert copy.path.read_bytes() == b"a" * SIZE
        assert copy.path.suffix == ".flac"
        copy.close()
    assert store.reads == ["a/x.flac"]


def test_a_large_one_comes_in_pieces(store: Counting, cache: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "PIECE_BYTES", 300)
    copy = cache.take(wanted(store, "a"))
    assert copy.path.read_bytes() == b"a" * SIZE
    assert len(store.reads) == 4
    copy.close()


def test_many_at_once_make_one_fetch(store: Counting, cache: Copies) -> None:
    asked = wanted(store, "a")
    go_on = threading.Event()
    store.before_read = lambda: go_on.wait(30) and None
    with ThreadPoolExecutor(8) as threads:
        taken = [threads.submit(cache.take, asked) for _ in range(8)]
        go_on.set()
        paths = {future.result().path for future in taken}
        for future in taken:
            future.result().close()
    assert len(paths) == 1
    assert len(store.reads) == 1


def test_the_least_recently_used_goes_first(store: Counting, cache: Copies, tmp_path: Path) -> None:
    for moment, letter in enumerate("abcad"):
        copy = cache.take(wanted(store, letter))
        os.utime(copy.path, (moment, moment))
        copy.close()
    assert kept(tmp_path) == "acd"


def test_what_is_in_use_stays_and_goes_once_it_is_free(store: Counting, cache: Copies, tmp_path: Path) -> None:
    held = [cache.take(wanted(store, letter)) for letter in "abcd"]
    assert kept(tmp_path) == "abcd"
    assert all(copy.path.exists() for copy in held)
    for copy in held:
        copy.close()
    cache.take(wanted(store, "e")).close()
    assert kept(tmp_path) == "cde"


def test_another_process_holds_too_and_a_killed_one_lets_go(store: Counting, cache: Copies, tmp_path: Path) -> None:
    copy = cache.take(wanted(store, "a"))
    copy.close()
    with subprocess.Popen([sys.executable, "-c", HOLDER, copy.path], stdin=-1, stdout=-1) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        for letter in "bcd":
            cache.take(wanted(store, letter)).close()
        assert "a" in kept(tmp_path)
        other.kill()
        other.wait()
    cache.take(wanted(store, "e")).close()
    assert "a" not in kept(tmp_path)


def test_other_bytes_are_refused_and_not_kept(store: Counting, cache: Copies, tmp_path: Path) -> None:
    asked = wanted(store, "a")
    store.put_new("b/x.flac", b"b" * SIZE)
    swapped = Wanted(store, "b/x.flac", asked.sha256, SIZE)
    with pytest.raises(StoreUnavailable, match="other bytes"):
        cache.take(swapped)
    assert kept(tmp_path) == ""
    cache.take(asked).close()


def test_a_failure_reaches_all_who_wait_and_the_next_tries_again(store: Counting, cache: Copies) -> None:
    missing = Wanted(store, "no/such.flac", "0" * 64, SIZE)
    for _ in range(2):
        with pytest.raises(ObjectMissing):
            cache.take(missing)


def test_what_a_killed_fetch_left_is_written_over(store: Counting, cache: Copies, tmp_path: Path) -> None:
    asked = wanted(store, "a")
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / f"{asked.sha256}.flac.part").write_bytes(b"z" * 2 * SIZE)
    copy = cache.take(asked)
    assert copy.path.read_bytes() == b"a" * SIZE
    assert kept(tmp_path) == "a"
    copy.close()


def test_a_full_disk_is_told_and_leaves_nothing(
    store: Counting, cache: Copies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    asked = wanted(store, "a")
    with monkeypatch.context() as patched, pytest.raises(StoreUnavailable, match="No space left"):
        patched.setattr(os, "pwrite", full)
        cache.take(asked)
    assert kept(tmp_path) == ""
    cache.take(asked).close()
