"""Ogg pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.audio.containers import ogg

SERIAL = 7


def body_of(sizes: list[int], number: int = 2) -> bytes:
    pages, granule, out = ogg.Pages(SERIAL, number, 50), 0, b""
    for place, size in enumerate(sizes):
        granule += 960
        out += pages.add(bytes([place % 251]) * size, granule)
    return out + pages.finish(granule)


def test_the_checksum_is_the_one_of_the_standard() -> None:
    page = bytearray.fromhex("4f676753000244000000000000004400000000000000000000000100")
    plain, crc = bytes(page), 0
    for byte in plain:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    assert ogg.checksum(plain) == crc


@pytest.mark.parametrize("size", [0, 1, 254, 255, 256, 510, 255 * 255 - 1, 255 * 255, 255 * 255 + 1, 400_000])
def test_a_header_packet_of_any_size_comes_back(size: int) -> None:
    packet = bytes(range(256)) * (size // 256) + bytes(size % 256)
    pages = ogg.packet_pages(SERIAL, 3, ogg.FIRST, packet)
    assert list(ogg.packets_of(pages)) == [packet]
    assert all(ogg.is_page(page, 0, len(page)) for page in pages)
    assert [int.from_bytes(page[18:22], "little") for page in pages] == list(range(3, 3 + len(pages)))
    assert [page[5] for page in pages] == [ogg.FIRST] + [ogg.CONTINUED] * (len(pages) - 1)
    granules = [int.from_bytes(page[6:14], "little", signed=True) for page in pages]
    assert granules == [ogg.NOTHING_ENDS] * (len(pages) - 1) + [0]


@given(st.lists(st.integers(0, 1276), min_size=1, max_size=200))
def test_audio_packets_of_any_size_come_back_in_order(sizes: list[int]) -> None:
    body = body_of(sizes)
    pages = list(ogg.pages_of(body))
    assert b"".join(pages) == body
    assert [len(packet) for packet in ogg.packets_of(pages)] == sizes
    assert [page[5] for page in pages] == [0] * (len(pages) - 1) + [ogg.LAST]
    assert int.from_bytes(pages[-1][6:14], "little") == 960 * len(sizes)


@given(st.data(), st.integers(1, 300), st.integers(-2, 2000))
def test_a_renumbered_body_is_what_would_have_been_written(data: st.DataObject, packets: int, shift: int) -> None:
    sizes = data.draw(st.lists(st.sampled_from([3, 80, 320, 1276]), min_size=packets, max_size=packets))
    body, expected = body_of(sizes), body_of(sizes, 2 + shift)
    renumberer, place, out = ogg.Renumberer(shift), 0, b""
    while place < len(body):
        step = data.draw(st.integers(1, 20_000))
        out += renumberer.feed(body[place : place + step])
        place += step
    assert out + renumberer.finish() == expected
    start, stop = sorted((data.draw(st.integers(0, len(body))), data.draw(st.integers(0, len(body)))))
    assert ogg.renumbered_range(lambda a, b: body[a:b], shift, start, stop) == expected[start:stop]


def test_a_page_mark_inside_the_music_does_not_mislead() -> None:
    pages = ogg.Pages(SERIAL, 2, 50)
    trap = ogg.page(SERIAL, 9, 9, 0, b"\x05", b"music")[:20] * 12
    body = pages.add(trap, 960) + pages.add(trap, 1920) + pages.finish(1920)
    whole = ogg.Renumberer(5).feed(body)
    for start in range(0, len(body), 3):
        assert ogg.renumbered_range(lambda a, b: body[a:b], 5, start, start + 40) == whole[start : start + 40]


def test_a_head_counts_its_pages() -> None:
    pages = ogg.packet_pages(SERIAL, 0, ogg.FIRST, b"x" * 19) + ogg.packet_pages(SERIAL, 1, 0, bytes(200_000))
    assert ogg.count_pages(b"".join(pages)) == len(pages) == 5
