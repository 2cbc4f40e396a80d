"""Shops that buyers of these journeys download from, and what they download with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from lathe.audio import decode
from tests import serving, shops
from tests.contracts.audio import masters
from tests.plugins.databases import OwnDatabase
from tests.serving import DEMO

GIGUE = DEMO / "bach-cello-suite-1" / "02-gigue.flac"
HIRES = DEMO / "chopin-preludes-op-28" / "02-prelude-no-7.flac"
PATIENCE_S = 120.0


@pytest.fixture
def shop(own_database: OwnDatabase, tmp_path: Path) -> shops.Shop:
    return serving.stocked(serving.tagged(tmp_path / "delivery" / "preludes", [GIGUE, HIRES]))


@pytest.fixture(scope="module")
def long_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six minutes: the gigue seven times."""
    gigue = np.concatenate(list(decode.pcm_blocks(GIGUE)))
    return masters.write(tmp_path_factory.mktemp("long") / "long.flac", np.tile(gigue, (7, 1)), 44_100, 16)


@pytest.fixture
def hour_shop(own_database: OwnDatabase, tmp_path: Path) -> shops.Shop:
    loop = masters.pcm(masters.Master("loop", samples=4096 * 646, sound="square"))
    return serving.stocked_with(masters.write(tmp_path / "hour.flac", loop, 44_100, 16, times=60))


@pytest.fixture
def long_shop(own_database: OwnDatabase, long_master: Path) -> shops.Shop:
    return serving.stocked_with(long_master)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=PATIENCE_S, trust_env=False) as made:
        yield made


def spooled(database: OwnDatabase) -> list[Path]:
    """The files of a shop's cuts that hold something."""
    return [path for path in (database.home / "spool").rglob("*") if path.is_file() and path.stat().st_size]
