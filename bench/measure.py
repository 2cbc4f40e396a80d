"""What the measurement at import costs beside what it cannot do without: decoding the master, and its SHA-256.

Both run here, one after the other, on one core, and the processor seconds of the quickest of the runs count: other work
on the machine can only add to them. The survey is all of it: SHA-256, MD5 of the samples, loudness, true peak, peaks,
spectrogram and verdict.

    .venv/bin/python bench/measure.py
    .venv/bin/python bench/measure.py --master FILE --runs 9 --json
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse  # noqa: E402 - the libraries below ask for the number of threads while they are loaded
import hashlib  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import asdict, dataclass  # noqa: E402
from pathlib import Path  # noqa: E402

from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from lathe.audio import decode, survey  # noqa: E402
from lathe.audio.source import Source  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
MASTERS = sorted((ROOT / "demo" / "masters").glob("*/*.flac"))
GOAL = 4.0


@dataclass(frozen=True)
class Row:
    """One master: processor seconds of decode and SHA-256, of the survey, and their ratio."""

    master: str
    duration_s: float
    rate_hz: int
    bits: int
    decode_sha256_s: float
    survey_s: float

    @property
    def ratio(self) -> float:
        """How many times the survey costs what decode and SHA-256 cost."""
        return self.survey_s / self.decode_sha256_s


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    rows = [row(path, asked.runs) for path in asked.master or MASTERS]
    if asked.json:
        json.dump([asdict(one) | {"ratio": round(one.ratio, 2)} for one in rows], sys.stdout, indent=2)
        print()
    else:
        _print(rows, asked.runs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measurement at import beside decode and SHA-256.")
    parser.add_argument("--master", type=Path, action="append", help="a FLAC file; default: the demo masters")
    parser.add_argument("--runs", type=int, default=5, help="runs of each, the quickest counts; default 5")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def row(path: Path, runs: int) -> Row:
    """Measure one master."""
    source: Source = decode.probe(path).source
    least, whole = [], []
    for _ in range(runs):
        least.append(_cpu_s(lambda: _least(path)))
        whole.append(_cpu_s(lambda: _whole(path)))
    return Row(path.name, round(source.duration_s, 1), source.sample_rate_hz, source.bits, min(least), min(whole))


def _cpu_s(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _least(path: Path) -> None:
    _sha256(path)
    for _ in decode.pcm_blocks(path):
        pass


def _whole(path: Path) -> None:
    _sha256(path)
    survey.survey(path).spectrogram.png()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _print(rows: list[Row], runs: int) -> None:
    table = Table(title=f"Processor seconds, the quickest of {runs}; the goal is a ratio of {GOAL:g} at most")
    for heading in ("master", "length, s", "kHz", "bits", "decode + SHA-256", "measurement", "ratio"):
        table.add_column(heading, justify="left" if heading == "master" else "right")
    for one in rows:
        figures = (f"{one.decode_sha256_s:.3f}", f"{one.survey_s:.3f}", f"{one.ratio:.2f}")
        table.add_row(one.master, f"{one.duration_s:.0f}", f"{one.rate_hz / 1000:g}", str(one.bits), *figures)
    Console().print(table)


if __name__ == "__main__":
    main()
