"""Conditions of requests by RFC 9110, the wish for a digest by RFC 9530, and the names of what is saved."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.web import conditions, disposition

ETAG = '"abc"'


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, None),
        ({"If-None-Match": '"abc"'}, 304),
        ({"If-None-Match": 'W/"abc"'}, 304),
        ({"If-None-Match": '"x,y", "abc"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"abd"'}, None),
        ({"If-None-Match": "abc"}, None),
        ({"If-None-Match": '"x,"abc'}, None),
        ({"If-Match": '"abc"'}, None),
        ({"If-Match": "*"}, None),
        ({"If-Match": '"x", "abc"'}, None),
        ({"If-Match": 'W/"abc"'}, 412),
        ({"If-Match": '"abd"'}, 412),
        ({"If-Match": ""}, 412),
        ({"If-Match": '"abd"', "If-None-Match": '"abc"'}, 412),
        ({"If-Match": '"abc"', "If-None-Match": '"abc"'}, 304),
    ],
)
def test_conditions_are_weighed_in_the_order_of_the_rfc(headers: dict[str, str], status: int | None) -> None:
    assert conditions.failed(headers, ETAG) == status


@pytest.mark.parametrize(
    ("value", "may"), [('"abc"', True), ('W/"abc"', False), ('"abd"', False), ("Tue, 24 Nov 2026 12:00:00 GMT", False)]
)
def test_a_part_is_sent_only_of_the_very_bytes_that_the_client_has_begun(value: str, may: bool) -> None:
    assert conditions.may_be_part({"If-Range": value}, ETAG) is may
    assert conditions.may_be_part({}, ETAG)


@pytest.mark.parametrize(
    ("wish", "wanted"),
    [
        ("sha-256=10", True),
        ("sha-512=5, sha-256=1", True),
        ("sha-256=0", False),
        ("sha-512=9", True),
        ("nonsense", True),
        ("", True),
    ],
)
def test_a_digest_is_kept_back_from_who_refuses_it(wish: str, wanted: bool) -> None:
    assert conditions.wants_sha256({"Want-Repr-Digest": wish}) is wanted


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_a_name_of_any_script_survives_and_breaks_no_header(name: str) -> None:
    header = disposition.header(name)
    found = re.fullmatch(r"attachment; filename=\"([ -~]*)\"; filename\*=UTF-8''([!-~]*)", header)
    assert found
    assert not set('"\\') & set(found[1])
    assert unquote(found[2]) == name


def test_old_programs_read_a_name_without_its_accents() -> None:
    assert disposition.header("04 Prélude nº 7.flac").startswith('attachment; filename="04 Prelude no 7.flac"; ')
