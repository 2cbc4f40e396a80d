"""The way of new masters into the store: at most two are examined at a time, each as a copy in a folder of its own."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from lathe.audio.errors import SourceError, SourceFault
from lathe.catalogue.models import Master
from lathe.ingest import examine
from lathe.ingest.errors import IngestError
from lathe.ingest.examine import Examined
from lathe.ingest.grouping import Candidate
from lathe.ingest.verdicts import FileReport, Verdict
from lathe.objects import stores

AT_ONCE = 2

Progress = Callable[[str, float], None]
"""Is told a file's name and the share done of it, 0 to 1; from several threads."""

_VERDICTS: dict[SourceFault, Verdict] = {
    "missing": "missing",
    "not_audio": "unsupported",
    "truncated": "truncated",
    "damaged": "broken",
    "md5_mismatch": "broken",
    "lossy": "lossy",
    "unsupported": "unsupported",
}


class Intake:
    """Takes files in for one import. `folder` holds the copies that are being examined."""

    def __init__(self, folder: Path, threads: ThreadPoolExecutor, progress: Progress) -> None:
        self._folder = folder
        self._threads = threads
        self._progress = progress

    def take(self, candidates: tuple[Candidate, ...]) -> tuple[dict[str, Master], list[FileReport]]:
        """Bring the files of one release into the store; the master of each by the file's name, and what was refused.

        A file whose bytes are in the shop is not examined again. Masters may not be saved yet.
        """
        refused: list[FileReport] = []
        hashes = self._hashed(candidates, refused)
        known = in_shop({sha256 for _, sha256 in hashes})
        new: dict[str, Future[Master]] = {}
        for one, sha256 in hashes:
            if sha256 not in known and sha256 not in new:
                new[sha256] = self._threads.submit(self._store, one)
        masters: dict[str, Master] = {}
        for one, sha256 in hashes:
            try:
                masters[one.name] = known[sha256] if sha256 in known else new[sha256].result()
            except SourceError as fault:
                refused.append(refusal(one.name, fault))
            self._progress(one.name, 1.0)
        return masters, refused

    def _hashed(self, candidates: tuple[Candidate, ...], refused: list[FileReport]) -> list[tuple[Candidate, str]]:
        """Each file with its SHA-256; a file that cannot be read joins the refused."""
        hashing = [(one, self._threads.submit(examine.sha256_of, one.path)) for one in candidates]
        hashes: list[tuple[Candidate, str]] = []
        for one, future in hashing:
            try:
                hashes.append((one, future.result()))
            except OSError as failure:
                refused.append(FileReport(one.name, "broken", f"{one.path.name} cannot be read: {failure.strerror}."))
        return hashes

    def _store(self, candidate: Candidate) -> Master:
        """Examine one file and store it; runs in a thread and touches no database."""
        staged = self._folder / f"{uuid4().hex}.flac"
        found = examine.examine(candidate.path, staged, lambda share: self._progress(candidate.name, share))
        master = _master(found)
        stores.covers().put_new(object_of_spectrogram(found.sha256), found.spectrogram)
        stores.masters().put_new(master.object_key, staged)
        staged.unlink()
        return master


def in_shop(hashes: set[str]) -> dict[str, Master]:
    """The masters of these hashes that the catalogue has and whose files lie whole in the store."""
    masters = Master.objects.filter(sha256__in=hashes)
    return {one.sha256: one for one in masters if stores.masters().size(one.object_key) == one.size_bytes}


@contextmanager
def begin(progress: Progress) -> Iterator[Intake]:
    """Open the intake of one import; a second at the same time in the same data folder is refused (IngestError)."""
    home: Path = settings.LATHE_HOME
    home.mkdir(parents=True, exist_ok=True)
    folder = home / "incoming"
    with (home / "incoming.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise IngestError("Another import is running in this data folder. Wait until it has ended.") from busy
        # What an import that was killed left behind.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="intake")
        try:
            yield Intake(folder, threads, progress)
        finally:
            threads.shutdown(wait=True, cancel_futures=True)
            shutil.rmtree(folder, ignore_errors=True)


def _master(found: Examined) -> Master:
    measured = found.measured
    return Master(
        sha256=found.sha256,
        size_bytes=found.size_bytes,
        sample_rate_hz=found.source.sample_rate_hz,
        bits=found.source.bits,
        channels=found.source.channels,
        samples=found.source.samples,
        pcm_md5=found.source.pcm_md5 or "",
        loudness_lufs=measured.loudness_lufs,
        loudness_range_lu=measured.loudness_range_lu,
        true_peak_dbtp=measured.true_peak_dbtp,
        dynamic_range_dr=measured.dynamic_range_dr,
        clipped_samples=measured.clipped_samples,
        bits_used=measured.bits_used,
        highest_sound_hz=measured.highest_sound_hz,
        verdict=measured.verdict,
        verdict_confidence=measured.confidence,
        envelope=bytes(measured.envelope),
    )


def refusal(name: str, fault: SourceError) -> FileReport:
    """The verdict on a file that the audio room will not take."""
    return FileReport(name, _VERDICTS[fault.kind], str(fault))


def object_of_spectrogram(sha256: str) -> str:
    """Where the picture of a master's sound lies in the covers store."""
    return f"spectrograms/{sha256}.png"
