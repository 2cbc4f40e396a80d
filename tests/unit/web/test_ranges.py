"""The Range header by RFC 9110."""

from __future__ import annotations

import email.parser
import email.policy
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.web import ranges
from lathe.web.ranges import MOST_RANGES, NEAR_BYTES, ByteRange, Multipart, RangeUnsatisfiable

SIZE = 10_000


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-0", [ByteRange(0, 1)]),
        ("bytes=5-", [ByteRange(5, SIZE)]),
        ("bytes=-5", [ByteRange(SIZE - 5, SIZE)]),
        ("bytes=-50000", [ByteRange(0, SIZE)]),
        ("bytes=9000-50000", [ByteRange(9000, SIZE)]),
        ("BYTES=0-0", [ByteRange(0, 1)]),
        ("bytes=0-" + "9" * 5000, [ByteRange(0, SIZE)]),
        ("bytes=000000000000000000000000000007-7", [ByteRange(7, 8)]),
        ("bytes=0-1, 5000-5001", [ByteRange(0, 2), ByteRange(5000, 5002)]),
        ("bytes= ,0-1,,5000-5001,", [ByteRange(0, 2), ByteRange(5000, 5002)]),
        ("bytes=5000-5001,0-1", [ByteRange(5000, 5002), ByteRange(0, 2)]),
        ("bytes=0-1,20000-30000", [ByteRange(0, 2)]),
        ("bytes=0-9,5-20", [ByteRange(0, 21)]),
        ("bytes=0-9,10-20,-1", [ByteRange(0, 21), ByteRange(SIZE - 1, SIZE)]),
    ],
)
def test_ranges_are_read_as_the_rfc_says(header: str, wanted: list[ByteRange]) -> None:
    assert ranges.read(header, SIZE) == wanted


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=,",
        "items=0-1",
        "bytes=9-5",
        "bytes=a-b",
        "bytes=0-1,9-5",
        "bytes=0-1;2",
    ],
)
def test_a_header_that_cannot_be_read_has_the_whole_sent(header: str) -> None:
    assert ranges.read(header, SIZE) == []


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 9}", "bytes=-0", "bytes=-0,99999-"])
def test_ranges_of_which_there_is_nothing_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(RangeUnsatisfiable):
        ranges.read(header, SIZE)


def test_more_ranges_than_any_player_needs_are_refused_and_so_many_as_are_allowed_are_not() -> None:
    allowed = ",".join(f"{n * 600}-{n * 600}" for n in range(MOST_RANGES))
    assert len(ranges.read(f"bytes={allowed}", SIZE)) == MOST_RANGES
    with pytest.raises(RangeUnsatisfiable):
        ranges.read(f"bytes={allowed},9999-", SIZE)


def test_nothing_of_an_empty_file_can_be_asked_for() -> None:
    with pytest.raises(RangeUnsatisfiable):
        ranges.read("bytes=0-,-1", 0)


specs = st.one_of(
    st.builds(lambda a, b: f"{a}-{b}", st.integers(0, 2 * SIZE), st.integers(0, 2 * SIZE)),
    st.builds(lambda a: f"{a}-", st.integers(0, 2 * SIZE)),
    st.builds(lambda a: f"-{a}", st.integers(0, 2 * SIZE)),
    st.text(max_size=6),
)


@given(st.lists(specs, max_size=MOST_RANGES + 2), st.integers(0, 2 * SIZE))
def test_what_is_sent_lies_within_the_file_apart_from_each_other_and_holds_all_that_was_asked_for(
    asked: list[str], size: int
) -> None:
    try:
        found = ranges.read("bytes=" + ",".join(asked), size)
    except RangeUnsatisfiable:
        return
    assert all(0 <= part.start < part.stop <= size for part in found)
    in_order = sorted(found, key=lambda part: part.start)
    assert all(two.start - one.stop > NEAR_BYTES for one, two in itertools.pairwise(in_order))
    sent = {byte for part in found for byte in range(part.start, part.stop)}
    for text in asked if found else ():
        for alone in _alone(text, size):
            assert sent.issuperset(range(alone.start, alone.stop))


def _alone(text: str, size: int) -> list[ByteRange]:
    try:
        return ranges.read(f"bytes={text}", size)
    except RangeUnsatisfiable:
        return []


@given(st.text(max_size=60), st.integers(0, 10**13))
def test_whatever_stands_in_the_header_nothing_past_the_file_is_sent(text: str, size: int) -> None:
    try:
        found = ranges.read("bytes=" + text, size)
    except RangeUnsatisfiable:
        return
    assert all(0 <= part.start < part.stop <= size for part in found)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=MOST_RANGES, unique=True))
def test_a_multipart_answer_reads_as_mime_and_is_as_long_as_it_says(places: list[int]) -> None:
    whole = bytes(range(250)) * (SIZE // 250)
    parts = [ByteRange(place * 1000, place * 1000 + 7 + place) for place in places]
    body = Multipart(parts, SIZE, "audio/flac", "b" * 32)
    sent = b"".join(body.before(n) + whole[part.start : part.stop] for n, part in enumerate(parts)) + body.end

    assert len(sent) == body.length
    head = f"Content-Type: {body.content_type}\r\n\r\n".encode()
    read = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + sent)
    assert [one["Content-Range"] for one in read.iter_parts()] == [
        f"bytes {part.start}-{part.stop - 1}/{SIZE}" for part in parts
    ]
    assert [len(one.get_payload(decode=True)) for one in read.iter_parts()] == [part.size for part in parts]
