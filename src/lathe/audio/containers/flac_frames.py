"""FLAC frames given another number (RFC 9639, section 9): header, CRC-8 and CRC-16, without a look at the music."""

from __future__ import annotations

from functools import cache

_CRC_8, _CRC_16 = 0x107, 0x18005
_PERIOD = 2**15 - 1
_BLOCK_SIZE_BYTES = {6: 1, 7: 2}
_RATE_BYTES = {12: 1, 13: 2, 14: 2}


def renumbered(frame: bytes, number: int) -> bytes:
    """Return a frame of a stream with fixed block size as it stands at another place, from 0 on.

    The CRC-16 is linear: it changes by the change in the header, moved on by as many bytes as follow.
    """
    number_end, place = 4 + _coded_bytes(frame[4]), coded(number)
    if frame[4:number_end] == place:
        return frame
    end = number_end + _BLOCK_SIZE_BYTES.get(frame[2] >> 4, 0) + _RATE_BYTES.get(frame[2] & 15, 0)
    header = frame[:4] + place + frame[number_end:end]
    header += bytes([crc(header, _CRC_8)])
    music = memoryview(frame)[end + 1 : -2]
    change = crc(frame[: end + 1], _CRC_16) ^ crc(header, _CRC_16)
    check = int.from_bytes(frame[-2:], "big") ^ _product(change, _powers()[len(music) % _PERIOD])
    return b"".join((header, music, check.to_bytes(2, "big")))


def coded(number: int) -> bytes:
    """Return the frame number in the extended UTF-8 of RFC 9639, section 9.1.5: 1 to 6 bytes for 31 bits."""
    if number < 0x80:
        return bytes([number])
    more = next(count for count in range(1, 6) if number < 1 << (6 - count + 6 * count))
    tail = [0x80 | number >> 6 * place & 0x3F for place in range(more - 1, -1, -1)]
    return bytes([0xFF << (7 - more) & 0xFF | number >> 6 * more, *tail])


def crc(data: bytes, polynomial: int) -> int:
    """Return the CRC of FLAC for a polynomial of degree 8 or 16: high bit first, starting at 0."""
    degree = polynomial.bit_length() - 1
    table, value, mask = _table(polynomial), 0, (1 << degree) - 1
    for byte in data:
        value = (value << 8 & mask) ^ table[value >> degree - 8 ^ byte]
    return value


@cache
def _table(polynomial: int) -> tuple[int, ...]:
    degree = polynomial.bit_length() - 1

    def entry(byte: int) -> int:
        value = byte << degree - 8
        for _ in range(8):
            value = value << 1 ^ polynomial if value >> degree - 1 else value << 1
        return value

    return tuple(entry(byte) for byte in range(256))


def _coded_bytes(first: int) -> int:
    """Return the length of a coded number from its first byte."""
    return 1 if first < 0x80 else 8 - (~first & 0xFF).bit_length()


@cache
def _powers() -> list[int]:
    """Return x to the power of 8 * count, modulo the CRC-16 polynomial, for each count: what so many bytes behind do to
    a CRC. The polynomial is x + 1 times a primitive one of degree 15, so that the powers repeat.
    """
    table, powers = _table(_CRC_16), [1]
    for _ in range(_PERIOD - 1):
        last = powers[-1]
        powers.append((last << 8 & 0xFFFF) ^ table[last >> 8])
    return powers


def _product(one: int, two: int) -> int:
    """Return the product of two polynomials over two elements, modulo the CRC-16 polynomial."""
    result = 0
    while two:
        if two & 1:
            result ^= one
        one = one << 1 ^ _CRC_16 if one & 0x8000 else one << 1
        two >>= 1
    return result
