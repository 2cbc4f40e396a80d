"""Packets in parts: each part is a run of them by an encoder of its own."""

from __future__ import annotations

from lathe.audio.division import Again, Join, Stretch, tapered
from lathe.audio.facts import BEGINNING, BodyFacts, Mark
from lathe.audio.packets import Packing, Pile, Run
from lathe.audio.pcm import Pcm

FIRST_PART, LATER_PARTS, LAST_PARTS = 16 * 4096, 128 * 4096, 24 * 4096
"""Samples a part, about: at 44.1 kHz a second and a half, so that the first bytes leave at once; twelve seconds; and
two towards the end, so that all workers have something to do until then.
"""
LATER_RUN_UPS, LAST_RUN_UPS = 24, 8
"""How often a run-up goes into a part at least, so that little time is lost to it."""


class Parts:
    """The division of a body of packets. A part comes as lengths of four bytes, each with its packet behind."""

    plain = False

    def __init__(self, packing: Packing) -> None:
        self.packing, unit, samples = packing, packing.packet_samples, packing.pcm.samples
        first, then, last = (-(-part // unit) for part in (FIRST_PART, LATER_PARTS, LAST_PARTS))
        first, then = max(first, packing.run_up + 1), max(then, LATER_RUN_UPS * packing.run_up)
        self.starts = tapered(-(-samples // unit), first, then, max(last, LAST_RUN_UPS * packing.run_up))
        stops = [*(unit * start for start in self.starts[1:]), samples]
        self.stretches = [
            Stretch(unit * self._heard_from(start), stop) for start, stop in zip(self.starts, stops, strict=True)
        ]

    def _heard_from(self, start: int) -> int:
        return max(0, start - self.packing.run_up)

    def encoder(self, stretch: Stretch) -> PartPackets:
        heard_from = stretch.start // self.packing.packet_samples
        number = next(start for start in self.starts if self._heard_from(start) == heard_from)
        return PartPackets(Run(self.packing, heard_from, number))

    def binder(self, again: Again) -> PacketBinder:
        return PacketBinder(self)

    def resumed(self, mark: Mark, again: Again) -> PacketBinder:
        return PacketBinder(self, mark)


class PartPackets:
    """The packets of a part, each with its length before it."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def feed(self, block: Pcm) -> bytes:
        return _listed(self._run.feed(block))

    def finish(self) -> bytes:
        return _listed(self._run.finish())


def _listed(packets: list[bytes]) -> bytes:
    return b"".join(piece for packet in packets for piece in (len(packet).to_bytes(4, "big"), packet))


class PacketBinder:
    """Puts the packets of the parts one behind the other."""

    def __init__(self, whole: Parts, mark: Mark = BEGINNING) -> None:
        self.joins: list[Join] = []
        self.marks = [mark]
        self._whole, self._pile, self._end = whole, Pile(whole.packing), mark.offset_bytes

    def lay(self, data: bytes) -> bytes:
        packets, place, view = [], 0, memoryview(data)
        while place < len(view):
            start = place + 4
            place = start + int.from_bytes(view[place:start], "big")
            packets.append(view[start:place])
        out = self._pile.add(packets)
        self._end += len(out)
        return out

    def close_part(self) -> bytes:
        part, starts = self.marks[-1].part + 1, self._whole.starts
        if part < len(starts):
            self.joins.append(Join(part, starts[part], "cut"))
            self.marks.append(Mark(part, starts[part], self._end))
        return b""

    def finish(self) -> bytes:
        return b""

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        return self._pile.facts(size_bytes, sha256)
