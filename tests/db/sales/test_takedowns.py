"""A claim against music on sale: stopped at once, what is owed held apart, then settled one way or the other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from lathe.accounts.models import PartyRole, Person
from lathe.basics import clock
from lathe.catalogue.models import Party
from lathe.delivery.models import Entitlement
from lathe.ledger import accounts, checks
from lathe.ledger import actions as ledger
from lathe.ledger import queries as books
from lathe.ledger.entries import debit
from lathe.mail.models import Letter
from lathe.reports import statements
from lathe.reports.rules import Month
from lathe.rights import cases, queries
from lathe.rights.cases import Claim
from lathe.rights.errors import RightsError
from lathe.rights.models import Case, CaseEvent
from lathe.rights.reasons import Reason
from lathe.rights.rules import No, Yes
from lathe.royalties import actions as royalties
from lathe.sales import escrow, orders, refunds, takedowns
from lathe.sales.errors import OrderRefused
from lathe.sales.models import Order
from tests import shops
from tests.paying import begun, bring, notices, paid
from tests.shops import Shop

pytestmark = pytest.mark.django_db


def claim(shop: Shop, number: int | None = None) -> Claim:
    """A claim about the release, or about one track of it."""
    track = shop.tracks[number - 1] if number else None
    return Claim(shop.release, track, "Signal GmbH", "legal@signal.example", "We hold the rights since 2019.")


def owed(party: Party) -> int:
    return -books.balance(accounts.payable(party.uid), "EUR")


def escrowed(case: Case) -> int:
    return escrow.held(case).get("EUR", 0)


def operator() -> Person:
    return Person.objects.create_user("clara@example.org", is_operator=True)


def other(share: str = "7/10") -> Party:
    """Another label with which a share is agreed."""
    made = Party.objects.create(name="Signal", slug="signal")
    royalties.agree(party_uid=made.uid, share=shops.Fraction(share), use_wholesale=False, starts_on=shops.LONG_AGO)
    return made


def events(case: Case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).values_list("what", flat=True))


def is_sold(shop: Shop) -> bool:
    return isinstance(queries.of_release(shop.release, "DE", clock.now(), "main").release, Yes)


def test_a_claim_stops_the_sale_at_once_and_holds_what_is_owed() -> None:
    shop = shops.opened()
    paid(shops.placed(shop))
    assert owed(shop.label) == 1_463_000
    case = takedowns.open_case(claim=claim(shop))
    assert queries.of_release(shop.release, "DE", clock.now()).release == No((Reason.SUSPENDED,))
    assert (owed(shop.label), escrowed(case)) == (0, 1_463_000)
    assert events(case) == ["received", "suspended", "escrowed"]
    assert CaseEvent.objects.get(what="escrowed").note == "Moved: 1.463000 EUR."
    assert Entitlement.objects.filter(ended_at__isnull=True).count() == 3, "past buyers keep it"
    assert checks.check().is_sound


def test_a_claim_about_one_track_holds_its_part_of_whole_releases_by_length() -> None:
    shop = shops.opened()
    paid(shops.placed(shop))
    paid(shops.placed(shop, track=shop.tracks[1]))
    paid(shops.placed(shop, track=shop.tracks[0]))
    case = takedowns.open_case(claim=claim(shop, 2))
    # Of 1.463000 the second track's part is two of six minutes, 0.487667; and 0.581000 for it sold alone.
    assert escrowed(case) == 487_667 + 581_000
    assert owed(shop.label) == 1_463_000 + 581_000 + 581_000 - 487_667 - 581_000


def test_of_a_whole_release_exactly_the_parts_of_the_disputed_recording_are_held() -> None:
    shop, guest = shops.opened(), Party.objects.create(name="A Guest", slug="guest")
    half = shops.Fraction(1, 2)
    shares = [(shop.label.uid, half), (guest.uid, half)]
    royalties.divide(subject_uid=shop.tracks[0].recording.uid, shares=shares, starts_on=shops.LONG_AGO)
    paid(shops.placed(shop))
    assert (owed(shop.label), owed(guest)) == (1_341_084, 121_916)
    # The second track is the label's alone, 0.487667; the first is the guest's by half, 0.121916 of 0.243833.
    second = takedowns.open_case(claim=claim(shop, 2))
    assert (owed(shop.label), owed(guest), escrowed(second)) == (1_341_084 - 487_667, 121_916, 487_667)
    first = takedowns.open_case(claim=claim(shop, 1))
    assert (owed(guest), escrowed(first)) == (0, 243_833)
    takedowns.reinstate(case=first, note="Unfounded.")
    assert (owed(shop.label), owed(guest)) == (1_341_084 - 487_667, 121_916)


def test_a_line_that_does_not_keep_whose_part_is_which_is_held_by_length() -> None:
    shop = shops.opened()
    order = paid(shops.placed(shop))
    order.lines.update(royalties={})
    case = takedowns.open_case(claim=claim(shop, 2))
    assert escrowed(case) == 487_667


def test_what_was_paid_out_before_is_not_held_and_the_newest_sale_comes_first() -> None:
    shop = shops.opened()
    paid(shops.placed(shop))
    newest = paid(shops.placed(shop))
    ledger.post(
        key="payout",
        kind="payout",
        subject="",
        occurred_at=clock.now(),
        entries=[
            debit(accounts.payable(shop.label.uid), "EUR", 1_000_000),
            debit("assets:bank", "EUR", -1_000_000),
        ],
    )
    case = takedowns.open_case(claim=claim(shop))
    assert (owed(shop.label), escrowed(case)) == (0, 1_926_000)
    name = str(newest.lines.get().uid)
    assert books.by_line(accounts.escrow(case.uid, shop.label.uid), "EUR", [name]) == {name: -1_463_000}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"text": " "}, "needs who claims, and what they claim"),
        ({"claimant": ""}, "needs who claims, and what they claim"),
        ({"email": "legal@"}, "'legal@' is no e-mail address"),
    ],
)
def test_a_claim_that_is_not_whole_stops_nothing(changes: dict[str, str], says: str) -> None:
    shop = shops.opened()
    with pytest.raises(RightsError, match=says):
        takedowns.open_case(claim=replace(claim(shop), **changes))
    assert is_sold(shop)


def test_a_case_about_the_same_is_not_opened_twice() -> None:
    shop = shops.opened()
    takedowns.open_case(claim=claim(shop))
    with pytest.raises(RightsError, match="Case 1 about this is open already"):
        takedowns.open_case(claim=claim(shop, 1))
    assert Case.objects.count() == 1


def test_reinstated_music_is_on_sale_again_and_owed_again() -> None:
    shop = shops.opened()
    paid(shops.placed(shop))
    case = takedowns.open_case(claim=claim(shop))
    takedowns.reinstate(case=case, note="The claimant's contract ended in 2021.")
    assert is_sold(shop)
    assert (owed(shop.label), escrowed(case)) == (1_463_000, 0)
    assert events(case)[-1] == "reinstated"
    with pytest.raises(RightsError, match="Case 1 is settled: back on sale"):
        takedowns.reinstate(case=case, note="again")


def test_reassigned_music_is_owed_to_the_other_party_and_stays_off_sale() -> None:
    shop, signal = shops.opened(), other()
    paid(shops.placed(shop))
    case = takedowns.open_case(claim=claim(shop))
    takedowns.reassign(case=case, to=signal, note="Settlement of 1 March.")
    assert (owed(shop.label), owed(signal), escrowed(case)) == (0, 1_463_000, 0)
    assert not is_sold(shop)


def test_a_refund_after_that_takes_it_from_the_other_party_again() -> None:
    shop, signal = shops.opened(), other()
    order = paid(shops.placed(shop))
    takedowns.reassign(case=takedowns.open_case(claim=claim(shop)), to=signal, note="Settled.")
    refunds.refund(order=order, reason="A bad file", operator=operator())
    assert (owed(shop.label), owed(signal)) == (0, 0)


def test_nothing_is_reassigned_to_a_party_with_which_nothing_is_agreed() -> None:
    shop = shops.opened()
    case = takedowns.open_case(claim=claim(shop))
    stranger = Party.objects.create(name="Stranger", slug="stranger")
    with pytest.raises(RightsError, match="Nothing is agreed with Stranger yet"):
        takedowns.reassign(case=case, to=stranger, note="")
    with pytest.raises(RightsError, match="delivered the music itself"):
        takedowns.reassign(case=case, to=shop.label, note="")
    case.refresh_from_db()
    assert case.is_open


def test_refunded_buyers_get_their_money_back_by_the_sales_own_postings() -> None:
    shop = shops.opened()
    order = paid(shops.placed(shop))
    case = takedowns.open_case(claim=claim(shop))
    assert takedowns.refund(case=case, note="It was never the label's to sell.", operator=operator()) == 1
    order.refresh_from_db()
    assert order.state == Order.State.REFUNDED
    assert (owed(shop.label), escrowed(case)) == (0, 0)
    assert books.balance("income:margin", "EUR") == 0
    assert books.balance("liabilities:tax:DE", "EUR") == 0
    assert events(case)[-1] == "refunded"
    assert not is_sold(shop)


def test_of_an_order_that_brought_other_music_too_only_the_disputed_line_is_refunded() -> None:
    shop = shops.opened()
    filled = shops.basket(shop, track=shop.tracks[0])
    shops.fill(filled, shop, track=shop.tracks[1])
    order = paid(orders.place(shops.checkout(shop, filled)))
    case = takedowns.open_case(claim=claim(shop, 1))
    takedowns.refund(case=case, note="Not theirs.", operator=operator())
    order.refresh_from_db()
    assert order.state == Order.State.PAID
    assert books.buyer_balance(shops.buyer().uid, "EUR").minor == 99
    assert (owed(shop.label), escrowed(case)) == (581_000, 0)
    held = Entitlement.objects.filter(ended_at__isnull=True)
    assert [item.track for item in held] == [shop.tracks[1]]
    assert books.balance("liabilities:tax:DE", "EUR") == -160_000
    returned = statements.statement(shop.label, Month.of(clock.now()), "EUR").lines[-1]
    assert (returned.kind, returned.price.minor, returned.net.minor) == ("refund", -99, -83)
    assert Letter.objects.get(key=f"line-refund:{order.lines.get(track=shop.tracks[0]).uid}")
    with pytest.raises(refunds.RefundRefused, match="refunded to the buyer's balance already"):
        refunds.refund(order=order, reason="all of it", operator=Person.objects.get(is_operator=True))


def test_an_ordinary_refund_takes_from_the_escrow_where_it_lies_there() -> None:
    shop = shops.opened()
    order = paid(shops.placed(shop))
    case = takedowns.open_case(claim=claim(shop))
    refunds.refund(order=order, reason="A bad file", operator=operator())
    assert (owed(shop.label), escrowed(case)) == (0, 0)
    takedowns.reinstate(case=case, note="Unfounded.")
    assert (owed(shop.label), escrowed(case)) == (0, 0)


def test_a_payment_that_comes_while_the_sale_is_stopped_goes_to_the_balance_and_stays_there() -> None:
    shop = shops.opened()
    order = shops.placed(shop)
    came = notices(begun(order))
    case = takedowns.open_case(claim=claim(shop))
    for delivery in came:
        bring(delivery)
    takedowns.reinstate(case=case, note="Unfounded.")
    for delivery in came:
        bring(delivery)
    order.refresh_from_db()
    assert order.state == Order.State.ABANDONED
    assert books.buyer_balance(shops.buyer().uid, "EUR").minor == 249
    assert not Entitlement.objects.exists()
    assert owed(shop.label) == 0


@pytest.mark.parametrize(("bought", "is_settled"), [(None, False), (1, False), (2, True)])
def test_a_stop_sign_on_one_track_stops_what_brings_that_track_alone(bought: int | None, is_settled: bool) -> None:
    shop = shops.opened()
    order = shops.placed(shop, track=shop.tracks[bought - 1] if bought else None)
    takedowns.open_case(claim=claim(shop, 1))
    assert (paid(order).state == Order.State.PAID) is is_settled


def test_an_order_that_the_balance_pays_is_not_settled_once_the_sale_is_stopped() -> None:
    shop, person = shops.opened(), shops.buyer()
    shops.give(person, 500)
    order = shops.placed(shop, person=person, use_balance=True, provider="")
    takedowns.open_case(claim=claim(shop))
    with pytest.raises(OrderRefused, match="stopped a moment ago"):
        paid(order)
    assert books.buyer_balance(person.uid, "EUR").minor == 500


def test_past_buyers_lose_their_downloads_by_a_courts_order_alone() -> None:
    shop = shops.opened()
    paid(shops.placed(shop))
    case = takedowns.open_case(claim=claim(shop, 1))
    with pytest.raises(RightsError, match="Name the court"):
        takedowns.end_downloads(case=case, court_order=" ")
    assert takedowns.end_downloads(case=case, court_order="LG Hamburg 310 O 99/26") == 1
    ended = Entitlement.objects.get(ended_at__isnull=False)
    assert (ended.track, ended.end_reason) == (shop.tracks[0], "court order: LG Hamburg 310 O 99/26")


def test_everyone_concerned_is_told_and_only_the_operator_reads_the_notes() -> None:
    shop = shops.opened()
    speaker = Person.objects.create_user("anne@arcueil.example")
    PartyRole.objects.create(person=speaker, party_uid=shop.label.uid)
    paid(shops.placed(shop))
    case = takedowns.open_case(claim=claim(shop))
    letters = {letter.to: letter for letter in Letter.objects.filter(key__startswith="case:")}
    assert set(letters) == {"shop@example.com", "legal@signal.example", "anne@arcueil.example"}
    assert "1.463000 EUR" in letters["shop@example.com"].text
    assert "1.463000 EUR" not in letters["legal@signal.example"].text
    assert all("The sale was stopped everywhere" in letter.text for letter in letters.values())
    takedowns.reinstate(case=case, note="Secret grounds.")
    assert Letter.objects.filter(key__startswith="case:").count() == 6
    assert "Secret grounds" in Letter.objects.filter(to="shop@example.com").latest("id").text
    assert "Secret grounds" not in Letter.objects.filter(to="anne@arcueil.example").latest("id").text


@pytest.mark.parametrize("sql", ["UPDATE rights_caseevent SET note = 'x'", "DELETE FROM rights_caseevent"])
def test_the_history_of_a_case_is_never_changed(sql: str) -> None:
    cases.note(case=takedowns.open_case(claim=claim(shops.opened())), what="note", by=None, text="seen")

    def attempt() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    with pytest.raises(IntegrityError, match="rights: rows are never"):
        attempt()
