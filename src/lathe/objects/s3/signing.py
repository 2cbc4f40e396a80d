"""Signatures of requests to S3 (AWS Signature Version 4): in headers, or in the query of an address."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True)
class Signer:
    """Signs with one key, for one region."""

    key: str
    secret: str
    region: str

    def headers(
        self, method: str, url: str, query: Mapping[str, str], given: Mapping[str, str], moment: datetime
    ) -> dict[str, str]:
        """The given headers with those that prove the request. `given` must hold x-amz-content-sha256, the SHA-256 of
        the body."""
        signed = {**given, "host": urlsplit(url).netloc, "x-amz-date": _stamp(moment)}
        request = _canonical(method, url, query, signed, signed["x-amz-content-sha256"])
        names = ";".join(sorted(signed))
        proof = f"Credential={self.key}/{self._scope(moment)},SignedHeaders={names}"
        signature = self._signature(request, moment)
        return {**signed, "Authorization": f"{_ALGORITHM} {proof},Signature={signature}"}

    def address(self, url: str, query: Mapping[str, str], expires_s: int, moment: datetime) -> str:
        """The address under which anybody may GET the object for `expires_s` seconds (1 to 604,800)."""
        proven = {
            **query,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{self.key}/{self._scope(moment)}",
            "X-Amz-Date": _stamp(moment),
            "X-Amz-Expires": str(expires_s),
            "X-Amz-SignedHeaders": "host",
        }
        request = _canonical("GET", url, proven, {"host": urlsplit(url).netloc}, UNSIGNED)
        return f"{url}?{query_text(proven)}&X-Amz-Signature={self._signature(request, moment)}"

    def _scope(self, moment: datetime) -> str:
        return f"{moment:%Y%m%d}/{self.region}/s3/aws4_request"

    def _signature(self, request: str, moment: datetime) -> str:
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = "\n".join((_ALGORITHM, _stamp(moment), self._scope(moment), digest))
        key = f"AWS4{self.secret}".encode()
        for word in self._scope(moment).split("/"):
            key = hmac.digest(key, word.encode(), "sha256")
        return hmac.new(key, text.encode(), "sha256").hexdigest()


def query_text(query: Mapping[str, str]) -> str:
    """A query as it is signed: sorted, everything but letters, digits and -._~ escaped."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(query.items()))


def _canonical(method: str, url: str, query: Mapping[str, str], headers: Mapping[str, str], payload: str) -> str:
    lines = [f"{name}:{value.strip()}" for name, value in sorted(headers.items())]
    path = quote(urlsplit(url).path, safe="/-._~%")
    return "\n".join((method, path, query_text(query), *lines, "", ";".join(sorted(headers)), payload))


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"
