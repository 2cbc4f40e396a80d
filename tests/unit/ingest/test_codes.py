"""Barcodes, recording codes and shares as deliveries write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.ingest import codes
from lathe.ingest.codes import CodeError


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("9520000000011", "9520000000011"),
        ("09520000000011", "9520000000011"),
        ("0 36000-29145 2", "036000291452"),
        ("0036000291452", "036000291452"),
        ("00036000291452", "036000291452"),
    ],
)
def test_a_padded_barcode_is_brought_to_one_spelling(written: str, code: str) -> None:
    assert codes.upc(written) == code


@pytest.mark.parametrize("written", ["", "123", "123456789012345", "12345678901a", "９５２００００００００１１"])
def test_what_is_no_barcode_is_refused(written: str) -> None:
    with pytest.raises(CodeError, match="is not a UPC or EAN"):
        codes.upc(written)


def test_a_placeholder_keeps_its_bad_check_digit_and_is_told_apart() -> None:
    assert codes.upc("1234567890123") == "1234567890123"
    assert not codes.has_good_check_digit("1234567890123")
    assert codes.has_good_check_digit("9520000000011")


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_number_of_ones_own_is_a_barcode_and_the_same_every_time(artist: str, album: str) -> None:
    number = codes.internal(artist, album)
    assert codes.is_internal(number)
    assert codes.has_good_check_digit(number)
    assert number == codes.internal(artist.upper().lower() if artist.isascii() else artist, f" {album} ")


def test_releases_without_barcode_are_told_apart() -> None:
    assert codes.internal("Satie", "Gymnopédies") != codes.internal("Satie", "Gnossiennes")


def test_an_isrc_loses_its_dashes() -> None:
    assert codes.recording_code("fr-z99-25-00001") == "FRZ992500001"
    with pytest.raises(CodeError, match="is not an ISRC"):
        codes.recording_code("FRZ9925")


@pytest.mark.parametrize(
    ("written", "share"), [("70%", Fraction(7, 10)), ("7/10", Fraction(7, 10)), ("0.655", Fraction(131, 200)), ("0", 0)]
)
def test_a_share_is_read_as_people_write_it(written: str, share: Fraction) -> None:
    assert codes.share(written) == share


@pytest.mark.parametrize("written", ["101%", "-1%", "1/0", "most", "", "0.123456789012345"])
def test_what_is_no_share_is_refused(written: str) -> None:
    with pytest.raises(CodeError):
        codes.share(written)
