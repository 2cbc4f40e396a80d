"""Throw coverage-guided bytes at one target for a bounded time: `python -m tests.fuzzing.run TARGET SECONDS`.

atheris watches which lines of the readers run and bends the seeds to reach others. A crash ends the run, and the bytes
that did it stay in the folder that is printed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp

import atheris

LONGEST_INPUT = 65_536
SLOWEST_S = 20
MOST_MIB = 1024

with atheris.instrument_imports(include=["lathe.audio", "lathe.ingest"]):
    from tests.fuzzing import seeds, targets


def main() -> None:
    """Run until the seconds are over (exit code 0) or something gives way."""
    name, seconds = sys.argv[1], int(sys.argv[2])
    folder = Path(mkdtemp(prefix=f"lathe-fuzz-{name}-"))
    corpus = folder / "seeds"
    corpus.mkdir()
    for number, data in enumerate(seeds.all_of_them()):
        (corpus / str(number)).write_bytes(data)
    sys.stderr.write(f"{name}: {seconds} s, in {folder}\n")
    limits = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST_INPUT}",
        f"-timeout={SLOWEST_S}",
        f"-rss_limit_mb={MOST_MIB}",
        f"-artifact_prefix={folder}/",
    ]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], targets.TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
