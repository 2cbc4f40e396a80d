"""Pages of the demo processor need a folder for static files, which WhiteNoise misses aloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def _static_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
