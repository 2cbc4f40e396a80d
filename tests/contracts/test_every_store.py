"""What every kind of store keeps to. It runs over the table, so that a newcomer is tested on arrival."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import httpx
import pytest

from lathe.objects.addresses import Address
from lathe.objects.base import Store
from lathe.objects.errors import ObjectMissing, StoreUnavailable
from lathe.objects.kinds import KINDS
from lathe.objects.s3 import parts
from tests.plugins import objects

Opener = Callable[[], Address]


@pytest.fixture
def file(tmp_path: Path) -> Address:
    return Address("file", folder=tmp_path / "store")


@pytest.fixture
def s3(moto_url: str) -> Address:
    return objects.bucket(moto_url)


@pytest.fixture
def s3_without_conditions(rclone_url: str) -> Address:
    return objects.bucket(rclone_url, is_conditional=False)


PLACES = {"file": "file", "s3": "s3", "s3 without conditions": "s3_without_conditions"}
"""Where each kind is tried; a kind may be tried in several places."""


@pytest.fixture(params=sorted(PLACES))
def address(request: pytest.FixtureRequest) -> Address:
    found: Address = request.getfixturevalue(PLACES[request.param])
    return found


@pytest.fixture
def store(address: Address) -> Store:
    return KINDS[address.kind](address)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file that goes in several parts."""
    path = tmp_path / "large"
    path.write_bytes(bytes(range(256)) * (parts.PART_BYTES * 5 // 256) + b"the end")
    return path


def listed(store: Store) -> dict[str, int]:
    return {entry.key: entry.size_bytes for entry in store.entries()}


def whole(store: Store, key: str) -> bytes:
    return store.read_range(key, 0, store.size(key) or 0)


def test_every_kind_is_tried_somewhere() -> None:
    assert {place.split()[0] for place in PLACES} == set(KINDS)


def test_what_is_put_is_read_back(store: Store) -> None:
    assert store.put_new("ab/one.flac", b"0123456789")
    assert store.size("ab/one.flac") == 10
    assert store.read("ab/one.flac") == b"0123456789"
    assert store.read_range("ab/one.flac", 2, 5) == b"234"
    assert listed(store) == {"ab/one.flac": 10}


def test_an_object_is_never_written_over(store: Store, large: Path) -> None:
    assert store.put_new("a/key", b"first")
    assert not store.put_new("a/key", b"second")
    assert not store.put_new("a/key", large)
    assert store.read("a/key") == b"first"


def _growth_bytes(address: Address, file: Path) -> int:
    """Store a file; how much more memory this process then took at its height. For a process of its own."""
    store = KINDS[address.kind](address)
    store.put_new("small", b"warm")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert store.put_new("large", file)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


def test_a_large_file_goes_whole_and_in_pieces(store: Store, address: Address, large: Path) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        growth = process.submit(_growth_bytes, address, large).result()
    assert growth < 4 * parts.PART_BYTES < large.stat().st_size
    store.delete("small")
    assert hashlib.sha256(whole(store, "large")).digest() == hashlib.sha256(large.read_bytes()).digest()
    assert listed(store) == {"large": large.stat().st_size}


def test_the_store_is_below_its_place(address: Address) -> None:
    one, other = (KINDS[address.kind](address.below(name)) for name in ("one", "other"))
    one.put_new("key", b"x")
    assert other.size("key") is None
    assert listed(KINDS[address.kind](address)) == {"one/key": 1}


def tried(store: Store, source: Path) -> bool:
    """Whether this attempt stored it. A peer without conditions may fail at two uploads of one key that end at once."""
    try:
        return store.put_new("same/key", source)
    except StoreUnavailable:
        if store.creates_atomically:
            raise
        return False


@pytest.mark.parametrize("size", ["small", "large"])
def test_of_many_at_once_one_stores_it_where_the_store_says_so(
    store: Store, tmp_path: Path, large: Path, size: str
) -> None:
    small = tmp_path / "small"
    small.write_bytes(b"the same bytes")
    source = small if size == "small" else large
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda _: tried(store, source), range(4)))
    assert any(outcomes)
    if store.creates_atomically:
        assert outcomes.count(True) == 1
    assert whole(store, "same/key") == source.read_bytes()


def test_what_is_not_there_is_missing(store: Store, address: Address) -> None:
    assert store.size("no/such") is None
    for read in (lambda: store.read("no/such"), lambda: store.read_range("no/such", 0, 1)):
        with pytest.raises(ObjectMissing, match="no/such"):
            read()
    store.delete("no/such")
    if address.kind == "file":
        with pytest.raises(ObjectMissing):
            store.local_path("no/such")


def test_what_is_deleted_is_gone_and_can_come_back(store: Store) -> None:
    store.put_new("key", b"x")
    store.delete("key")
    assert store.size("key") is None
    assert store.put_new("key", b"x")


@pytest.mark.parametrize(("start", "stop"), [(5, 11), (10, 12), (0, 99)])
def test_a_range_past_the_end_is_refused_and_not_cut_short(store: Store, start: int, stop: int) -> None:
    store.put_new("ten", b"0123456789")
    with pytest.raises(StoreUnavailable, match="ten"):
        store.read_range("ten", start, stop)


@pytest.mark.parametrize("key", ["", "../up", "a/../b", "/root", ".hidden", "A", "a//b", "a b", "a\n", "x" * 192])
def test_what_is_no_key_is_refused(store: Store, key: str) -> None:
    for call in (store.size, store.read, store.delete, lambda bad: store.put_new(bad, b"x"), store.local_path):
        with pytest.raises(ObjectMissing, match="not the key"):
            call(key)
    assert listed(store) == {}


def test_it_says_where_it_is_and_never_its_secret(store: Store, address: Address) -> None:
    assert store.place == (str(address.folder) if address.kind == "file" else f"s3://{address.bucket}/shop")
    with pytest.raises(ObjectMissing) as caught:
        store.read("none")
    assert not address.secret or address.secret not in str(caught.value)


def test_it_says_whether_it_can_be_reached(store: Store, address: Address, tmp_path: Path) -> None:
    store.reach()
    if address.kind == "file":
        address.folder.rmdir()
    else:
        store = KINDS[address.kind](replace(address, bucket="no-such-bucket"))
    with pytest.raises(StoreUnavailable):
        store.reach()


class TestLocalPath:
    """A file for nginx and for the encoder, where the store is on this node."""

    def test_it_is_the_object(self, store: Store, address: Address) -> None:
        store.put_new("key", b"content")
        path = store.local_path("key")
        assert store.is_local == (path is not None)
        assert (path.read_bytes() if path else None) == (b"content" if address.kind == "file" else None)


class TestPresigned:
    """An address for anybody, for a while."""

    def test_it_gives_the_object_under_a_name(self, store: Store, address: Address) -> None:
        store.put_new("ab/key.flac", b"0123456789")
        url = store.presigned_url("ab/key.flac", 60, "Prélude “no. 7”.flac")
        assert (url is None) == (address.kind == "file")
        if url:
            assert address.secret not in url
            answer = httpx.get(url, trust_env=False)
            assert (answer.status_code, answer.content) == (200, b"0123456789")
            part = httpx.get(url, headers={"Range": "bytes=2-4"}, trust_env=False)
            assert (part.status_code, part.content) == (206, b"234")

    def test_its_time_is_bounded(self, s3: Address) -> None:
        store = KINDS["s3"](s3)
        for expires_s in (0, 604_801):
            with pytest.raises(Exception, match="one second to seven days"):
                store.presigned_url("key", expires_s)


class TestWhatBreaksOff:
    """A put that does not come to its end is never seen, and what is left of it goes."""

    def test_nothing_is_seen_of_it(self, store: Store, large: Path) -> None:
        large.unlink()
        with pytest.raises((StoreUnavailable, ObjectMissing, FileNotFoundError)):
            store.put_new("key", large)
        assert store.size("key") is None
        assert listed(store) == {}

    def test_a_killed_put_leaves_an_aside_that_is_tidied_a_day_later(self, file: Address) -> None:
        store = KINDS["file"](file)
        (file.folder / ".aside-0").write_bytes(b"half")
        now = datetime.now(UTC)
        assert listed(store) == {}
        assert store.tidy(now - timedelta(days=1)) == 0
        assert store.tidy(now + timedelta(days=1)) == 1
        assert not list(file.folder.iterdir())

    def test_a_killed_upload_leaves_parts_that_are_tidied_a_day_later(self, s3: Address) -> None:
        from lathe.objects.s3.client import Client, text_of

        store, client = KINDS["s3"](s3), Client(s3)
        client.send("POST", "shop/key", {"uploads": ""})
        assert store.size("key") is None
        # This server says of every upload that it began in 2010.
        assert store.tidy(datetime(2010, 1, 1, tzinfo=UTC)) == 0
        assert store.tidy(datetime.now(UTC)) == 1
        assert text_of(client.send("GET", "", {"uploads": ""}), "UploadId") == []
