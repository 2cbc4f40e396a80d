"""Every test here has a data folder of its own, so that no master of another is there already."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from lathe.ingest import covers


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings) -> Path:
    """The same folder that `own_database` takes, for the tests that want a database of their own."""
    settings.LATHE_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Store covers in one small size, for speed; the tests of covers themselves take them all."""
    monkeypatch.setattr(covers, "PAGE_SIZES_PX", (160,))


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    """Where the label put its music."""
    folder = tmp_path / "delivery"
    folder.mkdir()
    return folder
