"""Answers GET and HEAD of files and archives by RFC 9110, and holds no database connection while it sends.

Nothing is opened, and so nothing cut, before it is certain that bytes of it are wanted: HEAD and failed conditions are
answered from what is known.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from lathe.delivery import cutting
from lathe.delivery.archives import OpenArchive
from lathe.delivery.errors import CutFailed, DeliveryError
from lathe.delivery.files import Known, OpenFile
from lathe.delivery.whole import Place
from lathe.objects.errors import StoreError
from lathe.web import conditions, disposition, handover, ranges, threads
from lathe.web.ranges import ByteRange, Multipart, RangeUnsatisfiable
from lathe.web.refusals import plain_error, status_of

Opened = OpenFile | OpenArchive
CLOSED = "private, no-store, no-transform"
"""Nobody between the shop and the buyer may keep what is sent, or compress it."""


@dataclass(frozen=True)
class Offer:
    """What an address stands for before it is opened. `key` names its bytes for ever and is its entity tag.

    `look` tells what is known of it and makes nothing; `open` may begin a cut; `place` tells where it lies
    whole, if it does, of what may be handed over. All read the database.
    """

    key: str
    name: str
    media_type: str
    look: Callable[[], Known]
    open: Callable[[], Opened]
    is_attachment: bool = True
    place: Callable[[], Place | None] | None = None

    @property
    def etag(self) -> str:
        return f'"{self.key}"'


def answer(request: HttpRequest, offer: Offer) -> HttpResponseBase:
    """Answer GET or HEAD, in the request's thread; what is sent comes from the event loop."""
    status = conditions.failed(request.headers, offer.etag)
    if status is not None:
        return _bare(status, {"ETag": offer.etag, "Cache-Control": CLOSED})
    try:
        if closed := _unopened(request, offer):
            return closed
        opened = offer.open()
    except DeliveryError as refusal:
        return plain_error(request, status_of(refusal), str(refusal))
    except StoreError as broken:
        return plain_error(request, 503, str(cutting.store_failed(offer.name, broken)))
    try:
        return _get(request, offer, opened)
    except CutFailed as broken:
        opened.close()
        return plain_error(request, 503, str(broken))
    except BaseException:
        opened.close()
        raise


def _unopened(request: HttpRequest, offer: Offer) -> HttpResponseBase | None:
    """Answer what needs no byte from here: HEAD, and what somebody else is to send."""
    if request.method == "HEAD":
        return _head(request, offer, offer.look())
    found = offer.place() if offer.place and handover.may_be(request) else None
    return handover.answer(found, offer.media_type, _headers(request, offer, found.sha256)) if found else None


def _head(request: HttpRequest, offer: Offer, known: Known) -> HttpResponseBase:
    """The headers that GET would have; a length where it is known (9.3.2)."""
    size = {"Content-Length": str(known.size)} if known.size is not None else {}
    said = {"Content-Type": offer.media_type, **_headers(request, offer, known.sha256), **size}
    return _bare(200, said)


def _bare(status: int, headers: dict[str, str]) -> HttpResponseBase:
    """An answer without content. It is a stream, for Django would state a length of 0, which is not the file's."""

    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    return StreamingHttpResponse(nothing(), status=status, headers=headers)


def _get(request: HttpRequest, offer: Offer, opened: Opened) -> HttpResponseBase:
    """Send the whole, or the parts that are asked for; what has no size yet is made first where parts are wanted."""
    headers = _headers(request, offer, opened.sha256)
    wanted = request.headers.get("Range", "")
    if not wanted or not conditions.may_be_part(request.headers, offer.etag):
        return _whole(opened, headers)
    if opened.size is None:
        threads.wait_for(opened.finish)
    size = opened.size
    if size is None:
        raise CutFailed(_("The size of this file could not be worked out. Ask for it again."))
    try:
        parts = ranges.read(wanted, size)
    except RangeUnsatisfiable:
        opened.close()
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    return _parts(opened, parts, size, headers) if parts else _whole(opened, headers)


def _whole(opened: Opened, headers: dict[str, str]) -> HttpResponseBase:
    size = opened.size
    stated = {"Content-Length": str(size)} if size is not None else {}
    return _one(opened, 0, None, Said(200, opened.media_type, {**headers, **stated}))


def _parts(opened: Opened, parts: Sequence[ByteRange], size: int, headers: dict[str, str]) -> HttpResponseBase:
    """206 with one part as it is, or several in a multipart body (15.3.7)."""
    if len(parts) == 1:
        [part] = parts
        stated = {"Content-Range": ranges.content_range(part, size), "Content-Length": str(part.size)}
        return _one(opened, part.start, part.stop, Said(206, opened.media_type, {**headers, **stated}))
    body = Multipart(parts, size, opened.media_type, secrets.token_hex(16))
    stated = {"Content-Length": str(body.length)}
    return _sent(opened, _joined(opened, body), Said(206, body.content_type, {**headers, **stated}))


async def _joined(opened: Opened, body: Multipart) -> AsyncGenerator[bytes]:
    for number, part in enumerate(body.parts):
        yield body.before(number)
        async with aclosing(opened.stream(part.start, part.stop)) as chunks:
            async for chunk in chunks:
                yield chunk
    yield body.end


@dataclass(frozen=True)
class Said:
    """What stands before the bytes."""

    status: int
    content_type: str
    headers: dict[str, str]


def _one(opened: Opened, start: int, stop: int | None, said: Said) -> HttpResponseBase:
    """Bytes [start, stop): told where they lie, if they do, to a server that can send them from there."""
    response = _sent(opened, opened.stream(start, stop), said)
    response.lies = opened.lying(start, stop)  # type: ignore[attr-defined]
    return response


def _sent(opened: Opened, chunks: AsyncGenerator[bytes], said: Said) -> HttpResponseBase:
    return StreamingHttpResponse(
        _Sent(opened, chunks), status=said.status, content_type=said.content_type, headers=said.headers
    )


class _Sent:
    """Chunks on their way; the encode is let go of when the client has it all, hung up, or never came to take any."""

    def __init__(self, opened: Opened, chunks: AsyncGenerator[bytes]) -> None:
        self._opened, self._chunks = opened, chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async with aclosing(self._chunks):
                async for chunk in self._chunks:
                    yield chunk
        finally:
            self._opened.close()

    def close(self) -> None:
        """Let go of it; Django asks for that at the end of every response."""
        self._opened.close()


def _headers(request: HttpRequest, offer: Offer, sha256: str) -> dict[str, str]:
    """What every answer with this file says of it. Its digest (RFC 9530) is of the whole file, and known once made."""
    said = {
        "ETag": offer.etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": CLOSED,
        "Content-Disposition": disposition.header(offer.name, attachment=offer.is_attachment),
    }
    if sha256 and conditions.wants_sha256(request.headers):
        said["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"
    return said
