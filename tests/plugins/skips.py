"""Name every check that was skipped, and what it lacked; on `LATHE_TEST_NO_SKIPS=1` a skip fails the run.

`LATHE_TEST_REPORT` names a file: the skips go there for `scripts/run_tests.py`, which reports on several runs at once.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.plugins import programs, surroundings

_PREFIX = programs.reason([])


@dataclass(frozen=True)
class Skip:
    """One skipped check: its test id, the engine of its run, and the reason in words."""

    test: str
    engine: str
    reason: str

    @property
    def programs(self) -> list[str]:
        """The programs it lacked; empty where it was skipped for another reason."""
        return self.reason.removeprefix(_PREFIX).split(", ") if self.reason.startswith(_PREFIX) else []


def describe(skips: Iterable[Skip]) -> list[str]:
    """Lines for people: the reasons, under each its checks, and what to do; one line where nothing was skipped."""
    by_reason: dict[str, Counter[str]] = {}
    for skip in skips:
        where = f"{skip.test.split('[')[0]} on {skip.engine}"
        by_reason.setdefault(_heading(skip), Counter())[where] += 1
    if not by_reason:
        return ["No check was skipped."]
    lines = [f"Skipped checks: {sum(checks.total() for checks in by_reason.values())}"]
    for heading, checks in sorted(by_reason.items()):
        lines.append(f"  {heading}")
        lines += [
            f"    {where}" + (f" ({count} cases)" if count > 1 else "") for where, count in sorted(checks.items())
        ]
    if any(heading.startswith("program missing") for heading in by_reason):
        lines.append("To install the missing programs on Debian or Ubuntu: make test-tools")
    return lines


def read(path: Path) -> list[Skip]:
    """The skips that a run wrote to `path`."""
    return [Skip(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


def are_refused() -> bool:
    """Whether a skip fails the run, as where everything is installed on purpose."""
    return os.environ.get("LATHE_TEST_NO_SKIPS") == "1"


def _heading(skip: Skip) -> str:
    if not skip.programs:
        return skip.reason
    packages = programs.packages()
    names = ", ".join(f"{name} (package {packages.get(name, name)})" for name in skip.programs)
    return f"program missing: {names}"


class Collector:
    """Gathers the skips of this process; xdist's controller hears those of its workers."""

    def __init__(self) -> None:
        self.skips: list[Skip] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._add(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._add(report)

    def _add(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            words = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.skips.append(Skip(report.nodeid, surroundings.engine(), words.removeprefix("Skipped: ")))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        path = os.environ.get("LATHE_TEST_REPORT")
        if path:
            Path(path).write_text(json.dumps([asdict(skip) for skip in self.skips]), encoding="utf-8")
        elif self.skips and are_refused() and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not os.environ.get("LATHE_TEST_REPORT") and self.skips:
            terminalreporter.section("skipped checks")
            for line in describe(self.skips):
                terminalreporter.line(line)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector(), "lathe-skips")
