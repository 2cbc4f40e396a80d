"""An upload in parts whose completion says If-None-Match: the object appears whole, and only where none was."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import httpx

from lathe.objects.errors import StoreError, StoreUnavailable
from lathe.objects.s3.client import Client, text_of

PART_BYTES = 8 * 1024 * 1024
_MOST_PARTS = 9_000
_REFUSED = frozenset({httpx.codes.NOT_FOUND, httpx.codes.CONFLICT, httpx.codes.PRECONDITION_FAILED})
"""412: the name is taken. 409: somebody else was at it. 404: the upload is over, maybe by our own request, whose answer
was lost."""

log = logging.getLogger("lathe.objects")


def upload_new(client: Client, name: str, file: Path) -> bool:
    """Upload a file part by part unless the name is taken. True if this call stored it. Raises StoreUnavailable."""
    upload = _begin(client, name)
    try:
        tags = _send_parts(client, name, upload, file)
        return _complete(client, name, upload, tags)
    except BaseException:
        _abort(client, name, upload)
        raise


def abort_old(client: Client, prefix: str, before: datetime) -> int:
    """Give up uploads below a prefix that began before a moment: their process was killed. Returns how many."""
    answer = client.send("GET", "", {"uploads": "", "prefix": prefix})
    names, ids, begun = (text_of(answer, tag) for tag in ("Key", "UploadId", "Initiated"))
    old = [
        (name, upload)
        for name, upload, moment in zip(names, ids, begun, strict=True)
        if datetime.fromisoformat(moment) < before
    ]
    for name, upload in old:
        client.send("DELETE", name, {"uploadId": upload})
    return len(old)


def _begin(client: Client, name: str) -> str:
    answer = client.send("POST", name, {"uploads": ""})
    ids = text_of(answer, "UploadId")
    if not answer.is_success or not ids:
        raise StoreUnavailable(f"The store began no upload of {name}: it answered {answer.status_code}.")
    return ids[0]


def _send_parts(client: Client, name: str, upload: str, file: Path) -> list[str]:
    part_bytes = max(PART_BYTES, -(-file.stat().st_size // _MOST_PARTS))
    tags: list[str] = []
    with file.open("rb") as source:
        while part := source.read(part_bytes):
            answer = client.send("PUT", name, {"partNumber": str(len(tags) + 1), "uploadId": upload}, part)
            if not answer.is_success or "etag" not in answer.headers:
                raise StoreUnavailable(f"The store took no part of {name}: it answered {answer.status_code}.")
            tags.append(answer.headers["etag"])
    return tags


def _complete(client: Client, name: str, upload: str, tags: list[str]) -> bool:
    """Bind the parts. A store may say 200 and put the failure into the answer (CompleteMultipartUpload)."""
    parts = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>" for number, tag in enumerate(tags, 1)
    )
    body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
    answer = client.send("POST", name, {"uploadId": upload}, body, {"if-none-match": "*"})
    if answer.status_code in _REFUSED and client.send("HEAD", name, {}).is_success:
        _abort(client, name, upload)
        return False
    if not answer.is_success or not text_of(answer, "ETag"):
        code = (text_of(answer, "Code") or ["no reason"])[0]
        raise StoreUnavailable(f"The store did not complete {name}: {answer.status_code} {code}.")
    return True


def _abort(client: Client, name: str, upload: str) -> None:
    """Let the store forget the parts. Where it does not answer, `abort_old` does so a day later."""
    try:
        client.send("DELETE", name, {"uploadId": upload})
    except StoreError as failure:
        log.info("Parts of %s are left in the store for a day: %s", name, failure)
