"""What an operator sees of orders and can do with one, once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connections

from lathe.backoffice.models import Action
from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.delivery.models import Entitlement
from lathe.jobs import engines as jobs
from lathe.jobs import runner
from lathe.ledger import checks, sealing
from lathe.mail.models import Letter
from lathe.sales import refunds
from lathe.sales.models import Order, Refund
from tests import paying, shops
from tests.db.backoffice.door import Door, at, dies, text

REASON = "The file was damaged"


def receipts(order: Order) -> int:
    return Letter.objects.filter(key__startswith=f"receipt:{order.uid}").count()


def test_orders_come_newest_first_and_are_found_by_number_address_and_state(door: Door) -> None:
    shop = shops.opened()
    first = paying.paid(shops.placed(shop, email="nadia@example.com"))
    second = shops.placed(shop, email="paul@example.org")
    page = door.read("orders/")
    assert page.index(second.number) < page.index(first.number)
    assert first.number not in door.read("orders/", q="PAUL@")
    assert second.number in door.read("orders/", q="PAUL@")
    assert first.number in door.read("orders/", q=first.number.lower())
    assert second.number not in door.read("orders/", state="paid")
    assert "No order fits" in door.read("orders/", q="nobody")
    assert "No order fits" in door.read("orders/", state="no-such-state")
    assert "No order fits" in door.read("orders/", q="nul\0byte")


def test_a_long_list_is_turned_page_by_page_and_keeps_its_filter(door: Door) -> None:
    order = shops.placed(shops.opened())
    facts = {
        field.attname: getattr(order, field.attname)
        for field in Order._meta.concrete_fields
        if field.attname not in {"id", "uid", "number"}
    }
    Order.objects.bulk_create([Order(number=f"TEST-{n:04}", **facts) for n in range(60)])
    page = door.get("orders/", state="pending").content.decode()
    assert 'href="?state=pending&amp;page=2"' in page
    assert "Page 2 of 2" in door.read("orders/", state="pending", page="99")
    assert "Page 1 of 2" in door.read("orders/", page="no-number")


def test_the_page_of_an_order_tells_all_that_is_known_of_it(door: Door) -> None:
    shop = shops.opened()
    order = paying.paid(shops.placed(shop, evidence={"stated": "DE", "address": "FR"}))
    page = door.read(at(order))
    assert "2.49 €" in page
    assert "VAT 19 % (Germany)" in page.replace("\xa0", " ")
    assert "What the buyer chose Germany" in page
    assert "Network address France" in page
    assert order.consent_text in page
    assert "Test card: Paid" in page
    assert ": taken" in page
    assert "Owed to Arcueil Éditions 1.4630" in page
    assert "Tax for Germany 0.4000" in page
    assert "Left to the shop 0.6270" in page
    assert f"order {order.number}" in page
    assert "Gymnopédie no. 3" in page
    assert "Invoice" not in page
    sealing.seal()
    assert "-000001" in door.read(at(order)).partition("Invoice S")[2]


def test_the_letters_shown_do_not_give_the_link_away(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    assert "/library/o/" in Letter.objects.get().text
    assert "/library/o/… " in door.read(at(order))


def test_a_refund_undoes_the_order_and_is_on_record(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    assert "A refund cannot be undone." in door.read(at(order, "refund"))
    answer = door.act(at(order, "refund"), reason=REASON)
    assert (answer.status_code, answer.url) == (302, f"/manage/{at(order)}")
    made = Refund.objects.get()
    assert (made.reason, made.made_by) == (REASON, door.person.uid)
    assert not Entitlement.objects.filter(ended_at__isnull=True).exists()
    page = door.read(at(order))
    assert "Refunded the order operator@example.com" in page
    assert f"Reason: {REASON}" in page
    assert "The money is on its way back." in page
    assert checks.check().is_sound


def test_a_refund_without_a_reason_is_refused_and_the_field_says_so(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    answer = door.act(at(order, "refund"), reason="   ")
    assert answer.status_code == 422
    assert "Say why." in text(answer)
    assert not Action.objects.exists()
    assert not Refund.objects.exists()


def test_a_button_pressed_twice_refunds_once_and_answers_the_same(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    fields = door.form(at(order, "refund"))
    answers = [door.send(at(order, "refund"), fields, reason=REASON) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Refund.objects.count() == Action.objects.count() == 1


def test_an_order_refunded_before_says_so_and_stays_as_it_is(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    fields = door.form(at(order, "refund"))
    refunds.refund(order=order, reason="by other means", operator=door.person)
    answer = door.send(at(order, "refund"), fields, reason=REASON)
    assert answer.status_code == 409
    assert "was refunded already" in text(answer)
    assert "was refunded already" in door.read(at(order, "refund"))
    assert Refund.objects.get().reason == "by other means"
    assert not Action.objects.exists()


def test_an_order_that_is_not_paid_has_nothing_to_refund_or_to_send(door: Door) -> None:
    order = shops.placed(shops.opened())
    for act in ("refund", "receipt", "link"):
        assert "is not paid yet" in door.read(at(order, act))
        assert door.send(at(order, act), _token(door), number="1", reason=REASON).status_code == 409
    assert receipts(order) == 0
    assert not Action.objects.exists()


def _token(door: Door) -> dict[str, str]:
    """A valid token from a page with a form, here that of the country in the foot."""
    page = door.form("orders/")
    return {"csrfmiddlewaretoken": page["csrfmiddlewaretoken"]}


def test_a_receipt_is_sent_again_each_time_it_is_asked_for_and_once_a_press(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    fields = door.form(at(order, "receipt"))
    for _ in range(2):
        assert door.send(at(order, "receipt"), fields).status_code == 302
    assert receipts(order) == 2
    assert door.act(at(order, "receipt")).status_code == 302
    assert receipts(order) == 3
    assert Action.objects.filter(what=Action.What.RECEIPT).count() == 2


@pytest.mark.parametrize("number", ["", "0", "-1", "7", "1.0", "²", "99999999999999999999"])
def test_a_form_with_a_forged_number_does_nothing(door: Door, number: str) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    answer = door.act(at(order, "receipt"), number=number)
    assert answer.status_code == 409
    assert "The form was not whole" in text(answer)
    assert receipts(order) == 1


def test_who_comes_second_is_told_who_was_first_and_keeps_what_was_typed(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    other = Door.of("second@example.com")
    fields = other.form(at(order, "refund"))
    door.act(at(order, "receipt"))
    answer = other.send(at(order, "refund"), fields, reason=REASON)
    assert answer.status_code == 409
    assert "operator@example.com was here before you" in text(answer)
    assert f'value="{REASON}"' in answer.content.decode()
    assert not Refund.objects.exists()
    assert other.act(at(order, "refund"), reason=REASON).status_code == 302


def test_two_operators_who_press_at_once_have_one_effect(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    doors = [door, Door.of("second@example.com")]
    forms = [one.form(at(order, "refund")) for one in doors]
    together, statuses = threading.Barrier(2), []

    def press(one: Door, fields: dict[str, str]) -> None:
        together.wait()
        try:
            statuses.append(one.send(at(order, "refund"), fields, reason=REASON).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=pair) for pair in zip(doors, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302, 409]
    assert Refund.objects.count() == Action.objects.count() == 1
    assert checks.check().is_sound


def test_the_library_link_opens_the_order_and_taking_it_is_on_record(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    assert "/library/o/" not in door.get(at(order, "link")).content.decode()
    answer = door.act(at(order, "link"))
    assert answer.status_code == 200
    address = answer.context["address"]
    assert f'value="{address}"' in answer.content.decode()
    assert door.client.get(address.partition("8000")[2] or address).status_code == 302
    assert Action.objects.get().what == Action.What.LINK
    assert "Took the library link operator@example.com" in door.read(at(order))


def test_money_that_could_not_be_given_back_stands_on_the_page(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    door.act(at(order, "refund"), reason=REASON)
    [pending] = jobs.current().pending(refunds.RETURN_MONEY)
    dies(pending.kind, pending.key, "The bank is closed.")
    assert "could not be given back. The bank is closed." in door.read(at(order))
    door.act(f"jobs/{refunds.RETURN_MONEY}/retry/")
    runner.run_due()
    page = door.read(at(order))
    assert "given back" in page
    assert "on its way back" not in page


def test_the_record_of_a_time_is_shown_as_it_was(door: Door) -> None:
    with clock.use(FixedClock(datetime(2026, 3, 9, 10, 32, tzinfo=UTC))):
        order = paying.paid(shops.placed(shops.opened()))
        door.act(at(order, "receipt"))
    assert "Sent the receipt again operator@example.com, 2026-03-09 10:32" in door.read(at(order))
