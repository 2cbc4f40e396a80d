"""Files as buyers get them: head, body, tail, sent from the first byte while the body is still being cut."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lathe.audio import heads
from lathe.audio.errors import EncodeError
from lathe.audio.heads import BodyFacts
from lathe.delivery import again, ahead, cutting, finished, following, storing, threads
from lathe.delivery.blueprints import Blueprint
from lathe.delivery.cutting import Body, Growing, Stored
from lathe.delivery.errors import CutFailed
from lathe.delivery.finished import Finished, Lying, Reader
from lathe.delivery.keeper import KEEPER, Use
from lathe.delivery.models import MadeFile
from lathe.delivery.pace import Pace
from lathe.objects.errors import StoreError

CHUNK_BYTES = 256 * 1024

log = logging.getLogger("lathe.delivery")


@dataclass(frozen=True)
class Known:
    """What is known of a file that nobody has opened: its exact size or None, its SHA-256 or nothing."""

    size: int | None
    sha256: str


@dataclass
class OpenFile:
    """A file on its way to a buyer. `made` is set once its SHA-256 is known. Close it, whatever happens."""

    blueprint: Blueprint
    body: Body
    made: MadeFile | None
    reading: Use
    was_begun_again: bool = False
    is_closed: bool = False

    @property
    def name(self) -> str:
        return self.blueprint.name

    @property
    def key(self) -> str:
        return self.blueprint.key

    @property
    def media_type(self) -> str:
        return self.blueprint.media_type

    @property
    def sha256(self) -> str:
        """The published checksum; empty while it is not known."""
        return self.made.sha256 if self.made else ""

    @property
    def facts(self) -> BodyFacts | None:
        return self.body.facts

    @property
    def size(self) -> int | None:
        """The exact size of the file, None while it is not known."""
        return self.blueprint.size(self.facts)

    @property
    def is_made(self) -> bool:
        """Whether the body is stored and the checksum published, so that nothing is left to be done for the file."""
        return self.made is not None and isinstance(self.body, Stored)

    def _can_begin(self, stop: int | None) -> bool:
        """Whether bytes can leave now: in class C only once the body was made, and a part only of a known length."""
        return self.facts is not None or not (self.blueprint.needs_facts or (stop is not None and self.size is None))

    async def finish(self) -> None:
        """Wait until the body is made, and store it. Raises CutFailed."""
        while isinstance(self.body, Growing):
            growing = self.body
            try:
                await growing.cut.wait()
            except EncodeError as broken:
                await self._begin_again(growing, broken)
            else:
                self.body = await asyncio.to_thread(_stored, growing)

    async def _begin_again(self, growing: Growing, broken: EncodeError) -> None:
        """Begin a failed cut once more. Raises CutFailed where that was done before, or is of no use."""
        try:
            if self.was_begun_again:
                raise broken
            self.was_begun_again = True
            self.body = await threads.run(again.begin, growing, broken)
        except EncodeError as last:
            raise _failed(self.blueprint, last) from last

    async def sums(self) -> MadeFile:
        """The published checksums of the whole file; waits until it is made. Raises CutFailed."""
        await self.finish()
        if not isinstance(self.body, Stored):
            raise CutFailed("This cut is not finished.")
        if self.made is None:
            self.made = await threads.run(record, self.blueprint, self.body)
        return self.made

    async def stream(self, start: int = 0, stop: int | None = None) -> AsyncGenerator[bytes]:
        """Yield bytes [start, stop) of the file, before its body is made where that can be.

        Raises CutFailed in the middle where the encode breaks: the connection must then be cut, never ended politely.
        """
        place = start
        while isinstance(self.body, Growing):
            growing = self.body
            try:
                if not self._can_begin(stop):
                    # It is sent from where it was cut, and stored meanwhile.
                    await growing.cut.wait()
                async with aclosing(self._growing(growing, place, stop)) as chunks:
                    async for chunk in chunks:
                        yield chunk
                        place += len(chunk)
            except EncodeError as broken:
                await self._begin_again(growing, broken)
            else:
                return
        async for chunk in self._finished(place, stop):
            yield chunk

    async def _growing(self, growing: Growing, start: int, stop: int | None) -> AsyncGenerator[bytes]:
        """Yield bytes of a file whose body grows; where it was sent to its end, the body is stored.

        Raises EncodeError, CutFailed.
        """
        facts = growing.facts
        head, tail = self.blueprint.head(facts), self.blueprint.tail()
        if head[start:stop]:
            yield head[start:stop]
        first, last = max(0, start - len(head)), None if stop is None else max(0, stop - len(head))
        try:
            async with aclosing(ahead.body(growing, head, first, last)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except StoreError as broken:
            raise cutting.store_failed(self.blueprint.name, broken) from broken
        end = len(head) + ahead.size_bytes(growing)
        rest = tail[max(0, start - end) : None if stop is None else max(0, stop - end)]
        if rest:
            yield rest
        if stop is None:
            # The buyer has it all and need not wait until it is stored.
            following.keep(growing)

    async def _finished(self, start: int, stop: int | None) -> AsyncIterator[bytes]:
        if not isinstance(self.body, Stored):
            raise CutFailed("This cut is not finished.")
        file, pace = Finished(self.blueprint, self.body), Pace()
        end = file.size if stop is None else stop
        position = start
        while position < end:
            until = min(end, position + pace.bytes)
            try:
                chunk = await asyncio.to_thread(file.piece, position, until)
            except StoreError as broken:
                raise cutting.store_failed(self.blueprint.name, broken) from broken
            pace.sends()
            yield chunk
            pace.sent()
            position += len(chunk)

    def lying(self, start: int = 0, stop: int | None = None) -> Lying | None:
        """Where bytes [start, stop) lie as they are, while this is open; None where they have to be streamed."""
        try:
            return finished.lying(self.blueprint, self.body, start, stop) if isinstance(self.body, Stored) else None
        except StoreError:
            return None  # whoever reads it is told

    def close(self) -> None:
        """Let go of the encode and of the stored body. Again changes nothing."""
        self.reading.end()
        if isinstance(self.body, Growing) and not self.is_closed:
            self.body.cut.release()
        self.is_closed = True


def _failed(plan: Blueprint, broken: EncodeError) -> CutFailed:
    """What a buyer reads of a broken encode; the reason is for the operator, and goes to the log."""
    log.warning("The cut of %s failed: %s", plan.name, broken)
    return CutFailed(
        _("This cut failed, and nothing was kept. Ask for it again; if that fails too, write to the shop.")
    )


def open_file(plan: Blueprint, *, priority: int = cutting.WAITING_BUYER, at_once: bool = True) -> OpenFile:
    """Open a file: its body from the store or from an encode, begun now if need be; one of many that are sent in turn
    need not begin `at_once` where its master has to be fetched first."""
    made = MadeFile.objects.filter(key=plan.key).first()
    body = cutting.obtain(plan.track.master, plan.fmt, priority=priority, at_once=at_once, source=plan.excerpt)
    return OpenFile(plan, body, made, KEEPER.read(plan.body_key))


def look(plan: Blueprint) -> Known:
    """Tell what is known of a file; nothing is made, and no store is asked."""
    made = MadeFile.objects.filter(key=plan.key).first()
    if made:
        return Known(made.size_bytes, made.sha256)
    return Known(plan.size(cutting.known(plan.body_key)), "")


def record(plan: Blueprint, body: Stored) -> MadeFile:
    """Work out the SHA-256 and CRC-32 of a finished file and keep them under its key. Again changes nothing."""
    found = MadeFile.objects.filter(key=plan.key).first()
    if found is not None:
        return found
    digest, crc, size = hashlib.sha256(), 0, 0
    for chunk in whole(plan, body):
        digest.update(chunk)
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
    made, _ = MadeFile.objects.get_or_create(
        key=plan.key,
        defaults={"rendition_id": body.key, "size_bytes": size, "sha256": digest.hexdigest(), "crc32": crc},
    )
    return made


def whole(plan: Blueprint, body: Stored) -> Iterator[bytes]:
    """Yield a finished file from end to end. Raises StoreUnavailable."""
    head = plan.head(body.facts)
    stitcher = heads.stitcher(plan.fmt, head)
    reader = Reader(body)
    yield head
    for at in range(0, body.facts.size_bytes, CHUNK_BYTES):
        yield stitcher.feed(reader(at, min(at + CHUNK_BYTES, body.facts.size_bytes)))
    yield stitcher.finish()
    yield plan.tail()


def _stored(growing: Growing) -> Stored:
    """Store a finished cut from a thread of its own, whose database connection is given back. Raises CutFailed."""
    try:
        return storing.publish(growing)
    except StoreError as broken:
        storing.give_up(growing)
        raise cutting.store_failed(growing.key, broken) from broken
    finally:
        growing.cut.release()
        cutting.give_back_connection()
