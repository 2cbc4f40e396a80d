"""A bucket of any S3-compatible store.

obstore reads, lists and stores what is small. What goes up in parts with a condition on its completion, and addresses
that name a file, are made by `lathe.objects.s3`: obstore does neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import S3Store as Bucket

from lathe.objects.addresses import Address
from lathe.objects.base import Entry, checked, told, whole
from lathe.objects.errors import ObjectMissing, StoreError, StoreUnavailable
from lathe.objects.s3 import parts
from lathe.objects.s3.client import Client

SMALL_BYTES = parts.PART_BYTES
LONGEST_S = 7 * 24 * 3600
_RETRIES = 2


class S3Store:
    """Objects below a prefix of a bucket. `creates_atomically` is what the address states of the store."""

    is_local = False

    def __init__(self, address: Address) -> None:
        self.place = f"s3://{address.bucket}/{address.prefix}".rstrip("/")
        self.creates_atomically = address.is_conditional
        self._prefix = f"{address.prefix}/" if address.prefix else ""
        self._client = Client(address)
        time_out = timedelta(seconds=address.timeout_s)
        self._bucket = Bucket(
            address.bucket,
            prefix=address.prefix or None,
            endpoint=address.endpoint,
            region=address.region,
            access_key_id=address.key,
            secret_access_key=address.secret,
            client_options={
                "allow_http": address.endpoint.startswith("http://"),
                "timeout": time_out,
                "connect_timeout": min(time_out, timedelta(seconds=5)),
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": time_out},
        )

    def reach(self) -> None:
        answer = self._client.send("GET", "", {"list-type": "2", "max-keys": "1", "prefix": self._prefix})
        if not answer.is_success:
            raise StoreUnavailable(f"{self.place} cannot be read: it answered {answer.status_code}.")

    def put_new(self, key: str, content: bytes | Path) -> bool:
        """Create where the store can, else look and then write: the second of two at once writes the same bytes."""
        checked(key)
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        if not self.creates_atomically:
            return self._looked_and_put(key, content)
        if isinstance(content, Path) and size > SMALL_BYTES:
            # Looking first spares a long upload that would be refused at its end.
            return self.size(key) is None and parts.upload_new(self._client, self._prefix + key, content)
        data = content if isinstance(content, bytes) else content.read_bytes()
        with self._writing(key):
            try:
                obstore.put(self._bucket, key, data, mode="create", use_multipart=False)
            except AlreadyExistsError:
                return False
        return True

    def _looked_and_put(self, key: str, content: bytes | Path) -> bool:
        if self.size(key) is not None:
            return False
        with self._writing(key):
            obstore.put(self._bucket, key, content, chunk_size=parts.PART_BYTES, max_concurrency=1)
        return True

    def size(self, key: str) -> int | None:
        name = checked(key)
        try:
            with told(self.place, key):
                return int(obstore.head(self._bucket, name)["size"])
        except ObjectMissing:
            return None

    def read(self, key: str) -> bytes:
        with told(self.place, key):
            return bytes(obstore.get(self._bucket, checked(key)).bytes())

    def read_range(self, key: str, start: int, stop: int) -> bytes:
        with told(self.place, key):
            data = bytes(obstore.get_range(self._bucket, checked(key), start=start, end=stop))
        return whole(self.place, key, data, stop - start)

    def delete(self, key: str) -> None:
        name = checked(key)
        with self._writing(key):
            obstore.delete(self._bucket, name)

    def entries(self) -> Iterator[Entry]:
        with told(self.place, "its list"):
            for page in obstore.list(self._bucket):
                yield from (Entry(item["path"], int(item["size"]), item["last_modified"]) for item in page)

    def tidy(self, before: datetime) -> int:
        return parts.abort_old(self._client, self._prefix, before)

    def local_path(self, key: str) -> Path | None:
        checked(key)
        return None

    def presigned_url(self, key: str, expires_s: int, filename: str = "") -> str | None:
        if not 1 <= expires_s <= LONGEST_S:
            raise StoreError(f"An address lasts one second to seven days, not {expires_s} s.")
        query = {"response-content-disposition": _attachment(filename)} if filename else {}
        return self._client.address(self._prefix + checked(key), query, expires_s)

    @contextmanager
    def _writing(self, key: str) -> Iterator[None]:
        """As `told`, where nothing can be missing but the bucket."""
        try:
            with told(self.place, key):
                yield
        except ObjectMissing as missing:
            raise StoreUnavailable(
                f"There is no bucket for {self.place}. Make it, or correct the address."
            ) from missing


def _attachment(filename: str) -> str:
    """A Content-Disposition with a name in UTF-8 (RFC 6266, RFC 8187)."""
    return f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
