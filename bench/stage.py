"""The demo shop on the bench: seven masters imported into a folder of its own, owned by one buyer, and served."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lathe.catalogue.models import Track

ROOT = Path(__file__).resolve().parent.parent
BUYER = "bench@example.com"
PATIENCE_S = 300.0


@dataclass(frozen=True)
class Wanted:
    """A file to ask for: where, in which delivery class, how long its head is, and the keys of file and body."""

    path: str
    format: str
    delivery_class: str
    head_bytes: int
    key: str
    body_key: str
    master: Path


@dataclass(frozen=True)
class Served:
    """The shop under way: its process and its port on loopback."""

    pid: int
    port: int


def load(home: Path) -> None:
    """Make the shop in an empty folder: Django for this process, the demo's music, and a buyer who owns all of it."""
    for name in [name for name in os.environ if name.startswith("LATHE_")]:
        del os.environ[name]
    # No job shall cut ahead of what is measured.
    os.environ |= {"LATHE_HOME": str(home), "LATHE_JOBS_IN_WEB": "0", "LATHE_HOSTS": "127.0.0.1,localhost"}
    from lathe.cli import shop

    shop.load()
    with shop.alone():
        shop.migrate()
    from lathe.cli.demo import load, source
    from lathe.ingest.actions import Watch

    load.music(source.find(ROOT / "demo"), Watch())
    _give_all()


def _give_all() -> None:
    from lathe.accounts import actions as accounts
    from lathe.audio.formats import parse
    from lathe.catalogue import queries
    from lathe.sales import gifts
    from lathe.storefronts.models import Storefront

    buyer, storefront = accounts.for_email(email=BUYER), Storefront.objects.get()
    for release in queries.releases():
        gifts.give_music(gifts.Gift(storefront, buyer, release, parse("flac"), "for the bench", f"bench {release.id}"))


def used_s(shop: Served) -> float:
    """The processor seconds that the shop and its encoders have used (fields 14 and 15 of /proc/PID/stat)."""
    children = Path(f"/proc/{shop.pid}/task").glob("*/children")
    pids = [shop.pid, *(int(pid) for file in children for pid in file.read_text().split())]
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(one[11]) + int(one[12]) for one in stats) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(**settings: str) -> Iterator[Served]:
    """Run `lathe serve` in a process of its own; it has its encoders ready when this returns, and ends with it."""
    command = [sys.executable, "-m", "lathe.cli.main", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **settings}) as process:
        try:
            yield Served(process.pid, _port(process))
        finally:
            process.terminate()


def _port(process: subprocess.Popen[str]) -> int:
    for line in process.stdout or ():
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            return int(found.group(1))
    raise RuntimeError("lathe serve did not start.")


def files(text: str) -> list[Wanted]:
    """Every track of the shop in a format, as files to ask for."""
    from lathe.catalogue import queries

    return [wanted(track, text) for release in queries.releases().order_by("id") for track in release.tracks.all()]


def wanted(track: Track, text: str) -> Wanted:
    """One track in a format. The head is that of a file not made yet; in class C it has no length before."""
    from lathe.accounts import queries as accounts
    from lathe.audio import plan
    from lathe.audio.formats import parse
    from lathe.delivery import blueprints, links
    from lathe.delivery.links import FileLink
    from lathe.objects import stores

    made = blueprints.blueprint(track, track.release, parse(text))
    link = FileLink(accounts.by_email(BUYER).uid, track.release.uid, track.uid, text)
    master = stores.masters().local_path(track.master.object_key)
    if master is None:
        raise RuntimeError("The bench keeps its masters in a folder.")
    return Wanted(
        path=f"/d/{links.file_token(link)}/file",
        format=text,
        delivery_class=plan.delivery_class(made.fmt, made.source),
        head_bytes=0 if made.needs_facts else len(made.head(None)),
        key=made.key,
        body_key=made.body_key,
        master=master,
    )


def renditions() -> Path:
    """The folder of cut files."""
    return Path(os.environ["LATHE_HOME"]) / "renditions"


def archive(text: str) -> str:
    """The path of a ZIP of all seven tracks in a format."""
    from lathe.accounts import queries as accounts
    from lathe.delivery import links
    from lathe.delivery.links import FileLink

    return f"/d/{links.file_token(FileLink(accounts.by_email(BUYER).uid, None, None, text))}/all.zip"


@contextmanager
def playing(track: Track, path: Path) -> Iterator[None]:
    """Let a track be cut from another FLAC file meanwhile."""
    from lathe.audio import decode
    from lathe.catalogue.models import Master
    from lathe.objects import stores

    source, content = decode.verify(path), path.read_bytes()
    shape = {"sample_rate_hz": source.sample_rate_hz, "bits": source.bits, "channels": source.channels}
    known = {"size_bytes": len(content), "pcm_md5": source.pcm_md5, "verdict": "lossless_cd", "envelope": bytes(1400)}
    sha256 = hashlib.sha256(content).hexdigest()
    master, _ = Master.objects.get_or_create(sha256=sha256, defaults={"samples": source.samples, **shape, **known})
    stores.masters().put_new(master.object_key, content)
    recording, before = track.recording, track.recording.master
    recording.master = master
    recording.save()
    try:
        yield
    finally:
        recording.master = before
        recording.save()


def forget(body_key: str) -> None:
    """Let a body that was made be one that never was, once the shop has done with it."""
    from lathe.delivery import rules
    from lathe.delivery.models import CutLease, MadeFile, Rendition
    from lathe.objects import stores

    until(MadeFile.objects.filter(rendition_id=body_key).exists, "a file's checksum is published")
    until(lambda: not CutLease.objects.filter(key=body_key).exists(), "a body is stored")
    MadeFile.objects.filter(rendition_id=body_key).delete()
    Rendition.objects.filter(key=body_key).delete()
    stores.renditions().delete(rules.object_key(body_key))


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something is so. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"The shop did not come so far that {what}.")
        time.sleep(0.02)
