"""How far a cut of several files is, for the pages that show it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lathe.delivery.cutting import Progress

FULL = 100
ENDED = threading.Event()
"""Set when this process is told to end: what waits for news of cuts then stops waiting."""


@dataclass(frozen=True)
class Share:
    """One body of a cut, and how much of the music it is: its samples."""

    key: str
    samples: int


@dataclass(frozen=True)
class Standing:
    """How far a cut is. `percent` counts the music, 0 to 100; `made` the finished bodies of `count`.

    `place` is that of its first body in the queue of this node; 0 where some of it is under the needle, or none of it
    is asked for here.
    """

    percent: int
    place: int
    made: int
    count: int
    is_under_way: bool

    @property
    def is_made(self) -> bool:
        return self.made == self.count


def standing(bodies: Sequence[Share], stored: Collection[str], at_work: Mapping[str, Progress]) -> Standing:
    """Tell how far a cut is, of whose bodies some lie in the store and some are at work in this process."""
    known = set(stored)
    at_work = {body.key: at_work[body.key] for body in bodies if body.key in at_work and body.key not in known}
    whole = sum(body.samples for body in bodies)
    done = sum(body.samples for body in bodies if body.key in known)
    done_here = sum(body.samples * at_work[body.key].share for body in bodies if body.key in at_work)
    places = [one.place for one in at_work.values()]
    return Standing(
        percent=int(FULL * (done + done_here) / max(1, whole)),
        place=min(places, default=0),
        made=sum(body.key in known for body in bodies),
        count=len(bodies),
        is_under_way=bool(at_work),
    )
