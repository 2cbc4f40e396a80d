"""A shop that really serves: real masters imported, and `lathe serve` as a process of its own on a port of its own."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
from mutagen.flac import FLAC

from lathe.audio import decode
from lathe.basics.money import Money
from lathe.basics.territory import TerritorySet
from lathe.catalogue import queries
from lathe.catalogue.models import Master, Track
from lathe.delivery import following, links
from lathe.delivery.links import FileLink
from lathe.ingest import actions as ingest
from lathe.ingest.options import Options, Prices
from lathe.ingest.sidecar import GrantTerms
from lathe.jobs.models import Job
from lathe.objects import stores
from lathe.sales import settlement
from lathe.sales.models import Order
from lathe.storefronts.models import Storefront
from tests import paying, shops
from tests.plugins.databases import OwnDatabase
from tests.waiting import eventually

DEMO = Path(__file__).resolve().parent.parent / "demo" / "masters"


@dataclass(frozen=True)
class Running:
    """A shop under way: its process and its address."""

    process: subprocess.Popen[str]
    address: str

    def url(self, path: str) -> str:
        return self.address + path

    def workers(self) -> list[int]:
        """The encoder processes of this shop that live (Linux)."""
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        pids = {int(pid) for file in children for pid in file.read_text().split()}
        return [pid for pid in pids if b"lathe.audio.worker" in _command(pid)]


def kill(workers: list[int]) -> None:
    """End encoders as a crash would."""
    for pid in workers:
        os.kill(pid, signal.SIGKILL)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


@contextmanager
def serving(database: OwnDatabase, **environ: str) -> Iterator[Running]:
    """Serve the shop of a test's own database; what it wrote to stderr is shown with a failed test."""
    log = database.home / "serve.log"
    try:
        with started({**database.environ, **environ}, log) as running:
            yield running
    finally:
        sys.stderr.write(log.read_text(encoding="utf-8"))


@contextmanager
def started(environ: Mapping[str, str], log: Path) -> Iterator[Running]:
    """Run `lathe serve` on a free port in some surroundings, and stop it at the end."""
    command = [sys.executable, "-m", "lathe.cli.main", "serve", "--port", "0"]
    with (
        log.open("a", encoding="utf-8") as errors,
        subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            yield Running(process, _address(process))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def _address(process: subprocess.Popen[str]) -> str:
    if process.stdout is None:
        raise AssertionError("The process has no output.")
    for line in process.stdout:
        found = re.search(r"http://\S+:\d+", line)
        if found:
            address = found.group()
            with httpx.Client(transport=httpx.HTTPTransport(retries=40), trust_env=False) as client:
                client.get(address + "/healthz", timeout=20)
            return address
    raise AssertionError("lathe serve did not start.")


def nobody_follows() -> None:
    """Wait until every cut that this process follows has been stored or given up."""
    loop = following._running_loop()
    eventually(lambda: not asyncio.all_tasks(loop))


def tagged(folder: Path, files: Sequence[Path]) -> Path:
    """Copy FLAC files into a folder and tag them as one release."""
    folder.mkdir(parents=True)
    for number, file in enumerate(files, 1):
        copy = Path(shutil.copy(file, folder / f"{number:02d}.flac"))
        tags = FLAC(copy)
        tags.update(
            title=f"Prélude no. {number}",
            artist="Clara Beispiel",
            composer="Frédéric Chopin",
            album="Préludes, op. 28",
            albumartist="Clara Beispiel",
            genre="Classical",
            date="2024-03-01",
            tracknumber=str(number),
        )
        tags.save()
    return folder


def stocked(folder: Path) -> shops.Shop:
    """Import a folder with a grant, a price of 0.99 EUR and 70 % for the label."""
    storefront = Storefront.objects.create(
        code="main", name="Arcueil", seller="Arcueil OHG", contact_email="shop@example.com"
    )
    document = folder.parent / "grant.txt"
    document.write_text("We let the shop sell our music.", encoding="utf-8")
    day = date(2024, 1, 1)
    grant = GrantTerms(document, TerritorySet(), signed_by="M. Editeur", signed_on=day, starts_on=day)
    options = Options(label="Test Label", grant=grant, prices=Prices(track=Money(99, "EUR")))
    report = ingest.import_path(path=folder, options=options)
    assert all(file.verdict == "accepted" for file in report.files), report
    release = queries.releases().get()
    return shops.Shop(storefront, release.label, release, list(release.tracks.all()))


def stocked_with(path: Path) -> shops.Shop:
    """A shop whose first track is cut from a FLAC file that is stored and checked, but not measured: for long ones."""
    shop = shops.opened()
    press(shop.tracks[0], path)
    return anew(shop)


def press(track: Track, path: Path) -> None:
    """Let a track be cut from a FLAC file, which goes to the store of masters."""
    source = decode.verify(path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    known = {"size_bytes": path.stat().st_size, "pcm_md5": source.pcm_md5, "verdict": "lossless_cd"}
    shape = {"sample_rate_hz": source.sample_rate_hz, "bits": source.bits, "channels": source.channels}
    master = Master.objects.create(sha256=sha256, samples=source.samples, envelope=bytes(1400), **known, **shape)
    stores.masters().put_new(master.object_key, path)
    track.recording.master = master
    track.recording.save()


def anew(shop: shops.Shop) -> shops.Shop:
    """The shop as it stands in the database."""
    release = queries.releases().get()
    return shops.Shop(shop.storefront, shop.label, release, list(release.tracks.all()))


def bought(shop: shops.Shop, fmt: str, track: Track | None = None) -> Order:
    """A paid order of the release, or of one track; nothing is cut ahead of the download."""
    order = paying.paid(shops.placed(shop, track=track, fmt=fmt))
    Job.objects.filter(kind=settlement.PRECUT).delete()
    return order


def link(order: Order, fmt: str, track: Track | None) -> str:
    """The path of the download of a track, or of the whole release as a ZIP."""
    line = order.lines.select_related("release").get()
    if order.person is None:
        raise AssertionError("The order has no buyer.")
    opened = FileLink(order.person.uid, line.release.uid, track.uid if track else None, fmt)
    return f"/d/{links.file_token(opened)}/file"
