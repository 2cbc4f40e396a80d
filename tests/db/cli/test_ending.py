"""A command that is told to end does, even where the first word is lost, and clears away in peace."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.engine("sqlite")

LOST = """
try:
    signal.raise_signal(signal.SIGTERM)
except SystemExit:
    pass
time.sleep(30)
"""
CLEARS_SLOWLY = """
def at_work():
    try:
        yield
    finally:
        time.sleep(1)
        print("cleared")
work = at_work()
next(work)
try:
    signal.raise_signal(signal.SIGTERM)
finally:
    time.sleep(1)
    work.close()
"""


def told(what: str) -> subprocess.CompletedProcess[str]:
    """Run something as a command that is told to end while it is at it."""
    body = "\n".join(f"    {line}" for line in what.splitlines())
    program = f"import signal, time\nfrom lathe.cli import main\ndef at_it(_):\n{body}\nmain.run = at_it\nmain.main()"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)


def test_who_lost_the_word_is_told_again() -> None:
    done = told(LOST)
    assert (done.returncode, done.stderr) == (143, "")


def test_nothing_cuts_short_what_clears_away() -> None:
    done = told(CLEARS_SLOWLY)
    assert (done.returncode, done.stdout, done.stderr) == (143, "cleared\n", "")
