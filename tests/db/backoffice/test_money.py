"""What an operator does about money at /manage/: sees what is owed and why, takes files to the bank, books by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lathe.backoffice import money_page
from lathe.backoffice.models import Action
from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.catalogue.models import Party
from lathe.ledger import accounts, bookings, checks
from lathe.ledger import actions as ledger
from lathe.ledger import queries as books
from lathe.ledger.bookings import Note
from lathe.ledger.entries import credit, debit
from lathe.ledger.models import Transaction
from lathe.reports import actions as reports
from lathe.reports.models import Particulars
from lathe.royalties import actions as royalties
from lathe.royalties import queries
from lathe.royalties.rules.periods import Period
from lathe.sales.models import Order
from tests import paying, shops
from tests.db.backoffice.door import Door, at, signed_in, text

OCTOBER = Period(2026, 10, 1)
PAYMENT = {"minimum": ["25.00EUR"], "reserve": "10%", "reserve_periods": 3, "withholding": "15%"}


def earn(party: Party, micro: int, day: date = date(2026, 10, 14), currency: str = "EUR") -> None:
    ledger.post(
        key=f"sale:{party.slug}:{day}:{currency}",
        kind="sale",
        subject=party.slug,
        occurred_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        entries=[debit(accounts.margin(), currency, micro), credit(accounts.payable(party.uid), currency, micro)],
    )


def label(name: str, micro: int, payment: dict[str, object] | None = None) -> Party:
    """A rights holder whose October is settled."""
    made = Party.objects.create(name=name, slug=name.lower().replace(" ", "-"))
    terms = {"starts_on": date(2026, 1, 1), "payment": payment or {}, "rule": [{"share": "70%"}]}
    royalties.sign(party_uid=made.uid, plain=terms)
    earn(made, micro)
    with clock.use(FixedClock(OCTOBER.end)):
        royalties.settle(party_uid=made.uid, period=OCTOBER, currency="EUR")
    return made


def to_pay(party: Party) -> int:
    return -books.balance(accounts.payout(party.uid), "EUR")


def payout(party: Party) -> str:
    return f"money/payout/{party.uid}/EUR/"


def test_a_shop_that_owes_nothing_says_so(door: Door) -> None:
    shops.opened()
    page = door.read("money/")
    assert "Nothing is owed to anybody." in page
    assert "No period is settled yet." in page


def test_what_is_owed_is_shown_with_what_keeps_it_back(door: Door) -> None:
    shops.opened()
    label("Maple Street", 100_000_000, PAYMENT)
    small = label("Small", 3_000_000, PAYMENT)
    earn(small, 1_500_000, date(2026, 11, 2))
    page = door.read("money/")
    assert "Settled to the end of 2026-10" in page
    assert "100.0000 € earned 10.0000 € are held in reserve against refunds to come." in page
    assert "13.5000 € of tax are withheld for the tax office. 76.50 €" in page
    assert "2.7000 € are carried forward: the minimum payout is 25.00 €. Carried forward" in page
    assert "76.50 € to 1 rights holder" in page
    assert "Small 4.2000 € not settled yet 0.3000 € held in reserve" in page
    assert "76.50 € to be paid Book a payout" in page


def test_what_is_held_for_a_case_leads_to_it(door: Door) -> None:
    shop = shops.opened()
    paying.paid(shops.placed(shop))
    claim = {"claimant": "Signal", "email": "", "track": "", "claim": "Ours."}
    assert door.act(at(shop.release, "claim"), **claim).status_code == 302
    assert "1.4630 € held while it is in dispute, case 1" in door.read("money/")
    assert 'href="/manage/cases/1/"' in door.get("money/").content.decode()


def test_an_earlier_month_can_be_chosen_and_a_wrong_one_shows_the_latest(door: Door) -> None:
    shops.opened()
    holder = label("Maple Street", 100_000_000)
    earn(holder, 7_000_000, date(2026, 11, 2))
    with clock.use(FixedClock(OCTOBER.later(1).end)):
        royalties.settle(party_uid=holder.uid, period=OCTOBER.later(1), currency="EUR")
    assert "Settled to the end of 2026-11" in door.read("money/", month="1999-01")
    page = door.read("money/", month="2026-10")
    assert "Settled to the end of 2026-10" in page
    assert "100.00 € to 1 rights holder" in page
    assert "107.00 € to be paid" in page, "both months wait for the bank"


def test_the_files_for_the_bank_are_those_of_the_reports(door: Door) -> None:
    shops.opened()
    holder = label("Maple Street", 100_000_000)
    table = door.get("money/payouts/2026-10/EUR/payouts-csv/")
    assert "Maple Street" in table.content.decode()
    assert "100.00,EUR" in table.content.decode()
    assert table["Content-Disposition"].startswith('attachment; filename="')
    missing = door.client.get("/manage/money/payouts/2026-10/EUR/payouts-sepa/", follow=True)
    assert "The shop's own bank account is not known." in text(missing)
    reports.describe(whom=Particulars.SHOP, changes={"iban": "DE89370400440532013000"})
    reports.describe(whom=str(holder.uid), changes={"iban": "FR7630006000011234567890189"})
    sepa = door.get("money/payouts/2026-10/EUR/payouts-sepa/")
    assert sepa["Content-Type"] == "application/xml"
    assert b"pain.001.001.09" in sepa.content
    assert b"FR7630006000011234567890189" in sepa.content
    assert to_pay(holder) == 100_000_000, "a file books nothing"
    assert door.get("money/payouts/2026-10/EUR/dsr/").status_code == 404
    assert door.get("money/payouts/soon/EUR/payouts-csv/").status_code == 302


def test_a_payout_pressed_twice_is_booked_once(door: Door) -> None:
    shops.opened()
    holder = label("Maple Street", 100_000_000)
    page = door.get(payout(holder)).content.decode()
    assert 'value="100.00EUR"' in page
    assert 'value="2026-10-maple-street-EUR"' in page
    fields = door.form(payout(holder))
    sent = {"amount": "60.00EUR", "key": "2026-10-maple-street-EUR", "reference": "SEPA-4711"}
    for _ in range(2):
        assert door.send(payout(holder), fields, **sent).status_code == 302
    assert to_pay(holder) == 40_000_000
    assert door.act(payout(holder), **sent).status_code == 302, "a new form, the same key"
    assert to_pay(holder) == 40_000_000
    assert Transaction.objects.get(kind="payout").key == "payout:2026-10-maple-street-EUR"
    assert 'value="2026-10-maple-street-EUR-2"' in door.get(payout(holder)).content.decode()
    assert "Booked a payout: Maple Street" in door.read("")
    assert checks.check().is_sound


def test_a_payout_the_command_booked_is_not_booked_again(door: Door) -> None:
    shops.opened()
    holder = label("Maple Street", 100_000_000)
    fields = door.form(payout(holder))
    [due] = queries.payouts_until(OCTOBER.last_day, "EUR")
    key = money_page.payout_key(holder, "EUR")
    bookings.pay_out(party=holder.uid, amount=due.payout, note=Note(key, str(holder.uid)))
    assert door.send(payout(holder), fields, amount="100.00EUR", key=key, reference="").status_code == 302
    assert to_pay(holder) == 0
    answer = door.send(payout(holder), {**fields, "number": "2"}, amount="100.00EUR", key="another", reference="")
    assert answer.status_code == 409
    assert Transaction.objects.filter(kind="payout").count() == 1
    assert "All that was settled is booked as paid." in door.read(payout(holder))


@pytest.mark.parametrize("amount", ["", "ten", "100.01EUR", "0.00EUR", "10.00USD"])
def test_an_amount_that_cannot_be_is_refused_and_what_was_typed_stays(door: Door, amount: str) -> None:
    shops.opened()
    holder = label("Maple Street", 100_000_000)
    answer = door.act(payout(holder), amount=amount, key="mine", reference="SEPA-1")
    assert answer.status_code == 409
    assert 'value="mine"' in answer.content.decode()
    assert 'value="SEPA-1"' in answer.content.decode()
    assert to_pay(holder) == 100_000_000
    assert not Action.objects.exists()


def test_a_balance_is_written_off_once(door: Door) -> None:
    shops.opened()
    holder = label("Maple Street", 100_000_000)
    page = door.read("money/balances/", state="liabilities:payout:")
    assert f"To be paid to Maple Street liabilities:payout:{holder.uid} 100.0000 €" in page
    assert "There are none." in door.read("money/balances/", q="assets:nothing")
    path = f"money/balances/liabilities:payout:{holder.uid}/EUR/"
    assert "100.0000 € that the shop owes need not be paid any more: income." in door.read(path)
    assert f"To be paid to Maple Street (liabilities:payout:{holder.uid})" in door.read(path)
    fields = door.form(path)
    assert door.send(path, fields, key="k1", reason="").status_code == 422
    for _ in range(2):
        assert door.send(path, fields, key="k1", reason="Dissolved in 2025.").status_code == 302
    assert (to_pay(holder), books.balance(accounts.released(), "EUR")) == (0, -100_000_000)
    assert Transaction.objects.get(kind="write-off").subject == "Dissolved in 2025."
    assert "there is nothing to write off" in door.read(path)
    assert "Wrote off a balance: liabilities:payout" in door.read("")
    assert door.get("money/balances/liabilities:payout:x/EUR/").status_code == 404


def test_what_a_provider_lost_is_an_expense(door: Door) -> None:
    paying.paid(shops.placed(shops.opened()))
    page = door.read("money/balances/")
    assert "Held by the payment provider (" in page
    assert "Owed to Arcueil" in page
    assert "Left to the shop" not in page, "income cannot be written off"
    assert "Owed to Arcueil" not in door.read("money/balances/", q="assets:")
    path = "money/balances/assets:processor:demo/EUR/"
    assert "are given up: an expense. Nobody will pay them to the shop any more." in door.read(path)
    margin = "money/balances/income:margin/EUR/"
    assert door.act(margin, key="k", reason="x").status_code == 409
    assert door.act(path, key="k2", reason="Insolvent.").status_code == 302
    assert books.balance("assets:processor:demo", "EUR") == 0


def test_a_chargeback_is_found_by_the_orders_number_and_booked_once(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    gone = door.client.get("/manage/money/charged-back/", {"order": "AAAA-AAAA"}, follow=True)
    assert "There is no order AAAA-AAAA in this shop." in text(gone)
    found = door.client.get("/manage/money/charged-back/", {"order": f" {order.number.lower()} "})
    path = at(order, "chargeback")
    assert found["Location"] == f"/manage/{path}"
    assert "The bank of the buyer took 2.49 € back" in door.read(path)
    fields = door.form(path)
    assert door.send(path, fields, fee="much").status_code == 409
    for _ in range(2):
        assert door.send(path, fields, fee="15.00EUR").status_code == 302
    order.refresh_from_db()
    assert order.state == Order.State.CHARGEBACK
    assert books.balance(accounts.chargebacks("demo"), "EUR") == 15_000_000
    assert Transaction.objects.filter(kind="chargeback").count() == 1
    assert "was charged back already" in door.read(path)
    assert "Booked a chargeback" in door.read(at(order))


def test_an_order_that_no_provider_was_paid_for_has_no_chargeback(door: Door) -> None:
    order = shops.placed(shops.opened())
    assert "nothing can be charged back" in door.read(at(order, "chargeback"))
    assert door.act(at(order, "chargeback")).status_code in {404, 409}


def test_nobody_else_sees_or_books_money(door: Door) -> None:
    shops.opened()
    holder = label("Maple Street", 100_000_000)
    client, _ = signed_in("label@example.com")
    other = Door(client, door.person)
    paths = ["money/", payout(holder), "money/balances/", "money/payouts/2026-10/EUR/payouts-csv/"]
    assert [other.get(path).status_code for path in paths] == [404] * 4
    assert door.send(payout(holder), {"number": "1"}, amount="1.00EUR", key="k").status_code == 403, "no token"
    assert to_pay(holder) == 100_000_000


def test_the_page_asks_the_database_no_more_for_more_parties(door: Door) -> None:
    shops.opened()
    asked = []
    for name in ("One", "Two", "Three"):
        label(name, 30_000_000)
        with CaptureQueriesContext(connection) as found:
            door.get("money/")
        asked.append(len(found))
    assert asked[0] == asked[2]
