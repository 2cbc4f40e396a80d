"""`lathe doctor` tries the stores: whether they take, give back, and keep to what they state. It compares clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.cli.doctor import books
from lathe.cli.doctor import stores as doctor
from lathe.objects import stores
from lathe.objects.addresses import Address
from tests.plugins import objects


def states() -> dict[str, str]:
    return {one.what: one.state for one in doctor.check()}


def use(settings: LazySettings, address: Address) -> None:
    settings.LATHE_MASTERS_URL = settings.LATHE_RENDITIONS_URL = objects.url_of(address)


def test_folders_are_well_and_nothing_is_left_in_them(settings: LazySettings, tmp_path: Path) -> None:
    settings.LATHE_HOME = tmp_path
    assert states() == {"store masters": "ok", "store renditions": "ok"}
    assert not list(stores.renditions().entries())


def test_s3_that_knows_conditions_is_well(settings: LazySettings, moto_url: str) -> None:
    use(settings, objects.bucket(moto_url))
    assert states() == {"store masters": "ok", "store renditions": "ok"}
    assert not list(stores.masters().entries())


def test_s3_that_ignores_conditions_is_found_out_unless_it_is_stated(settings: LazySettings, rclone_url: str) -> None:
    address = objects.bucket(rclone_url, is_conditional=False)
    use(settings, replace(address, is_conditional=True))
    [masters, _] = doctor.check()
    assert masters.state == "wrong"
    assert "conditional=0" in masters.todo
    use(settings, address)
    assert states() == {"store masters": "note", "store renditions": "note"}


@pytest.mark.parametrize("change", [{"bucket": "no-such-bucket"}, {"endpoint": "http://127.0.0.1:9"}])
def test_a_store_that_cannot_be_reached_is_named(settings: LazySettings, moto_url: str, change: dict[str, str]) -> None:
    settings.LATHE_S3 = {**settings.LATHE_S3, "timeout_s": "2"}
    address = objects.bucket(moto_url)
    use(settings, replace(address, **change))
    for finding in doctor.check():
        assert finding.state == "wrong"
        assert "s3://" in finding.sentence
        assert address.secret not in finding.sentence


@pytest.mark.django_db
def test_clocks_that_are_apart_are_told_where_several_nodes_may_be() -> None:
    assert books.clocks().state == "ok"
    with clock.use(FixedClock(clock.now() + timedelta(minutes=1))):
        found = books.clocks()
    assert found.state == ("wrong" if connection.vendor == "postgresql" else "ok")
    assert ("60 s apart" in found.sentence) == (connection.vendor == "postgresql")
