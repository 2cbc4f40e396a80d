"""A whole track and a whole album: ours on a warm pool beside the programs, taking turns."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import sound
from contest import ENTRIES, Entry, Peer, is_known
from makers import Bench
from measured import Clock, Goal, Taken, used_by, used_by_programs

MOST_BYTES_MORE_PERCENT = 0.1
MOST_NOISE_MORE_DB = 0.05


@dataclass(frozen=True)
class Row:
    """One format: ours, and each program that is installed; `noise_db` is how much noisier ours is than the first."""

    format: str
    parts: int
    ours: Taken
    peers: list[Taken]
    goals: list[Goal]
    noise_db: float | None = None


def tracks(bench: Bench, runs: int) -> list[Row]:
    """Measure a track in each format that this build knows."""
    return [_track(bench, entry, runs) for entry in ENTRIES if is_known(entry.format)]


def albums(bench: Bench, runs: int, count: int) -> list[Row]:
    """Measure an album of `count` tracks: ours side by side, the program one after the other."""
    return [_album(bench, entry, runs, count) for entry in ENTRIES if entry.least_album and is_known(entry.format)]


def left_out() -> list[str]:
    """Return the formats of the contest that this build does not make."""
    return [entry.format for entry in ENTRIES if not is_known(entry.format)]


def _track(bench: Bench, entry: Entry, runs: int) -> Row:
    makers: dict[Peer, Callable[[], int]] = {
        peer: partial(bench.theirs, peer) for peer in entry.peers if shutil.which(peer.name)
    }
    ours, peers = _turns(bench, partial(bench.ours, entry.format), makers, runs)
    parts, goals = bench.parts, [_faster(f"{entry.format}, track", ours, taken, peer) for peer, taken in peers.items()]
    noise_db = None
    if entry.is_heard and entry.peers[0] in peers:
        noise_db = _more_noise_db(bench, entry)
        goals += _as_good(entry, ours, peers[entry.peers[0]], noise_db)
    asked = [goal for goal in goals if goal is not None]
    return Row(entry.format, parts, ours, list(peers.values()), asked, noise_db)


def _album(bench: Bench, entry: Entry, runs: int, count: int) -> Row:
    first = entry.peers[0]

    def one_by_one() -> int:
        return sum(bench.theirs(first) for _ in range(count))

    makers: dict[Peer, Callable[[], int]] = {first: one_by_one} if shutil.which(first.name) else {}
    ours, peers = _turns(bench, partial(bench.album, entry.format, count), makers, runs)
    what = f"{entry.format}, album of {count} beside {first.name}"
    goals = [Goal(what, taken.median_s / ours.median_s, entry.least_album or 0) for taken in peers.values()]
    return Row(entry.format, bench.parts, ours, list(peers.values()), goals)


def _turns(
    bench: Bench, ours: Callable[[], int], makers: dict[Peer, Callable[[], int]], runs: int
) -> tuple[Taken, dict[Peer, Taken]]:
    """Let everybody take turns, so that a machine that is busy for a while is so for everybody."""
    clock, clocks = Clock(lambda: used_by(bench.pool)), {peer: Clock(used_by_programs) for peer in makers}
    for _ in range(runs):
        clock.time(ours)
        for peer, make in makers.items():
            clocks[peer].time(make)
    return clock.taken("lathe"), {peer: one.taken(peer.name) for peer, one in clocks.items()}


def _faster(what: str, ours: Taken, theirs: Taken, peer: Peer) -> Goal | None:
    """Return the goal beside one program, if there is one."""
    if peer.least is None:
        return None
    return Goal(f"{what} beside {peer.name}", theirs.median_s / ours.median_s, peer.least)


def _as_good(entry: Entry, ours: Taken, theirs: Taken, noise_db: float | None) -> list[Goal]:
    more = 100 * (ours.size_bytes / theirs.size_bytes - 1)
    return [
        Goal(f"{entry.format}, size beyond {theirs.maker}'s", more, MOST_BYTES_MORE_PERCENT, at_least=False, unit="%"),
        Goal(f"{entry.format}, noise beyond {theirs.maker}'s", noise_db, MOST_NOISE_MORE_DB, at_least=False, unit="dB"),
    ]


def _more_noise_db(bench: Bench, entry: Entry) -> float | None:
    """Return how much noisier ours is; None without mpg123, or where the master's own rate is not MP3's."""
    if not sound.can_hear() or bench.source.sample_rate_hz > 48_000:
        return None
    music = sound.music_of(bench.master, bench.source)
    ours = sound.signal_to_noise_db(bench.ours_to_file(entry.format), music)
    bench.theirs(entry.peers[0])
    return sound.signal_to_noise_db(bench.out, music) - ours
