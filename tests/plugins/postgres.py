"""A PostgreSQL server for the tests: the one that is named, or one that is started here and ends with the run."""

from __future__ import annotations

import atexit
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

GIVEN = "LATHE_TEST_POSTGRES_URL"
_START_LIMIT_S = 60
_MEMORY = "/dev/shm"  # noqa: S108 - mkdtemp makes the folder in it
_ROOM_BYTES = 2_000_000_000
_KEEPER = '"$@" & server=$!; read -r nothing; kill -INT $server; wait $server; rm -rf "$PWD"'
"""Runs the server until its own standard input closes, which the kernel sees to however the tests end; then tidies."""


class PostgresError(Exception):
    """Installed server programs that do not give a server; the text carries what they said."""


def url() -> str | None:
    """The address of a server whose user may create databases, or None where there is none and none can be started.

    `LATHE_TEST_POSTGRES_URL` comes first. A server started here is written there too, so that xdist's workers, which
    inherit the environment, share it; each has its own database in it. Raises PostgresError.
    """
    if not os.environ.get(GIVEN):
        programs = server_programs()
        if programs is None:
            return None
        os.environ[GIVEN] = _start(programs)
    return os.environ[GIVEN]


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The address of a PostgreSQL server, whatever engine the run itself is on; skips where there is none."""
    address = url()
    if address is None:
        pytest.skip("needs the program postgres")
    return address


def server_programs() -> Path | None:
    """The folder with initdb and postgres: from PATH, else the newest under /usr/lib/postgresql."""
    found = shutil.which("initdb")
    here = [Path(found).resolve().parent] if found else []
    packaged = sorted(
        (path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()),
        key=lambda path: int(path.parent.name),
        reverse=True,
    )
    return next((path for path in here + packaged if (path / "initdb").exists() and (path / "postgres").exists()), None)


@dataclass(frozen=True)
class Cluster:
    """The files of a server of our own, and where it listens."""

    programs: Path
    folder: Path
    port: int
    password: str
    user: pwd.struct_passwd | None

    @property
    def address(self) -> str:
        """That of its database `lathe`."""
        return f"postgresql://lathe:{self.password}@127.0.0.1:{self.port}/lathe"

    def launch(self, *options: str) -> subprocess.Popen[bytes]:
        """Run the server, with more options of its own; returns its keeper, with which it ends."""
        server: list[str | Path] = [
            self.programs / "postgres",
            "-D",
            self.folder / "data",
            *_settings(self.port),
            *options,
        ]
        return _run(["sh", "-c", _KEEPER, "keeper", *server], self.folder, self.user)


def create(programs: Path) -> Cluster:
    """Make the files of a server that is not running yet; they go with this process. Raises PostgresError."""
    folder = Path(tempfile.mkdtemp(prefix="lathe-postgres-", dir=_memory()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    password = secrets.token_hex(16)
    secret = folder / "password"
    secret.write_text(password, encoding="utf-8")
    user = _unprivileged_user()
    if user:
        shutil.chown(folder, user.pw_uid, user.pw_gid)
        shutil.chown(secret, user.pw_uid, user.pw_gid)
    options = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--username=lathe", "--no-sync")
    made = _run([programs / "initdb", *options, f"--pwfile={secret}", folder / "data"], folder, user)
    made.communicate()
    if made.returncode != 0:
        raise PostgresError(f"initdb made no database:\n{_log(folder)}")
    return Cluster(programs, folder, _free_port(), password, user)


def _start(programs: Path) -> str:
    cluster = create(programs)
    keeper = cluster.launch()
    atexit.register(stop, keeper)
    wait_for(cluster, keeper)
    return cluster.address


def _memory() -> str | None:
    """A folder in memory with room for many small databases, where a copy takes a twentieth of the time; else None."""
    roomy = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES
    return _MEMORY if roomy else None


def _settings(port: int) -> list[str]:
    """Options of a server that nobody else reaches and that need not survive a power cut."""
    pairs = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
    }
    return [word for name, value in pairs.items() for word in ("-c", f"{name}={value}")]


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Who runs the server where the tests run as root, which PostgreSQL refuses to be; None for anybody else."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _run(command: list[str | Path], folder: Path, user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    """Start a program as `user` in `folder`, its words going to the log there, in a session of its own."""
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )


def wait_for(cluster: Cluster, keeper: subprocess.Popen[bytes]) -> None:
    """Return once the server has the database `lathe`. Raises PostgresError when it ends or takes too long."""
    maintenance = cluster.address.rpartition("/")[0] + "/postgres"
    limit = time.monotonic() + _START_LIMIT_S
    while keeper.poll() is None and time.monotonic() < limit:
        try:
            with psycopg.connect(maintenance, autocommit=True, connect_timeout=2) as connection:
                connection.execute("CREATE DATABASE lathe")
                return
        except psycopg.errors.DuplicateDatabase:
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise PostgresError(f"PostgreSQL did not start:\n{_log(cluster.folder)}")


def stop(keeper: subprocess.Popen[bytes]) -> None:
    """End the server of a keeper; its files go."""
    if keeper.stdin:
        keeper.stdin.close()
    keeper.wait(timeout=_START_LIMIT_S)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _log(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
