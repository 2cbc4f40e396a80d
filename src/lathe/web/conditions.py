"""Conditions of a request (RFC 9110, 13) on what has an entity tag and no date, and Want-Repr-Digest (RFC 9530, 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\uffff]*)"')
_WEIGHT = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)\s*=\s*(\d{1,2})\s*", re.ASCII)


def failed(headers: Mapping[str, str], etag: str) -> int | None:
    """The status that a condition of GET or HEAD asks for: 412, 304, or None where the method may go on (13.2.2).

    There is no Last-Modified, so If-Modified-Since and If-Unmodified-Since are ignored, as 13.1.3 and 13.1.4 have it.
    """
    if "If-Match" in headers and not _matches(headers["If-Match"], etag, is_strong=True):
        return 412
    if "If-None-Match" in headers and _matches(headers["If-None-Match"], etag, is_strong=False):
        return 304
    return None


def may_be_part(headers: Mapping[str, str], etag: str) -> bool:
    """Whether If-Range lets a part be sent: strong comparison, and a date never matches (13.1.5)."""
    return headers.get("If-Range", etag).strip() == etag


def wants_sha256(headers: Mapping[str, str]) -> bool:
    """Whether Repr-Digest may be of SHA-256: unless the client weighs that with 0. A header that cannot be read says
    nothing."""
    found = [_WEIGHT.fullmatch(item) for item in headers.get("Want-Repr-Digest", "").lower().split(",")]
    return all(int(one[2]) > 0 for one in found if one and one[1] == "sha-256")


def _matches(header: str, etag: str, *, is_strong: bool) -> bool:
    """Whether a list of entity tags, or the star for whatever there is, has this strong one (8.8.3.2)."""
    if header.strip() == "*":
        return True
    return any(f'"{tag}"' == etag for weak, tag in _TAG.findall(header) if not (weak and is_strong))
