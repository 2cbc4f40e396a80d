"""The cache of bodies keeps its limit, keeps what is read, and is swept of what nobody names."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.delivery import cache, cutting, holds, leases, rules, tasks
from lathe.delivery.keeper import Keeper
from lathe.delivery.models import CutLease, Rendition
from lathe.objects import stores
from tests.db.delivery import bodies
from tests.db.delivery.bodies import SIZE
from tests.waiting import eventually

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture(autouse=True)
def limit(settings: LazySettings) -> None:
    settings.LATHE_RENDITIONS_MAX_BYTES = 3 * SIZE


def names() -> set[str]:
    return {name for name in ("a", "b", "c", "d", "e") if bodies.key_of(name) in bodies.objects()}


def test_the_least_recently_used_go_first_and_no_more_than_need_to() -> None:
    for age, name in enumerate("edcba"):
        bodies.stored(name, used_s_ago=100 - age)
    assert cache.make_room() == 2
    assert names() == {"c", "b", "a"}
    assert Rendition.objects.filter(is_stored=True).count() == 3
    assert cache.make_room() == 0


def test_room_is_made_before_a_body_is_put() -> None:
    for age, name in enumerate("abc"):
        bodies.stored(name, used_s_ago=100 - age)
    assert cache.make_room(SIZE + 1) == 2
    assert names() == {"c"}


def test_what_is_held_stays_however_full_the_cache_is() -> None:
    for age, name in enumerate("abcd"):
        bodies.stored(name, used_s_ago=100 - age, held_s=60)
    bodies.stored("e")
    assert cache.make_room() == 1
    assert names() == {"a", "b", "c", "d"}


def test_a_hold_ends_by_itself_when_its_reader_was_killed() -> None:
    key = bodies.stored("a")
    assert cutting.find(key) is not None
    assert not cache.evict(key)
    with clock.use(FixedClock(clock.now() + holds.LENGTH + timedelta(seconds=1))):
        assert cache.evict(key)


def test_a_reading_keeps_the_hold_until_it_ends_or_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "RENEW_EVERY_S", 0.0)
    monkeypatch.setattr(holds, "LENGTH", timedelta(seconds=2))
    keeper, key = Keeper(), bodies.stored("a", held_s=1)
    reading = keeper.read(key)
    first = Rendition.objects.get(key=key).held_until
    eventually(lambda: Rendition.objects.get(key=key).held_until > first + timedelta(seconds=2))
    assert not cache.evict(key)
    forgotten = keeper.read(key)
    reading.end()
    reading.end()
    assert not cache.evict(key)
    del forgotten
    eventually(lambda: cache.evict(key))


def test_an_address_that_was_given_out_keeps_its_body_as_long() -> None:
    key = bodies.stored("a")
    until = clock.now() + timedelta(hours=1)
    assert holds.keep_until(key, until)
    with clock.use(FixedClock(until - timedelta(seconds=1))):
        assert not cache.evict(key)
    with clock.use(FixedClock(until + timedelta(seconds=1))):
        assert cache.evict(key)
        assert not holds.keep_until(key, until + timedelta(hours=1))


def test_many_openings_write_the_row_once_a_minute() -> None:
    key = bodies.stored("a")
    cutting.find(key)
    first = Rendition.objects.get(key=key)
    cutting.find(key)
    assert Rendition.objects.get(key=key).held_until == first.held_until


def test_what_is_evicted_is_not_found_and_its_row_stays() -> None:
    key = bodies.stored("a")
    sha256 = Rendition.objects.get(key=key).sha256
    assert cache.evict(key)
    assert cutting.find(key) is None
    assert Rendition.objects.get(key=key).sha256 == sha256
    assert not CutLease.objects.exists()


def test_what_is_being_stored_is_not_removed() -> None:
    key = bodies.stored("a")
    assert leases.take_to_publish(key)
    assert not cache.evict(key)
    leases.drop(key)
    assert cache.evict(key)


@pytest.mark.parametrize("damage", ["gone", "cut short"])
def test_a_body_that_is_not_as_its_row_says_is_not_found_and_can_be_stored_again(damage: str) -> None:
    key, store = bodies.stored("a"), stores.renditions()
    store.delete(rules.object_key(key))
    if damage == "cut short":
        store.put_new(rules.object_key(key), b"a")
    assert cutting.find(key) is None
    assert not Rendition.objects.get(key=key).is_stored
    assert store.put_new(rules.object_key(key), b"a" * SIZE)


class TestOrphans:
    """Objects whose process was killed before it wrote the row."""

    @pytest.fixture
    def orphan(self) -> str:
        key = bodies.key_of("orphan")
        stores.renditions().put_new(rules.object_key(key), b"x")
        return key

    def later(self) -> FixedClock:
        return FixedClock(clock.now() + cache.ORPHANED_AFTER + timedelta(minutes=1))

    def test_they_go_a_day_later_and_what_has_a_row_stays(self, orphan: str) -> None:
        kept, evicted = bodies.stored("a"), bodies.stored("b")
        Rendition.objects.filter(key=evicted).update(is_stored=False)
        assert cache.sweep() == 0
        with clock.use(self.later()):
            assert cache.sweep() == 2
        assert bodies.objects() == {kept}

    def test_one_that_gets_its_row_just_now_stays(self, orphan: str) -> None:
        with clock.use(self.later()):
            assert leases.take_to_publish(orphan)
            assert cache.sweep() == 0
        assert bodies.objects() == {orphan}

    def test_files_that_a_put_left_half_go_too(self) -> None:
        (Path(stores.renditions().place) / ".aside-1").write_bytes(b"half")
        with clock.use(self.later()):
            assert cache.sweep() == 1

    def test_one_job_keeps_the_limit_and_another_removes_what_is_left_over(self, orphan: str) -> None:
        for name in "abcd":
            bodies.stored(name)
        before = bodies.objects()
        tasks.keep_cache("")
        assert len(before - bodies.objects()) == 1
        with clock.use(self.later()):
            CutLease.objects.create(key="old", holder="x", priority=0, until=clock.now() - timedelta(days=1))
            tasks.remove_left_over("")
        assert orphan not in bodies.objects()
        assert not CutLease.objects.exists()
