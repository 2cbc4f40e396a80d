"""Operators at their door; pages need a folder for static files, which WhiteNoise misses aloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.db.backoffice.door import Door


@pytest.fixture(autouse=True)
def _static_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def door(own_database: object) -> Door:
    """The backoffice as the first operator sees it, in a database of the test's own."""
    return Door.of("operator@example.com")
