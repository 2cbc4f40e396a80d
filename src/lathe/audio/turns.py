"""Whose turn it is at a worker that has several orders under way: it goes from one to another between two blocks.

Who waits for a first byte goes first, whatever else is at work; then the more urgent; and those that are alike take
turns, so that a long track made in a single pass holds nobody up. The bytes of an order do not hang on that: each has
an encoder of its own.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

from lathe.audio.errors import AudioError
from lathe.audio.lead import Tell
from lathe.audio.orders import ENCODES, Steps
from lathe.audio.output import Lay, Output

TURN_S = 0.02
"""After so much time another order as urgent gets its turn."""


class Task:
    """An order under way. `turn` counts up as it goes to the end of the row."""

    def __init__(self, message: dict[str, Any], tell: Tell, lay: Lay, turn: int) -> None:
        self.job, self.priority, self.turn = message["job"], message["priority"], turn
        self.output = Output(message, tell, lay)
        self._waited_for = bool(message["at_once"])
        self.steps: Steps = ENCODES[message["do"]](message, self.output)

    @property
    def rank(self) -> tuple[int, int, int]:
        """What tasks are sorted by."""
        return self.output.stage if self._waited_for else 2, -self.priority, self.turn

    def close(self) -> None:
        """Let go of the encoder and the file."""
        self.steps.close()
        self.output.close()


class Turns:
    """The orders that a worker has under way."""

    def __init__(self, tell: Tell, lay: Lay, now: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._lay, self._now = tell, lay, now
        self._tasks: list[Task] = []
        self._counter = itertools.count()
        self._at: Task | None = None
        self._since = 0.0

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def heed(self, message: dict[str, Any]) -> None:
        """Take an order in, make one more urgent, or drop those of a cut that nobody wants any more."""
        if message["do"] == "drop":
            for task in [task for task in self._tasks if task.job == message["job"]]:
                self._leave(task)
                task.output.tell("cancel")
        elif message["do"] == "urge":
            for task in self._tasks:
                task.priority = message["priority"] if task.job == message["job"] else task.priority
        else:
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        """Begin an order, and say so: the pool sends no more to who does not come round to it."""
        self._tell({"did": "take", "job": message["job"], "part": message["part"]})
        try:
            self._tasks.append(Task(message, self._tell, self._lay, next(self._counter)))
        except OSError as error:
            self._tell({"did": "fail", "job": message["job"], "part": message["part"], "why": str(error)})

    def step(self) -> None:
        """Encode one more block of the order whose turn it is."""
        task = min(self._tasks, key=lambda one: one.rank)
        if task is not self._at:
            self._turn_to(task)
        try:
            next(task.steps)
        except StopIteration as done:
            self._leave(task)
            task.output.tell("finish", **done.value)
        except (AudioError, OSError, MemoryError, ValueError) as error:
            self._leave(task)
            task.output.tell("fail", why=str(error) or type(error).__name__)
        else:
            if len(self._tasks) > 1 and self._now() - self._since >= TURN_S:
                task.turn, self._since = next(self._counter), self._now()

    def _turn_to(self, task: Task) -> None:
        if self._at is not None and self._at in self._tasks:
            self._at.output.flush()
        self._at, self._since = task, self._now()

    def _leave(self, task: Task) -> None:
        self._tasks.remove(task)
        task.close()
