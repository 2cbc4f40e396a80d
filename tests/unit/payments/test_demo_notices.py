"""The demo processor's signed notices: what is signed is read back, and nothing else is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.basics.money import Money
from lathe.payments.errors import NoticeRefused
from lathe.payments.providers.demo import notices
from lathe.payments.rules import ProviderNotice, State

SECRET = b"a secret of the tests"
MOMENT = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
NOTICE = ProviderNotice("demo_1_1", "demo_1", State.PAID, Money(198, "EUR"), 277_720, "FR")
BODY = notices.write(NOTICE)


def signed(body: bytes = BODY, secret: bytes = SECRET, moment: datetime = MOMENT) -> dict[str, str]:
    return notices.sign(body, secret, moment)


def changed(**fields: object) -> bytes:
    return json.dumps(json.loads(BODY) | fields).encode()


@given(
    st.sampled_from(State),
    st.integers(min_value=0, max_value=10**12),
    st.sampled_from(["EUR", "USD", "JPY"]),
    st.integers(min_value=0, max_value=10**12),
)
def test_a_signed_notice_is_read_back_as_it_was_written(state: State, minor: int, currency: str, fee: int) -> None:
    wanted = ProviderNotice("n", "r", state, Money(minor, currency), fee, "DE")
    body = notices.write(wanted)
    assert notices.read(signed(body), body, SECRET, MOMENT) == wanted


@pytest.mark.parametrize("name", ["lathe-demo-signature", "LATHE-DEMO-SIGNATURE"])
def test_a_header_is_found_in_any_case(name: str) -> None:
    assert notices.read({name: signed()[notices.HEADER]}, BODY, SECRET, MOMENT) == NOTICE


@given(st.integers(min_value=0, max_value=len(BODY) - 1), st.integers(min_value=1, max_value=255))
def test_a_notice_with_one_byte_changed_is_refused(place: int, flip: int) -> None:
    body = BODY[:place] + bytes([BODY[place] ^ flip]) + BODY[place + 1 :]
    with pytest.raises(NoticeRefused, match="does not match"):
        notices.read(signed(), body, SECRET, MOMENT)


def test_a_notice_signed_with_another_secret_is_refused() -> None:
    with pytest.raises(NoticeRefused, match="forged, or the secrets differ"):
        notices.read(signed(secret=b"guess"), BODY, SECRET, MOMENT)


def test_a_signature_moved_to_another_moment_is_refused() -> None:
    stamp, digest = signed()[notices.HEADER].split(",")
    later = f"t={int(stamp[2:]) + 1},{digest}"
    with pytest.raises(NoticeRefused, match="does not match"):
        notices.read({notices.HEADER: later}, BODY, SECRET, MOMENT)


@pytest.mark.parametrize("away", [timedelta(minutes=5), timedelta(minutes=-5), timedelta(0)])
def test_a_notice_within_five_minutes_is_taken(away: timedelta) -> None:
    assert notices.read(signed(), BODY, SECRET, MOMENT + away) == NOTICE


@pytest.mark.parametrize(
    "away", [timedelta(minutes=5, seconds=1), timedelta(minutes=-5, seconds=-1), timedelta(days=900)]
)
def test_an_older_or_a_future_notice_is_refused(away: timedelta) -> None:
    with pytest.raises(NoticeRefused, match="more than five minutes"):
        notices.read(signed(), BODY, SECRET, MOMENT + away)


@pytest.mark.parametrize(
    "value", ["", "t=1", "v1=" + "0" * 64, "t=x,v1=" + "0" * 64, "t=1,v1=" + "G" * 64, "t=1,v1=abc"]
)
def test_a_malformed_signature_is_refused(value: str) -> None:
    with pytest.raises(NoticeRefused, match="no Lathe-Demo-Signature"):
        notices.read({notices.HEADER: value}, BODY, SECRET, MOMENT)


def test_a_notice_without_a_signature_is_refused() -> None:
    with pytest.raises(NoticeRefused, match="no Lathe-Demo-Signature"):
        notices.read({}, BODY, SECRET, MOMENT)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        changed(state="settled"),
        changed(amount_minor=1.98),
        changed(amount_minor=True),
        changed(currency="Euro"),
        changed(currency=None),
        changed(id=""),
        changed(id="x" * 121),
        changed(reference=7),
        changed(fee_micro=-1),
        changed(fee_micro="0"),
        changed(country="Deutschland"),
        changed(id="a\0b"),
        changed(id="\ud800"),
        changed(fee_micro=2**63),
        b"[" * 50_000,
    ],
)
def test_a_signed_body_that_is_no_notice_is_refused(body: bytes) -> None:
    with pytest.raises(NoticeRefused, match="signed but cannot be read"):
        notices.read(signed(body), body, SECRET, MOMENT)


@pytest.mark.parametrize(
    ("amount", "fee"),
    [
        (Money(198, "EUR"), 277_720),
        (Money(99, "EUR"), 263_860),
        (Money(1, "EUR"), 250_140),
        (Money(120, "JPY"), 1_930_000),
        (Money(10_000, "USD"), 1_650_000),
    ],
)
def test_the_fee_is_one_point_four_per_cent_and_a_quarter(amount: Money, fee: int) -> None:
    assert notices.fee_micro(amount) == fee
