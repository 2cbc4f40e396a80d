"""Opus of constant packets in parts: an encoder that has heard the last second gives what one gives that heard all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np

from lathe.audio.containers import ogg
from lathe.audio.division import Again, Join, Stretch, even_grid
from lathe.audio.errors import EncodeError
from lathe.audio.facts import BEGINNING, BodyFacts, Mark
from lathe.audio.libopus import FRAME, PRE_SKIP, Libopus, packet_bytes
from lathe.audio.pcm import Pcm

FIRST_PART, LATER_PARTS, STEP = 150, 1500, 100
"""Packets: the first part has three seconds, later ones about thirty, in steps of two."""
RUN_UP = 150
"""Packets that only let the encoder of a part settle. Most music needs fewer; some needs two hundred."""
PROOF = 40
"""The last of them, which have to be like those of the part before: a few alike by chance prove nothing."""
LONG_RUN_UP = 600
"""Packets of an encoder that bridges the gap where the usual ones were not enough."""
LEAST = 300
MOST_A_PAGE = 50
"""Packets a page: a second."""


@dataclass(frozen=True)
class Order:
    """What to encode: nominal bitrate, channels, the master's bits, samples at 48 kHz and their packets."""

    kbps: int
    channels: int
    bits: int
    samples: int
    packets: int


def packets_a_page(size: int) -> int:
    """Return how many packets of a size go on a page."""
    return min(MOST_A_PAGE, ogg.MOST_SEGMENTS // len(ogg.lacing_of(size)))


class Parts:
    """The division of an Opus body of packets of one size."""

    plain = False
    proves = True

    def __init__(self, order: Order, pages: Callable[[int], ogg.Pages]) -> None:
        self.order, self.pages = order, pages
        self.starts = even_grid(order.packets, FIRST_PART, LATER_PARTS, STEP, LEAST)
        self.stretches = [self._stretch(*pair) for pair in pairwise([*self.starts, order.packets])]

    def encoder(self, stretch: Stretch) -> PartPackets:
        last = stretch.stop == self.order.samples
        stop = self.order.packets if last else stretch.stop // FRAME
        return PartPackets(self.order, stop - stretch.start // FRAME)

    def binder(self, again: Again) -> PacketBinder:
        return PacketBinder(self, again)

    def resumed(self, mark: Mark, again: Again) -> PacketBinder:
        return PacketBinder(self, again, mark)

    def foreseen(self) -> list[Mark]:
        """Return a mark for each part: the first page that begins with a packet of it."""
        return [self.mark(part) for part in range(len(self.starts))]

    def mark(self, part: int) -> Mark:
        """Return where a part can be begun with: packets have one size, and so have pages."""
        size = packet_bytes(self.order.kbps)
        a_page = packets_a_page(size)
        page = -(-self.starts[part] // a_page)
        return Mark(part, page * a_page, page * (ogg.HEADER_BYTES + a_page * (size + len(ogg.lacing_of(size)))))

    def first(self, part: int) -> int:
        """Return the first packet that the encoder of a part gives, its run-up counted in."""
        return self.stretches[part].start // FRAME

    def _stretch(self, start: int, stop: int) -> Stretch:
        return Stretch(max(0, start - RUN_UP) * FRAME, min(stop * FRAME, self.order.samples))


class PartPackets:
    """The packets of a part, its run-up counted in; silence fills the end of the music."""

    def __init__(self, order: Order, due: int) -> None:
        self._encoder = Libopus(order.kbps, order.channels, hard=True, bits=order.bits)
        self._left = due
        self._waiting: Pcm = np.empty((0, order.channels), np.float32)

    def feed(self, block: Pcm) -> bytes:
        pcm = np.concatenate((self._waiting, block))
        whole = len(pcm) - len(pcm) % FRAME
        self._waiting = pcm[whole:]
        self._left -= whole // FRAME
        return b"".join(self._encoder.encode(pcm[start : start + FRAME]) for start in range(0, whole, FRAME))

    def finish(self) -> bytes:
        missing = self._left * FRAME - len(self._waiting)
        return self.feed(np.zeros((missing, self._waiting.shape[1]), np.float32))


class PacketBinder:
    """Lays the packets of the parts on pages. A part takes over where its run-up ends as the part before does."""

    def __init__(self, whole: Parts, again: Again, mark: Mark = BEGINNING) -> None:
        self.joins: list[Join] = []
        self._whole, self._again = whole, again
        self._size = packet_bytes(whole.order.kbps)
        self._pages = whole.pages(mark.unit // packets_a_page(self._size))
        self._part = self._origin = mark.part
        self._laid, self._skip = mark.unit, mark.unit - whole.first(mark.part)
        self._last: deque[bytes] = deque(maxlen=PROOF)
        self._own: deque[bytes] = deque(maxlen=PROOF)
        self._new: list[bytes] | None = None

    def lay(self, data: bytes) -> bytes:
        packets = [data[start : start + self._size] for start in range(0, len(data), self._size)]
        if self._new is None:
            skip, self._skip = self._skip, max(0, self._skip - len(packets))
            return self._take(packets[skip:])
        self._new += packets
        return self._join() if len(self._new) >= self._run_up() and self._is_settled() else b""

    def close_part(self) -> bytes:
        out = self._go_on() if self._new else b""
        self._part, self._skip = self._part + 1, 0
        self._new = [] if self._part < len(self._whole.starts) else None
        return out

    def finish(self) -> bytes:
        order = self._whole.order
        if self._laid != order.packets:
            raise EncodeError(f"libopus gave {self._laid} packets where {order.packets} were due.")
        return self._pages.finish(PRE_SKIP + order.samples)

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        return BodyFacts(size_bytes, sha256)

    @property
    def marks(self) -> list[Mark]:
        """Where parts took over whose encoder had settled."""
        settled = [join.part for join in self.joins if join.way == "settled"]
        return [BEGINNING, *map(self._whole.mark, settled)]

    def _take(self, packets: list[bytes], own: list[bytes] | None = None) -> bytes:
        """Lay packets. Where they are not all the part's own encoder's, `own` are what that gave."""
        out = []
        for packet in packets:
            self._laid += 1
            out.append(self._pages.add(packet, self._laid * FRAME))
        self._last.extend(packets)
        self._own.extend(packets if own is None else own)
        return b"".join(out)

    def _run_up(self) -> int:
        """Return how many packets of the part at hand come before its first."""
        return self._whole.starts[self._part] - self._whole.first(self._part)

    def _is_settled(self) -> bool:
        """Tell whether the run-up ends as the part before does.

        That is what its own encoder gave, even where another had to go on through the whole of it: so each join hangs
        on two parts alone, and a piece of the body finds out how it was made without the rest.
        """
        return (self._new or [])[self._run_up() - PROOF : self._run_up()] == list(self._own)

    def _join(self) -> bytes:
        new, self._new = self._new or [], None
        self._origin = self._part
        self.joins.append(Join(self._part, self._laid, "settled"))
        return self._take(new[self._run_up() :])

    def _go_on(self) -> bytes:
        """Let the encoder before run on in place of the new part's, until both agree."""
        new, self._new = (self._new or [])[self._run_up() :], None
        bridge = self._bridge()
        laid, alike, out = 0, 0, []
        for laid, packet in enumerate(bridge, 1):
            out.append(packet)
            alike = alike + 1 if packet == new[laid - 1] else 0
            if alike == PROOF:
                self._origin = self._part
                break
        self.joins.append(Join(self._part, self._laid + laid, "went on", alike=alike == PROOF))
        return self._take(out + new[laid:], new)

    def _bridge(self) -> Iterator[bytes]:
        """Yield what the encoder before gives beyond its end: one with a longer run-up does, where it has come to give
        the same; else one that has heard as much.
        """
        oldest = self._whole.first(self._origin)
        for first in sorted({oldest, max(oldest, self._laid - LONG_RUN_UP)}, reverse=True):
            packets = self._packets_from(first)
            run_up = list(islice(packets, self._laid - first))
            if run_up[-PROOF:] == list(self._last):
                return packets
        raise EncodeError("libopus gave other packets for the same music; install the pinned PyAV.")

    def _packets_from(self, first: int) -> Iterator[bytes]:
        """Encode anew from a packet to the end of the part at hand."""
        place = Stretch(first * FRAME, self._whole.stretches[self._part].stop)
        for data in self._again(place):
            yield from (data[start : start + self._size] for start in range(0, len(data), self._size))
