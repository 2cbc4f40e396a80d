"""Addresses of stores: a folder, or s3://KEY:SECRET@bucket/prefix?endpoint=…&region=…&conditional=0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from lathe.objects.errors import AddressError

KINDS = ("file", "s3")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}", re.ASCII)
_PREFIX = re.compile(r"[A-Za-z0-9._/-]{0,200}", re.ASCII)
_OPTIONS = frozenset({"endpoint", "region", "conditional"})


@dataclass(frozen=True)
class Address:
    """Where a store is. `folder` belongs to kind 'file', the rest to 's3'.

    `is_conditional`: whether the store heeds If-None-Match. `timeout_s`: how long one request may take.
    """

    kind: str
    folder: Path = Path()
    bucket: str = ""
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    key: str = ""
    secret: str = ""
    is_conditional: bool = True
    timeout_s: int = 20

    def below(self, name: str) -> Address:
        """The address of a part of this store."""
        if self.kind == "file":
            return Address("file", folder=self.folder / name)
        return Address(**{**vars(self), "prefix": f"{self.prefix}/{name}".lstrip("/")})


def read(text: str, common: Mapping[str, str]) -> Address:
    """Read an address; `common` has endpoint, region, key, secret and timeout_s for what it leaves out.

    Raises AddressError, without the address in it: it may hold a secret.
    """
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError as wrong:
        raise AddressError(f"it cannot be read: {wrong}.") from wrong
    if parts.scheme == "file" and not host and parts.path.startswith("/"):
        return Address("file", folder=Path(unquote(parts.path)))
    if parts.scheme != "s3":
        raise AddressError("it must look like file:///folder or s3://bucket/prefix.")
    bucket = parts.netloc.rpartition("@")[2]
    given = {**common, **_options(parts.query)}
    if parts.username:
        given |= {"key": unquote(parts.username), "secret": unquote(parts.password or "")}
    return _s3(bucket, parts.path.strip("/"), given)


def _options(query: str) -> dict[str, str]:
    given = dict(parse_qsl(query))
    unknown = sorted(given.keys() - _OPTIONS)
    if unknown:
        raise AddressError(f"it has an unknown option {unknown[0]!r}; there are {', '.join(sorted(_OPTIONS))}.")
    if given.get("conditional", "1") not in ("0", "1"):
        raise AddressError("conditional is 0 or 1.")
    return given


def _s3(bucket: str, prefix: str, given: Mapping[str, str]) -> Address:
    region = given.get("region") or "us-east-1"
    endpoint = (given.get("endpoint") or f"https://s3.{region}.amazonaws.com").rstrip("/")
    if not _BUCKET.fullmatch(bucket):
        raise AddressError("it names no bucket: s3://bucket/prefix.")
    if not _PREFIX.fullmatch(prefix) or ".." in prefix or "//" in prefix:
        raise AddressError("the prefix has letters, digits, dots, dashes and slashes only.")
    if urlsplit(endpoint).scheme not in ("http", "https") or urlsplit(endpoint).path:
        raise AddressError("the endpoint must look like https://s3.example.")
    if not given.get("key") or not given.get("secret"):
        raise AddressError("there is no key for it. Set LATHE_S3_KEY and LATHE_S3_SECRET.")
    return Address(
        kind="s3",
        bucket=bucket,
        prefix=prefix,
        endpoint=endpoint,
        region=region,
        key=given["key"],
        secret=given["secret"],
        is_conditional=given.get("conditional", "1") == "1",
        timeout_s=int(given.get("timeout_s", "20")),
    )
