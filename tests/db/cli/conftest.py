"""Commands run in the tests' own process here; what they put into the environment is taken back."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def base_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """`serve` and `demo` name their own port where nothing else is named; here something is."""
    monkeypatch.setenv("LATHE_BASE_URL", "http://127.0.0.1:8000")
