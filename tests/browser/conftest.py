"""A shop of two real releases that serves, and a browser that looks at it and remembers everything that went wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests import serving
from tests.plugins import programs

PATIENCE_MS = 60_000
"""How long to wait for what has to come: on a busy machine a page takes its time."""
expect.set_options(timeout=PATIENCE_MS)
MASTERS = serving.DEMO
FOLDERS = ("satie-gymnopedies", "chopin-preludes-op-28")
INIT = (
    *("init", "--name", "Arcueil", "--email", "op@example.com", "--password", "a-long-password-1"),
    *("--country", "DE", "--currency", "EUR", "--language", "en", "--theme", "arcueil", "--pricing", "track"),
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
WATCH = "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"


@dataclass
class Look:
    """A page in the browser, and all that it complained about."""

    address: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def at(self, path: str) -> Page:
        """Open a page of the shop and wait until it stands."""
        self.page.goto(self.address + path, wait_until="load")
        return self.page


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a shop that serves the demo's Satie and Chopin from a data folder of its own."""
    home = tmp_path_factory.mktemp("browser")
    known = {name: value for name, value in os.environ.items() if not name.startswith("LATHE_")}
    environ = {**known, "LATHE_HOME": str(home), "LATHE_ENCODERS": "1"}
    _lathe(environ, *INIT)
    for folder in FOLDERS:
        _lathe(environ, "import", str(MASTERS / folder))
    with serving.started(environ, home / "serve.log") as running:
        yield running.address


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium from the system, driven from here."""
    path = programs.need("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(path), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def look(shop: str, chromium: Browser) -> Iterator[Look]:
    """A fresh visitor on a wide screen."""
    with looking(shop, chromium) as seen:
        yield seen


@contextmanager
def looking(address: str, chromium: Browser, **settings: Any) -> Iterator[Look]:
    """A fresh visitor; `settings` are those of a browser context."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
    try:
        seen = Look(address, context.new_page())
        seen.page.add_init_script(WATCH)
        seen.page.on("console", lambda message: _note(seen, message))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        yield seen
    finally:
        context.close()


def _note(seen: Look, message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        seen.complaints.append(f"{message.type}: {message.text}")


def _lathe(environ: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "lathe.cli.main", *arguments]
    subprocess.run(command, env=environ, check=True, capture_output=True, timeout=120)
