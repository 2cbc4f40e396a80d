"""Files made by ours and by the programs, in the same folder from the same master."""

from __future__ import annotations

import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import imported
from contest import Peer
from measured import used_by

from lathe.audio import heads, plan
from lathe.audio.cut import Cut
from lathe.audio.formats import parse
from lathe.audio.pool import EncoderPool
from lathe.audio.source import Source
from lathe.audio.tags import Tags

PATIENCE_S = 3600
IDLE_S = 0.3
TAGS = Tags(title="Bench")


@dataclass
class Bench:
    """A master on the bench: the warm pool that cuts it, and the folder that files go to. `parts` are those of the last
    cut.
    """

    pool: EncoderPool
    master: Path
    folder: Path
    parts: int = 0
    _numbers: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.source: Source = imported.source_of(self.master)
        self.warm_up()

    @property
    def out(self) -> Path:
        """The file that was made last."""
        return self.folder / "out"

    def warm_up(self) -> None:
        """Wait until every worker has started: until together they have nothing more to do."""
        self.ours("wav")
        before = -1.0
        while used_by(self.pool) - before > IDLE_S / 10:
            before = used_by(self.pool)
            time.sleep(IDLE_S)

    def ours(self, text: str) -> int:
        """Cut the track; return the size of its file."""
        cut = self._begun(text)
        return self._ended(text, cut)

    def ours_to_file(self, text: str) -> Path:
        """Cut the track, and write its file."""
        fmt, cut = parse(text), self._begun(text)
        facts = cut.wait_blocking(PATIENCE_S)
        head, tail = heads.head(fmt, self.source, TAGS, None, facts), heads.tail(fmt, self.source, TAGS, None)
        stitcher = heads.stitcher(fmt, head, facts)
        self.out.write_bytes(head + stitcher.feed(cut.path.read_bytes()) + stitcher.finish() + tail)
        self._let_go(cut)
        return self.out

    def album(self, text: str, tracks: int) -> int:
        """Cut so many tracks side by side; return the size of all their files."""
        return sum([self._ended(text, cut) for cut in [self._begun(text) for _ in range(tracks)]])

    def theirs(self, peer: Peer) -> int:
        """Run a program; return the size of its file."""
        filled = [part.format(**{"in": self.master, "out": self.out}) for part in peer.command]
        with ExitStack() as stack:
            fed: int | None = subprocess.DEVNULL
            if peer.decodes:
                flac = stack.enter_context(
                    subprocess.Popen(["flac", "-s", "-d", "-c", self.master], stdout=subprocess.PIPE)
                )
                fed = flac.stdout.fileno() if flac.stdout else None
            subprocess.run(filled, check=True, stdin=fed, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return self.out.stat().st_size

    def _begun(self, text: str) -> Cut:
        return self.pool.cut(f"{text} {next(self._numbers)}", parse(text), self.master, self.source, hold=True)

    def _ended(self, text: str, cut: Cut) -> int:
        facts = cut.wait_blocking(PATIENCE_S)
        self.parts = len(cut.explain.stretches) if cut.explain else 0
        self._let_go(cut)
        size = heads.file_size(plan.conform(parse(text), self.source), self.source, TAGS, None, facts)
        return size or 0

    def _let_go(self, cut: Cut) -> None:
        cut.release()
        cut.discard()
