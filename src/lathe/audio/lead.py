"""The worker that leads a cut binds its parts: it reads them from their files, in order, and writes the body."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from lathe.audio import parts, wire
from lathe.audio.binding import Binding
from lathe.audio.errors import AudioError, EncodeError

Tell: TypeAlias = Callable[[dict[str, Any]], None]
READ_BYTES = 1 << 20


class Lead:
    """Serves the messages `bind`, `lay` and `drop` for the cuts that this worker leads, one message at a time."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._bodies: dict[int, Body] = {}

    def serve(self, message: dict[str, Any]) -> None:
        """Do what the message asks; what goes wrong with a cut ends that cut."""
        number = message["job"]
        try:
            if message["do"] == "bind":
                self._bodies[number] = Body(message)
            elif message["do"] == "lay" and number in self._bodies:
                if self._bodies[number].lay(message, self._tell):
                    self._end(number)
            elif message["do"] == "drop":
                self._end(number)
        except (AudioError, OSError, MemoryError, ValueError) as error:
            self._end(number)
            self._tell({"did": "unbound", "job": number, "why": str(error) or type(error).__name__})

    def _end(self, number: int) -> None:
        body = self._bodies.pop(number, None)
        if body:
            body.close()


class Body:
    """One body that grows in the spool."""

    def __init__(self, message: dict[str, Any]) -> None:
        order = wire.format_of(message), message["path"], wire.source_of(message)
        whole = parts.division(order[0], order[2])
        if whole is None:
            raise EncodeError(f"{order[0]} of this master is not made in parts.")
        self._number, self._binding = message["job"], Binding(order, whole)
        self._records, self._part, self._parts = parts.Records(), 0, len(whole.stretches)
        self._file = os.open(message["file"], os.O_WRONLY)
        self._read = self._written = 0

    def lay(self, message: dict[str, Any], tell: Tell) -> bool:
        """Lay what there is of the part at hand, and say how far the body is; tell whether it is complete.

        A message of this process's own has a `note`, which is told how long the body is now.
        The last bytes come with the facts: who has read them all finds the cut done.
        """
        with Path(message["file"]).open("rb", buffering=0) as part:
            part.seek(self._read)
            while data := part.read(max(0, min(READ_BYTES, message["bytes"] - self._read))):
                self._read += len(data)
                self._write(self._binding.feed(self._records.take(data)))
                if not (message["ended"] and self._part + 1 == self._parts):
                    self._report(tell, laid=False)
        if message["ended"]:
            self._close_part(message, tell)
        if note := message.get("note"):
            note(self._written)
        return self._part == self._parts

    def close(self) -> None:
        """Close the body's file."""
        os.close(self._file)

    def _close_part(self, message: dict[str, Any], tell: Tell) -> None:
        self._read = 0
        Path(message["file"]).unlink(missing_ok=True)
        self._write(self._binding.close_part())
        self._part += 1
        if self._part < self._parts:
            self._report(tell, laid=True)
        else:
            joins = [asdict(join) for join in self._binding.joins]
            tell({"did": "bind", "job": self._number, "facts": self._binding.facts().to_dict(), "joins": joins})

    def _write(self, data: bytes) -> None:
        write_all(self._file, data)
        self._written += len(data)

    def _report(self, tell: Tell, *, laid: bool) -> None:
        tell({"did": "lay", "job": self._number, "bytes": self._written, "laid": laid})


def write_all(file: int, data: bytes) -> None:
    """Write all the bytes to an open file."""
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
