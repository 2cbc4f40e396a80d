"""The sections of the delivery benchmark: each measures one thing that is promised, and says by how much it is kept."""

from __future__ import annotations

import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import buying
import contest
import crowd
import front
import stage
from contest import Peer
from crowd import Crowd
from measured import Clock, Goal, used_by_programs
from stage import Served, Wanted

FORMATS = (
    *("wav", "aiff", "mp3:cbr=320", "mp3:cbr=192", "mp3:cbr=128", "opus:128,mode=hard"),
    *("flac", "wavpack", "opus:128", "opus:96", "vorbis:q=6"),
)
"""Of classes A and B; a master that has to be converted for one makes it class C, and is left out."""
TOGETHER = 8
CLIENTS, SLOW_FOR_S = 1000, 20.0


@dataclass(frozen=True)
class Asked:
    """What a section works with: the served shop, a folder to write to, and how much is wanted."""

    shop: Served
    folder: Path
    runs: int
    quick: bool
    postgres: str


@dataclass(frozen=True)
class Row:
    """One goal, and the figures it is drawn from in words."""

    goal: Goal
    figures: str


def first_bytes(asked: Asked) -> list[Row]:
    """The first audio byte of files never made, for one buyer alone and for eight who click at once."""
    files = [file for text in FORMATS for file in stage.files(text) if file.delivery_class != "C"]
    random.Random("bench").shuffle(files)  # noqa: S311 - an order, not a secret
    buying.get(asked.shop.port, files[0].path)
    stage.forget(files[0].body_key)
    alone = [_fresh(asked, [file])[0] for file in files[: 8 if asked.quick else 56]]
    groups = 2 if asked.quick else 7
    together = [
        first_s for at in range(groups) for first_s in _fresh(asked, files[at * TOGETHER : (at + 1) * TOGETHER])
    ]
    return [
        _in_ms("first audio byte, alone, p95", alone, 50),
        _in_ms(f"first audio byte, {TOGETHER} at once, p95", together, 150),
    ]


def _fresh(asked: Asked, files: list[Wanted]) -> list[float]:
    """Ask for files at once that were never made; they are not afterwards either."""
    came = buying.at_once(asked.shop.port, files)
    for file in files:
        stage.forget(file.body_key)
    return [one.first_s for one in came]


def whole_tracks(asked: Asked) -> list[Row]:
    """A track of four minutes in class C, from the click to the last byte, beside the format's own program."""
    from lathe.catalogue.models import Track

    long, track = _four_minutes(asked.folder), Track.objects.select_related("recording", "release").first()
    if track is None:
        raise RuntimeError("The demo has no track.")
    with stage.playing(track, long):
        entries = [one for one in contest.ENTRIES if contest.is_known(one.format)]
        found = [(stage.wanted(track, entry.format), entry.peers[0]) for entry in entries]
        return [_beside(asked, file, long, peer) for file, peer in found if file.delivery_class == "C"]


def _four_minutes(folder: Path) -> Path:
    """Two demo masters, one after the other: 251 seconds at 44.1 kHz."""
    parts = [stage.ROOT / "demo/masters" / name for name in LONG]
    joined = folder / "four-minutes.flac"
    raw = b"".join(
        subprocess.run(["flac", "-s", "-d", "-c", "--force-raw-format", *_RAW[:2], part], check=True, stdout=-1).stdout
        for part in parts
    )
    told = ["--channels=2", "--bps=16", "--sample-rate=44100"]
    command = ["flac", "-s", "-f", "--force-raw-format", *_RAW, *told, "-o", str(joined), "-"]
    subprocess.run(command, input=raw, check=True)
    return joined


LONG = ("satie-gymnopedies/01-gymnopedie-no-1.flac", "chopin-preludes-op-28/01-prelude-no-4.flac")
_RAW = ("--endian=little", "--sign=signed")


def _beside(asked: Asked, file: Wanted, master: Path, peer: Peer) -> Row:
    """The share of the program's time that ours takes."""
    what = f"{file.format}, 4 minutes, click to last byte beside {peer.name}"
    if not shutil.which(peer.name):
        return Row(Goal(what, None, 1.0, at_least=False), f"{peer.name} is not installed")
    command = [part.format(**{"in": master, "out": asked.folder / "out"}) for part in peer.command]
    ours, theirs = Clock(lambda: stage.used_s(asked.shop)), Clock(used_by_programs)
    for _ in range(asked.runs):
        ours.time(lambda: buying.get(asked.shop.port, file.path).size_bytes)
        stage.forget(file.body_key)
        theirs.time(lambda: subprocess.run(command, check=True, capture_output=True).returncode)
    return _share(what, ours, theirs, 1.0)


def archive(asked: Asked) -> list[Row]:
    """All seven demo masters as MP3 at 320 kbit/s in one ZIP, beside ffmpeg for one after the other, and zip."""
    what = "seven tracks as MP3 320 in a ZIP beside ffmpeg and zip"
    if not shutil.which("ffmpeg") or not shutil.which("zip"):
        return [Row(Goal(what, None, 0.6, at_least=False), "ffmpeg or zip is not installed")]
    files, path = stage.files("mp3:cbr=320"), stage.archive("mp3:cbr=320")
    ours, theirs = Clock(lambda: stage.used_s(asked.shop)), Clock(used_by_programs)
    for _ in range(asked.runs):
        ours.time(lambda: buying.get(asked.shop.port, path).size_bytes)
        for file in files:
            stage.forget(file.body_key)
        theirs.time(lambda: _zipped(asked.folder / "theirs", files))
    return [_share(what, ours, theirs, 0.6)]


def _zipped(folder: Path, files: list[Wanted]) -> int:
    """Do it with the programs; the size of the archive. MP3 is stored, not squeezed: that is the quickest zip has."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number, file in enumerate(files):
        command = ["ffmpeg", "-v", "error", "-i", str(file.master), "-c:a", "libmp3lame", "-b:a", "320k"]
        subprocess.run([*command, str(folder / f"{number}.mp3")], check=True)
    subprocess.run(["zip", "-q", "-0", "-r", "all.zip", "."], cwd=folder, check=True)
    return (folder / "all.zip").stat().st_size


def cached(asked: Asked) -> list[Row]:
    """A file that lies in the store: the shop alone, nginx alone, and nginx told by a shop that hands its files over
    (LATHE_SENDS=nginx), in turns."""
    alone, behind = "cached file, the shop alone beside nginx", "cached file, the shop behind nginx beside nginx alone"
    if not front.is_there():
        said = "nginx is not installed"
        return [Row(Goal(alone, None, 0.7), said), Row(Goal(behind, None, 0.95), said)]
    file = _stored(asked)
    with (
        stage.served(LATHE_SENDS="nginx") as handing,
        front.standing(asked.folder, handing.port, stage.renditions()) as nginx,
    ):
        copy = asked.folder / "own" / "file"
        copy.write_bytes(buying.whole(asked.shop.port, file.path))
        _have_it_whole(nginx, file)
        rates: dict[str, list[float]] = {"shop": [], "nginx": [], "behind": []}
        for _ in range(asked.runs * 5):
            rates["shop"].append(buying.rate(asked.shop.port, file.path))
            rates["nginx"].append(buying.rate(nginx, "/own/file"))
            rates["behind"].append(buying.rate(nginx, file.path))
    middle = {name: statistics.median(values) for name, values in rates.items()}
    figures = ", ".join(f"{name} {value / 1e6:.0f} MB/s" for name, value in middle.items())
    return [
        Row(Goal(alone, middle["shop"] / middle["nginx"], 0.7), figures),
        Row(Goal(behind, middle["behind"] / middle["nginx"], 0.95), figures),
    ]


def _have_it_whole(port: int, file: Wanted) -> None:
    """Ask for a file once, so that it lies whole where nginx finds it."""
    from lathe.delivery.models import Rendition

    buying.whole(port, file.path)
    stage.until(Rendition.objects.filter(key=file.key, is_stored=True).exists, "a file is stored whole")


def _stored(asked: Asked) -> Wanted:
    """The longest of the masters as WAV, made and stored."""
    from lathe.delivery import cutting

    file = max(stage.files("wav"), key=lambda one: one.master.stat().st_size)
    buying.get(asked.shop.port, file.path)
    stage.until(lambda: bool(cutting.stored([file.body_key])), "a file is stored")
    return file


def slow_clients(asked: Asked) -> list[Row]:
    """A thousand clients that take 64 kB a second each of a stored file: memory, and how soon the home page comes once
    all of them have begun."""
    file, count = _stored(asked), 100 if asked.quick else CLIENTS
    _allow(count)
    crowd.page_s(asked.shop)
    before, many = crowd.memory_bytes(asked.shop), Crowd(asked.shop, file.path)
    with ThreadPoolExecutor(1) as threads:
        try:
            for _ in range(count // crowd.AT_ONCE):
                many.join(crowd.AT_ONCE)
            crowding = threads.submit(many.take, SLOW_FOR_S)
            pages, most = [], before
            while not crowding.done():
                pages.append(crowd.page_s(asked.shop))
                most = max(most, crowd.memory_bytes(asked.shop))
                time.sleep(0.05)
            crowding.result()
        finally:
            many.close()
    took = f"{count} clients took {many.taken_bytes / SLOW_FOR_S / 1e6:.0f} MB/s"
    more_mb = (most - before) / 1e6
    return [
        Row(Goal(f"{count} slow clients, more memory", more_mb, 300, at_least=False, unit="MB"), took),
        _in_ms(f"home page beside {count} slow clients, p95", pages, 200),
    ]


def _allow(clients: int) -> None:
    """Let this process have so many sockets, if the system does."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, clients + 200), most))


def jobs(asked: Asked) -> list[Row]:
    """Jobs, by the benchmark of their own."""
    command = [sys.executable, str(Path(__file__).with_name("jobs.py")), "--json"]
    command += ["--postgres", asked.postgres] if asked.postgres else []
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True)
    rows = []
    for figure in json.loads(done.stdout)["engines"]:
        name = f"{figure['engine']} on {figure['database']}"
        most_ms = 100 if figure["engine"] == "procrastinate" else 300
        picked = Goal(f"job taken up, {name}, p95", figure["pick_up_p95_ms"], most_ms, at_least=False, unit="ms")
        again = Goal(f"killed worker's job, {name}", figure["recovered_worst_s"], 5, at_least=False, unit="s")
        rows += [Row(picked, f"p50 {figure['pick_up_p50_ms']} ms"), Row(again, f"each: {figure['recovered_s']} s")]
    return rows


def _in_ms(what: str, seconds: list[float], most_ms: float) -> Row:
    figures = f"p50 {buying.p50_ms(seconds):.1f} ms, worst {max(seconds) * 1000:.1f} ms of {len(seconds)}"
    return Row(Goal(what, buying.p95_ms(seconds), most_ms, at_least=False, unit="ms"), figures)


def _share(what: str, ours: Clock, theirs: Clock, bound: float) -> Row:
    own, other = ours.taken("lathe"), theirs.taken("programs")
    used = f"processor {own.processor_s:.2f} s, theirs {other.processor_s:.2f} s"
    figures = f"ours {own.median_s:.2f} s, theirs {other.median_s:.2f} s; {used}"
    return Row(Goal(what, own.median_s / other.median_s, bound, at_least=False), figures)
