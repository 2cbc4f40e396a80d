"""Requests to a bucket that obstore does not make: signed, bounded in time, and tried again where that helps."""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Mapping
from xml.etree import ElementTree

import httpx

from lathe.basics import clock
from lathe.objects.addresses import Address
from lathe.objects.errors import StoreUnavailable
from lathe.objects.s3.signing import Signer, query_text

ATTEMPTS = 3
_PAUSE_S = 0.2


class Client:
    """Speaks to the bucket of an address, by path: https://endpoint/bucket/key."""

    def __init__(self, address: Address) -> None:
        self._base = f"{address.endpoint}/{address.bucket}"
        self._place = f"s3://{address.bucket}"
        self._signer = Signer(address.key, address.secret, address.region)
        self._timeout_s = address.timeout_s
        self._tls = ssl.create_default_context()

    def send(
        self,
        method: str,
        name: str,
        query: Mapping[str, str],
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request, again after a 5xx or a broken connection. Raises StoreUnavailable where all failed."""
        why = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE_S * 2**attempt)
            try:
                answer = self._once(method, name, query, body, headers or {})
            except httpx.HTTPError as broken:
                why = f"{type(broken).__name__} {broken}".strip()
                continue
            if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                return answer
            why = f"it answered {answer.status_code}"
        raise StoreUnavailable(f"{self._place} failed at {method} {name}: {why}.")

    def _once(
        self, method: str, name: str, query: Mapping[str, str], body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response:
        url = self._url(name)
        given = {**headers, "x-amz-content-sha256": hashlib.sha256(body).hexdigest()}
        signed = self._signer.headers(method, url, query, given, clock.now())
        asked = f"{url}?{query_text(query)}" if query else url
        # A connection for each request: parts are large, and nothing stays open that somebody had to close.
        with httpx.Client(timeout=self._timeout_s, trust_env=False, verify=self._tls) as http:
            return http.request(method, asked, content=body, headers=signed)

    def address(self, name: str, query: Mapping[str, str], expires_s: int) -> str:
        """A presigned address of an object."""
        return self._signer.address(self._url(name), query, expires_s, clock.now())

    def _url(self, name: str) -> str:
        return f"{self._base}/{name}" if name else self._base


def text_of(answer: httpx.Response, tag: str) -> list[str]:
    """What stands in every element of a name, whatever its namespace; [] where the answer is no XML."""
    try:
        root = ElementTree.fromstring(answer.content)  # noqa: S314 - the store is ours, and expat bounds entities
    except ElementTree.ParseError:
        return []
    return [element.text or "" for element in root.iter() if element.tag.rpartition("}")[2] == tag]
