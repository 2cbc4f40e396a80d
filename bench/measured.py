"""What the benchmarks share: clocks, goals, and the versions of all that took part."""

from __future__ import annotations

import os
import platform
import resource
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from lathe.audio.pool import EncoderPool

LIBRARIES = ("av", "lameenc", "soundfile", "soxr", "numpy")
ASKED = {
    "flac": "--version",
    "lame": "--version",
    "opusenc": "--version",
    "oggenc": "--version",
    "wavpack": "--version",
    "mpg123": "--version",
    "ffmpeg": "-version",
}


@dataclass(frozen=True)
class Goal:
    """One goal: what was measured, the figure (None where it could not be), and the bound it has to keep to."""

    what: str
    figure: float | None
    bound: float
    at_least: bool = True
    unit: str = "×"

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is no figure."""
        if self.figure is None:
            return None
        return self.figure >= self.bound if self.at_least else self.figure <= self.bound


@dataclass(frozen=True)
class Taken:
    """The median and the best wall time of one maker, its median processor time, and the size of the file it made."""

    maker: str
    median_s: float
    best_s: float
    processor_s: float
    size_bytes: int


@dataclass
class Clock:
    """Wall and processor time of runs; `processor` reads the seconds that were used until now."""

    processor: Callable[[], float]
    walls: list[float] = field(default_factory=list)
    processors: list[float] = field(default_factory=list)
    size_bytes: int = 0

    def time(self, make: Callable[[], int]) -> None:
        """Time one run, which returns the size of what it made."""
        used, begun = self.processor(), time.perf_counter()
        self.size_bytes = make()
        self.walls.append(time.perf_counter() - begun)
        self.processors.append(self.processor() - used)

    def taken(self, maker: str) -> Taken:
        """Return the medians."""
        medians = statistics.median(self.walls), min(self.walls), statistics.median(self.processors)
        return Taken(maker, *medians, self.size_bytes)


def used_by(pool: EncoderPool) -> float:
    """Return the processor seconds of this process and the workers (fields 14 and 15 of /proc/PID/stat)."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pool.worker_pids]
    ticks = sum(int(one[11]) + int(one[12]) for one in stats)
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


def used_by_programs() -> float:
    """Return the processor seconds of all programs that were run and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_bytes(pool: EncoderPool) -> int:
    """Return the most memory that any worker has held at once (VmHWM of /proc/PID/status)."""
    texts = [Path(f"/proc/{pid}/status").read_text() for pid in pool.worker_pids]
    return max(int(text.partition("VmHWM:")[2].split()[0]) * 1024 for text in texts)


def versions() -> dict[str, str]:
    """Return the version of everything that is measured; a program that is missing says so."""
    found = {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()}
    for name, option in ASKED.items():
        if not shutil.which(name):
            found[name] = "not installed"
            continue
        said = subprocess.run([name, option], capture_output=True, text=True, check=False)
        found[name] = (said.stdout or said.stderr).strip().splitlines()[0]
    return found


def machine() -> dict[str, str]:
    """Return what runs the benchmark, and how many others wanted to run just now."""
    cpu = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), ":")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return {
        "processor": cpu.partition(":")[2].strip(),
        "cores": str(len(os.sched_getaffinity(0))),
        "load over 1, 5 and 15 minutes": load,
    }
