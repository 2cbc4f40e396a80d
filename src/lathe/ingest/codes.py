"""Barcodes and recording codes: read, checked and brought to one spelling."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from fractions import Fraction

from stdnum import ean, isrc
from stdnum.exceptions import ValidationError

from lathe.basics.errors import LatheError

INTERNAL_PREFIX = "29"
"""GS1 keeps prefixes 20 to 29 for numbers that mean something inside one company alone; ours begin so."""


class CodeError(LatheError):
    """A barcode, ISRC or share that is not one."""


def upc(text: str) -> str:
    """The barcode in its shortest usual spelling: 12 digits (UPC-A), 13 (EAN) or 14; its check digit is not judged.

    Deliveries pad barcodes to 14 digits and set them apart with blanks and dashes. Raises CodeError.
    """
    digits = re.sub(r"[\s-]", "", text)
    if not digits.isascii() or not digits.isdigit() or not 8 <= len(digits) <= 14:
        raise CodeError(f"{text[:40]!r} is not a UPC or EAN; it has 8, 12, 13 or 14 digits.")
    while len(digits) > 12 and digits.startswith("0"):
        digits = digits[1:]
    return digits.zfill(12) if len(digits) > 8 else digits


def has_good_check_digit(code: str) -> bool:
    """Whether a barcode's last digit fits the others (GS1 General Specifications, 7.9). Placeholders often fail it."""
    return bool(ean.is_valid(code))


def recording_code(text: str) -> str:
    """The ISRC as twelve capitals and digits (ISO 3901). Raises CodeError."""
    try:
        return str(isrc.validate(text))
    except ValidationError as wrong:
        raise CodeError(f"{text[:40]!r} is not an ISRC; it looks like DEA123456789.") from wrong


def internal(artist: str, album: str) -> str:
    """A number for a release that comes without a barcode: the same for the same artist and title, on any machine."""
    name = f"{_folded(artist)}\n{_folded(album)}".encode()
    body = INTERNAL_PREFIX + str(int.from_bytes(hashlib.sha256(name).digest()[:8]) % 10**10).zfill(10)
    return body + str(ean.calc_check_digit(body))


def is_internal(code: str) -> bool:
    return len(code) == 13 and code.startswith(INTERNAL_PREFIX)


def share(text: str) -> Fraction:
    """A share of the net price: '70%', '7/10' or '0.7'. Raises CodeError outside 0 to 1."""
    number = text.strip()
    try:
        value = Fraction(number[:-1].strip()) / 100 if number.endswith("%") else Fraction(number)
    except (ValueError, ZeroDivisionError) as wrong:
        raise CodeError(f"{text[:20]!r} is not a share; write for example 70% or 7/10.") from wrong
    if not 0 <= value <= 1:
        raise CodeError(f"A share lies between 0% and 100%; {text[:20]!r} does not.")
    if len(str(value)) > 20:
        raise CodeError(f"The share {text[:20]!r} is finer than the books keep; write for example 70% or 7/10.")
    return value


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
