"""The shop that a campaign strikes: two nodes and a worker with a data folder each, on one ground."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.faults.campaign.ground import Ground
from tests.faults.campaign.lives import TAG, Node, Worker


@dataclass
class Field:
    """All that can be struck. Each process tells its troubles in a log of its own in the ground's folder."""

    ground: Ground
    nodes: list[Node]
    worker: Worker


@contextmanager
def opened(ground: Ground) -> Iterator[Field]:
    """Let nodes and worker live, and end as they are told to."""
    folder, environ = ground.folder, os.environ | {TAG: ground.tag}
    nodes = [Node(home, environ, folder / f"{home.name}.log") for home in ground.homes]
    worker = Worker(folder / "worker", environ, folder / "worker.log")
    started: list[Node | Worker] = []
    try:
        for program in (*nodes, worker):
            program.start()
            started.append(program)
        yield Field(ground, nodes, worker)
    finally:
        for program in started:
            program.end()
