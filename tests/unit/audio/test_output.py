"""What a worker writes, and when those who bind it and the pool hear of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lathe.audio import output
from lathe.audio.output import REPORT_EVERY_BYTES, Output

PIECE = b"0123456789"


@pytest.fixture
def laid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was given to be laid; the clock stands still, so that nothing is due by time."""
    monkeypatch.setattr(output.time, "monotonic", lambda: 100.0)
    return []


def first_part(folder: Path, laid: list[dict[str, Any]]) -> Output:
    path = folder / "part"
    path.touch()
    return Output({"do": "part", "job": 1, "part": 0, "file": str(path)}, lambda _: None, laid.append)


def test_all_that_is_written_is_laid_until_the_body_has_begun(tmp_path: Path, laid: list[dict[str, Any]]) -> None:
    part = first_part(tmp_path, laid)
    for _ in range(3):
        part.put(PIECE)
        part.flush()
    assert [message["bytes"] for message in laid] == [10, 20, 30]
    laid[-1]["note"](4096)
    part.put(PIECE)
    part.flush()
    assert len(laid) == 3
    part.put(bytes(REPORT_EVERY_BYTES))
    part.flush()
    assert laid[-1]["bytes"] == 40 + REPORT_EVERY_BYTES
    part.close()


def test_bytes_of_a_body_that_fills_no_page_yet_are_no_first_bytes(tmp_path: Path, laid: list[dict[str, Any]]) -> None:
    part = first_part(tmp_path, laid)
    part.put(PIECE)
    assert part.stage == 1
    laid[-1]["note"](0)
    assert part.stage == 1
    laid[-1]["note"](1)
    assert part.stage == 2
    part.close()
