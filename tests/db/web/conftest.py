"""A small shop seen through Django's test client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import translation

from tests import shops
from tests.shops import Shop


@pytest.fixture(autouse=True)
def static_files(settings: LazySettings, tmp_path: Path) -> None:
    """WhiteNoise looks for a folder of collected files; the application makes it when it starts."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def shop(db: None) -> Shop:
    """Terms of one label, one release of three tracks; nothing of it lies in a store."""
    return shops.opened()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request leaves its language to the thread; here it ends with its test."""
    yield
    translation.deactivate()
