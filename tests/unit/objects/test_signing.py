"""Signatures are those of the examples in Amazon's own documentation of Signature Version 4 for S3."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from lathe.objects.s3.signing import Signer

SIGNER = Signer("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
MOMENT = datetime(2013, 5, 24, tzinfo=UTC)
HOST = "https://examplebucket.s3.amazonaws.com"


def signature(headers: dict[str, str]) -> str:
    return headers["Authorization"].rpartition("=")[2]


def test_a_range_is_signed_as_documented() -> None:
    given = {"range": "bytes=0-9", "x-amz-content-sha256": hashlib.sha256(b"").hexdigest()}
    signed = SIGNER.headers("GET", f"{HOST}/test.txt", {}, given, MOMENT)
    assert signature(signed) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"


def test_an_upload_is_signed_as_documented() -> None:
    given = {
        "date": "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": hashlib.sha256(b"Welcome to Amazon S3.").hexdigest(),
    }
    signed = SIGNER.headers("PUT", f"{HOST}/test$file.text", {}, given, MOMENT)
    assert signature(signed) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"


def test_a_query_is_signed_as_documented() -> None:
    given = {"x-amz-content-sha256": hashlib.sha256(b"").hexdigest()}
    for query, wanted in (
        ({"lifecycle": ""}, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ({"max-keys": "2", "prefix": "J"}, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ):
        assert signature(SIGNER.headers("GET", f"{HOST}/", query, given, MOMENT)) == wanted


def test_an_address_is_signed_as_documented() -> None:
    address = SIGNER.address(f"{HOST}/test.txt", {}, 86_400, MOMENT)
    assert address.endswith("X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    assert SIGNER.secret not in address
