"""A buyer writes that a letter never came, then that a file is wrong: the operator finds the order and mends it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from lathe.jobs import runner
from lathe.jobs.models import Job
from lathe.ledger import checks
from lathe.payments.models import Payment
from lathe.sales import settlement
from tests import paying, shops
from tests.db.backoffice.door import Door, at, text


@pytest.fixture
def operator(own_database: object, settings: LazySettings, tmp_path: Path) -> Door:
    settings.STATIC_ROOT = tmp_path
    return Door.of("operator@example.com")


def _opened_by(letter: str) -> str:
    """What a buyer sees who follows the link of a letter, without signing in."""
    found = re.search(r"https?://[^/]+(/library/o/\S+)", letter)
    assert found
    return text(Client().get(found.group(1), follow=True))


def test_an_operator_sends_a_receipt_again_and_refunds_the_order(operator: Door) -> None:
    order = paying.paid(shops.placed(shops.opened(), email="nadia@example.com"))
    Job.objects.filter(kind=settlement.PRECUT).delete()  # the masters of these shops have no files to cut
    runner.run_due()
    mail.outbox.clear()

    found = operator.get("orders/", q="nadia").content.decode()
    assert f'href="/manage/{at(order)}"' in found

    operator.act(at(order, "receipt"))
    assert "nadia@example.com" in operator.read(at(order))
    runner.run_due()
    [again] = mail.outbox
    assert again.to == ["nadia@example.com"]
    assert "Gymnopédies" in _opened_by(str(again.body))

    operator.act(at(order, "refund"), reason="The file was damaged")
    runner.run_due()
    assert "The file was damaged" in str(mail.outbox[-1].body)
    assert Payment.objects.get().state == Payment.State.REFUNDED
    assert "Nothing cut yet" in _opened_by(str(again.body))

    page = operator.read(at(order))
    assert "given back" in page
    assert "ended" in page
    assert page.index("Refunded the order operator@") < page.index("Sent the receipt again operator@")
    assert operator.act(at(order, "refund"), reason="once more").status_code == 409
    assert checks.check().is_sound
