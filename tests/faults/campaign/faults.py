"""What befalls the shop: a fault strikes when it is entered; when it is left, all is well again or begins to be."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from tests.faults.campaign import turned
from tests.faults.campaign.field import Field
from tests.plugins.faulty import Fault as StoreFault

STORE_FAULTS: tuple[StoreFault, ...] = ("500", "half", "drop", "lost", "slow")
METHODS = ("GET HEAD", "PUT POST", "DELETE", "GET HEAD PUT POST DELETE")
LONGEST_S = 2.5
JUMPS_S = (-7200.0, -90.0, -20.0, 20.0, 90.0, 7200.0)


def _for_a_while(chance: random.Random) -> None:
    time.sleep(chance.uniform(0.2, LONGEST_S))


@contextmanager
def web_killed(field: Field, chance: random.Random) -> Iterator[None]:
    """kill -9 of a node, its downloads and its cuts with it; it starts again after a while."""
    node = chance.choice(field.nodes)
    node.kill()
    _for_a_while(chance)
    yield
    node.start()


@contextmanager
def encoders_killed(field: Field, chance: random.Random) -> Iterator[None]:
    """kill -9 of the encoders of both nodes, now and again."""
    for _ in range(chance.randint(1, 4)):
        for node in field.nodes:
            for pid in node.encoders():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(chance.uniform(0.1, 0.6))
    yield


@contextmanager
def encoders_stopped(field: Field, chance: random.Random) -> Iterator[None]:
    """The encoders of a node get no processor time for a while."""
    stopped = chance.choice(field.nodes).encoders()
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    _for_a_while(chance)
    yield
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def worker_killed(field: Field, chance: random.Random) -> Iterator[None]:
    """kill -9 of the processes that do the jobs, or of their overseer, which starts again after a while."""
    if chance.random() < 0.5:
        for pid in field.worker.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        yield
        return
    field.worker.kill()
    _for_a_while(chance)
    yield
    field.worker.start()


@contextmanager
def store_failing(field: Field, chance: random.Random) -> Iterator[None]:
    """The object store answers some of its requests with 500, half, late, or not at all."""
    for _ in range(chance.randint(1, 3)):
        field.ground.store.fails(chance.choice(STORE_FAULTS), chance.choice(METHODS), times=chance.choice((1, 3, None)))
        _for_a_while(chance)
    yield
    field.ground.store.recovers()


@contextmanager
def database_restarted(field: Field, chance: random.Random) -> Iterator[None]:
    """PostgreSQL breaks every connection off, or crashes, and is gone for a while."""
    field.ground.database.strike(chance.choice((signal.SIGINT, signal.SIGQUIT)))
    _for_a_while(chance)
    field.ground.database.start()
    yield


@contextmanager
def clock_jumping(field: Field, chance: random.Random) -> Iterator[None]:
    """The clock of one node jumps, there and back, for hours or for a little more than a lease; once it dies so."""
    node = chance.choice(field.nodes)
    for _ in range(chance.randint(1, 3)):
        turned.turn(node.clock, chance.choice(JUMPS_S))
        _for_a_while(chance)
    dies = chance.random() < 0.5
    if dies:
        node.kill()
    turned.turn(node.clock, 0)
    yield
    if dies:
        node.start()


@contextmanager
def disk_full(field: Field, chance: random.Random) -> Iterator[None]:
    """The data folder of a node has no room, or only a little, for a while."""
    home = chance.choice(field.nodes).home
    room = os.statvfs(home)
    filler = home / "filler"
    with suppress(OSError), filler.open("wb") as file:
        file.write(bytes(max(0, room.f_bavail * room.f_frsize - chance.choice((0, 200_000, 1_500_000)))))
    _for_a_while(chance)
    yield
    filler.unlink()


FAULTS: dict[str, Callable[[Field, random.Random], AbstractContextManager[None]]] = {
    "web": web_killed,
    "encoders": encoders_killed,
    "stopped": encoders_stopped,
    "worker": worker_killed,
    "store": store_failing,
    "database": database_restarted,
    "clock": clock_jumping,
    "disk": disk_full,
}
