"""An operator opens a shop from nothing, at the terminal alone: init, import, serve, backup, restore."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests import signals
from tests.db.ingest import music

pytestmark = pytest.mark.engine("sqlite")


class Terminal:
    """Runs `lathe` as a person would, in a data folder of its own."""

    def __init__(self, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LATHE_", "DJANGO_"))}
        self.environ = {**kept, "LATHE_HOME": str(home)}

    def type(self, *arguments: str, code: int = 0) -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "lathe.cli.main", *arguments],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
        """Let people in, and end it as a service manager does."""
        command = [sys.executable, "-m", "lathe.cli.main", "serve", "--port", "0"]
        with subprocess.Popen(command, env=self.environ, stdout=subprocess.PIPE, text=True) as process:
            try:
                found = re.search(r"http://\S+:\d+", process.stdout.readline() if process.stdout else "")
                assert found is not None
                with httpx.Client(base_url=found.group(), timeout=60, trust_env=False) as client:
                    yield process, client
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=40)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "home")


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    """A folder as a label sends it: two good tracks, and one that broke on the way."""
    folder = music.release(tmp_path / "delivery", titles=("Lent et douloureux", "Lent et triste"))
    broken = music.track(folder / "03.flac", title="Lent et grave", tracknumber="3", **music.SATIE)
    broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 3])
    music.mandated(folder)
    return folder


def test_from_an_empty_folder_to_a_shop_that_sells(terminal: Terminal, delivery: Path, tmp_path: Path) -> None:
    terminal.type(
        "init", "--name", "Corner Records", "--email", "clara@example.org", "--country", "DE", "--currency", "EUR"
    )
    terms = ("--label", "Arcueil Éditions", "--grant", str(delivery / "mandate.txt"), "--price", "0.99EUR")
    report = json.loads(terminal.type("import", str(delivery), *terms, "--json", code=1))
    assert report["counts"] == {"accepted": 2, "truncated": 1}
    assert report["releases"][0]["is_for_sale"]
    with terminal.serving() as (process, client):
        assert client.get("/healthz").status_code == 200
        home = client.get("/")
        assert home.status_code == 200
        assert "Gymnopédies" in home.text
        page = client.get(f"/releases/{report['releases'][0]['slug']}/", follow_redirects=True)
        workers = _encoders_of(process.pid)
    assert page.status_code == 200
    assert "Lent et douloureux" in page.text
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    terminal.type("doctor")
    terminal.type("backup", str(tmp_path / "shop.tar"))
    other = Terminal(tmp_path / "other")
    other.type("restore", str(tmp_path / "shop.tar"))
    assert "All is well" in other.type("doctor")
    again = json.loads(other.type("import", str(delivery), "--json", code=1))
    assert again["counts"] == {"already_there": 2, "truncated": 1}
    assert again["releases"][0]["state"] == "unchanged"


def _encoders_of(pid: int) -> list[int]:
    """The processes that a shop has started (Linux)."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in children for child in file.read_text(encoding="utf-8").split()]


def test_an_upgrade_makes_no_shop_where_there_is_none(terminal: Terminal) -> None:
    terminal.type("upgrade", code=1)
    assert not list(Path(terminal.environ["LATHE_HOME"]).glob("*.sqlite3"))


def test_a_shop_whose_terminal_is_closed_ends_as_if_it_were_told_to(terminal: Terminal) -> None:
    terminal.type("init", "--name", "Corner", "--email", "clara@example.org", "--country", "DE", "--currency", "EUR")
    with signals.heeded(signal.SIGHUP), terminal.serving() as (process, client):
        assert client.get("/").status_code == 200
        workers = _encoders_of(process.pid)
        process.send_signal(signal.SIGHUP)
        assert process.wait(40) == 143
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
