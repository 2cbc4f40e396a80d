"""What the shop of a campaign stands on: a PostgreSQL of its own, an S3 store that can fail, small disks."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.plugins import objects, postgres
from tests.plugins.faulty import Proxy
from tests.plugins.postgres import Cluster
from tests.waiting import eventually

HOME_MB = 96
_KEEPS_ITS_WORD = ("-c", "synchronous_commit=on")
"""What is committed must outlive a killed server; a machine without power is not what is tried here."""


class Database:
    """A PostgreSQL server that is stopped, killed and started again."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._keepers: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        self._keepers.append(self.cluster.launch(*_KEEPS_ITS_WORD))
        postgres.wait_for(self.cluster, self._keepers[-1])

    def strike(self, how: signal.Signals) -> None:
        """SIGINT breaks every connection off; SIGQUIT is as a crash. Returns when no server is left."""
        pid = int((self.cluster.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, how)
        eventually(lambda: not _is_alive(pid))

    def end(self) -> None:
        """The newest keeper ends the server; those of earlier ones have nothing left to end."""
        for keeper in reversed(self._keepers):
            postgres.stop(keeper)


def _is_alive(pid: int) -> bool:
    """Whether a process runs; one that its keeper has not collected yet does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@dataclass
class Ground:
    """What can be struck below the shop. `tag` is on all processes of the campaign; `disks_are_small` where a disk can
    be filled."""

    tag: str
    folder: Path
    database: Database
    store: Proxy
    disks_are_small: bool

    @property
    def homes(self) -> list[Path]:
        """The data folders of the two nodes."""
        return [self.folder / "one", self.folder / "two"]


@contextmanager
def prepared(tag: str, folder: Path, programs: Path) -> Iterator[Ground]:
    """Start the database and the store, and make the folders."""
    database = Database(postgres.create(programs))
    with objects.moto() as store, small_disks([folder / "one", folder / "two"]) as are_small:
        try:
            database.start()
            yield Ground(tag, folder, database, store, are_small)
        finally:
            database.end()


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Put a data folder on a file system of HOME_MB; False where this user may not mount one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={HOME_MB}m", "tmpfs", str(folder)]
    is_small = subprocess.run(command, check=False, capture_output=True).returncode == 0
    try:
        yield is_small
    finally:
        if is_small:
            subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def small_disks(folders: list[Path]) -> Iterator[bool]:
    """The same for several; True where all of them are small."""
    with ExitStack() as stack:
        made = [stack.enter_context(small_disk(folder)) for folder in folders]
        yield all(made)
