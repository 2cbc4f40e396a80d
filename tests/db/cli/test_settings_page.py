"""The page of settings says what the table of settings says."""

from __future__ import annotations

from pathlib import Path

from lathe.config.environment import SETTINGS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "settings.md"


def test_the_page_has_every_setting_as_it_is() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `LATHE_")]
    assert rows == [
        f"| `{one.variable}` | {f'`{one.default}`' if one.default else '(empty)'} | {one.sentence} |"
        for one in SETTINGS
    ]
