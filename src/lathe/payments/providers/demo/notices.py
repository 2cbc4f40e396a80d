"""The demo processor's signed notices: a JSON body, and a header that signs it with its moment.

`Lathe-Demo-Signature: t=<unix seconds>,v1=<HMAC-SHA-256 of "t.body" in hexadecimal>`. The moment is signed too, so that
a notice caught on its way cannot be sent again later.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from lathe.basics.money import MICRO, Money, MoneyError, round_half_up
from lathe.payments.errors import NoticeRefused
from lathe.payments.rules import ProviderNotice, State

HEADER = "Lathe-Demo-Signature"
TOLERANCE = timedelta(minutes=5)

_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_FEE_SHARE = Fraction(14, 1000)
_FEE_FIXED_MICRO = MICRO // 4
CHARGEBACK_FEE_MICRO = 15 * MICRO
"""What the processor charges for a payment that is taken back: 15 of the major unit."""
_MOST_MICRO = 2**63 - 1
"""The largest amount that the books can hold."""


def fee_micro(amount: Money) -> int:
    """What the processor keeps of a payment: 1.4 % and a quarter of the major unit, in micro, rounded half up."""
    return round_half_up(_FEE_SHARE * amount.micro) + _FEE_FIXED_MICRO


def write(notice: ProviderNotice) -> bytes:
    """A notice as it goes over the wire."""
    fields = {
        "id": notice.notice_id,
        "reference": notice.reference,
        "state": notice.state.value,
        "amount_minor": notice.amount.minor,
        "currency": notice.amount.currency,
        "fee_micro": notice.fee_micro,
        "country": notice.country,
    }
    return json.dumps(fields, sort_keys=True).encode("utf-8")


def sign(body: bytes, secret: bytes, moment: datetime) -> dict[str, str]:
    """The headers that prove `body` at `moment`."""
    stamp = int(moment.timestamp())
    return {HEADER: f"t={stamp},v1={_digest(body, secret, stamp)}", "Content-Type": "application/json"}


def _digest(body: bytes, secret: bytes, stamp: int) -> str:
    return hmac.new(secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def read(headers: Mapping[str, str], body: bytes, secret: bytes, moment: datetime) -> ProviderNotice:
    """Prove the sender of a notice and read it.

    Header names are compared without case. Raises NoticeRefused when the signature is absent, malformed, wrong or more
    than five minutes away from `moment`, or the body is not a notice.
    """
    found = _SIGNATURE.fullmatch(_header(headers))
    if found is None:
        raise NoticeRefused(f"The notice has no {HEADER} of the form t=…,v1=….")
    stamp, given = int(found[1]), found[2]
    if not hmac.compare_digest(_digest(body, secret, stamp), given):
        raise NoticeRefused(f"The {HEADER} does not match the notice: it was forged, or the secrets differ.")
    if abs(moment.timestamp() - stamp) > TOLERANCE.total_seconds():
        raise NoticeRefused("The notice was signed more than five minutes away from now; check both clocks.")
    return _parse(body)


def _header(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == HEADER.lower()), "")


def _parse(body: bytes) -> ProviderNotice:
    try:
        fields = json.loads(body)
        return ProviderNotice(
            notice_id=_text(fields, "id", 120),
            reference=_text(fields, "reference", 120),
            state=State(fields["state"]),
            amount=Money(fields["amount_minor"], fields["currency"]),
            fee_micro=_whole(fields, "fee_micro"),
            country=_text(fields, "country", 2, least=0),
        )
    except (ValueError, KeyError, TypeError, MoneyError, RecursionError) as error:
        raise NoticeRefused(f"The notice is signed but cannot be read: {error}") from error


def _text(fields: dict[str, Any], name: str, most: int, least: int = 1) -> str:
    value = fields[name]
    if not isinstance(value, str) or not least <= len(value) <= most or not value.isprintable():
        raise ValueError(f"{name} must be a text of {least} to {most} printed characters; it is {value!r}.")
    return value


def _whole(fields: dict[str, Any], name: str) -> int:
    value = fields[name]
    if type(value) is not int or not 0 <= value <= _MOST_MICRO:
        raise ValueError(f"{name} must be a whole number of 0 to {_MOST_MICRO}; it is {value!r:.40}.")
    return value
