"""Royalties from the sale to the refund: who is posted what, and that what was decided stays decided."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lathe.basics.money import Money
from lathe.catalogue import actions as catalogue
from lathe.catalogue import works
from lathe.catalogue.models import Party
from lathe.ledger import accounts, checks
from lathe.ledger import queries as books
from lathe.royalties import actions as royalties
from lathe.royalties.models import UnitCount
from lathe.royalties.rules.decisions import Owed
from lathe.sales import gifts, owing, refunds, replay, settlement, suspense
from lathe.sales.errors import OrderRefused
from lathe.sales.models import Order, OrderLine
from lathe.sales.owing import Worth
from lathe.storefronts.models import Storefront
from tests import paying, shops
from tests.shops import Shop

pytestmark = pytest.mark.django_db

LONG_AGO = date(2024, 1, 1)
HALF = Fraction(1, 2)


def owed(party: Party) -> int:
    return -books.balance(accounts.payable(party.uid), "EUR")


def waiting() -> int:
    return -books.balance(accounts.suspense(), "EUR")


def margin() -> int:
    return -books.balance(accounts.margin(), "EUR")


def party(name: str) -> Party:
    return catalogue.party(name=name)


def shared(shop: Shop, *parties: Party | None) -> None:
    """Let parties share the first track's recording equally."""
    shares = [(item.uid if item else None, Fraction(1, len(parties))) for item in parties]
    royalties.divide(subject_uid=shop.tracks[0].recording.uid, shares=shares, starts_on=LONG_AGO)


def refund(order: Order) -> None:
    refunds.refund(order=order, reason="asked for it", operator=shops.buyer("operator@example.com"))


def test_each_party_of_a_split_is_posted_directly_and_the_line_keeps_why() -> None:
    shop, guest = shops.opened(), party("A Guest")
    shared(shop, shop.label, guest)
    order = paying.paid(shops.placed(shop, track=shop.tracks[0]))
    assert (owed(shop.label), owed(guest)) == (290_500, 290_500)
    kept = Owed.read(OrderLine.objects.get(order=order).royalties)
    assert (kept.contract, kept.splits) == (1, {shop.tracks[0].recording.uid: 1})
    assert checks.check().is_sound


def test_a_release_is_divided_by_the_length_of_its_tracks() -> None:
    shop, guest = shops.opened(), party("A Guest")
    shared(shop, shop.label, guest)
    paying.paid(shops.placed(shop))
    assert (owed(shop.label), owed(guest)) == (1_341_084, 121_916)


def test_a_refund_goes_by_the_original_split_and_contract_whatever_they_are_by_then() -> None:
    shop, guest, other = shops.opened(), party("A Guest"), party("Another")
    shared(shop, shop.label, guest)
    order = paying.paid(shops.placed(shop, track=shop.tracks[0]))
    shared(shop, other)
    royalties.agree(party_uid=shop.label.uid, share=Fraction(1, 10), use_wholesale=False, starts_on=LONG_AGO)
    refund(order)
    assert [owed(item) for item in (shop.label, guest, other)] == [0, 0, 0]
    assert margin() == 0
    assert checks.check().is_sound


def test_authors_are_paid_where_the_store_pays_them() -> None:
    shop, publisher = shops.opened(), party("A Publisher")
    recording = shop.tracks[0].recording
    songs = [works.enter(title=title) for title in ("One", "Two")]
    works.link(recording=recording, parts=tuple((work, HALF) for work in songs))
    royalties.divide(subject_uid=songs[0].uid, shares=[(publisher.uid, Fraction(1))], starts_on=LONG_AGO)
    rule = {"territories": ["FR"], "share": "8%", "minimum": [{"tracks": 1, "each": "0.05EUR"}]}
    royalties.set_mechanicals(plain={"starts_on": LONG_AGO, "rule": [rule]})
    paying.paid(shops.placed(shop, track=shop.tracks[0], territory="DE"))
    assert (owed(publisher), waiting()) == (0, 0)
    order = paying.paid(shops.placed(shop, track=shop.tracks[0], territory="FR", email="fr@example.com"))
    assert (owed(publisher), waiting()) == (33_200, 33_200)
    refund(order)
    assert (owed(publisher), waiting()) == (0, 0)


def test_without_a_contract_the_net_waits_and_is_released_by_one_that_starts_early_enough() -> None:
    shop = shops.opened()
    Party.objects.filter(uid=shop.label.uid).update(uid="00000000-0000-4000-8000-000000000001")
    shop.release.refresh_from_db()
    order = paying.paid(shops.placed(shop, track=shop.tracks[0]))
    assert (waiting(), margin()) == (830_000, 0)
    label = Party.objects.get(uid="00000000-0000-4000-8000-000000000001")
    royalties.agree(party_uid=label.uid, share=Fraction(7, 10), use_wholesale=False, starts_on=date(2090, 1, 1))
    assert suspense.release() == 0
    royalties.agree(party_uid=label.uid, share=Fraction(7, 10), use_wholesale=False, starts_on=LONG_AGO)
    assert (suspense.release(), suspense.release()) == (1, 0)
    assert (waiting(), owed(label), margin()) == (0, 581_000, 249_000)
    assert suspense.waiting() == []
    refund(order)
    assert (waiting(), owed(label), margin()) == (0, 0, 0)
    assert checks.check().is_sound


def test_the_share_of_nobody_goes_to_those_who_have_more_in_the_new_split() -> None:
    shop, guest = shops.opened(), party("A Guest")
    shared(shop, shop.label, None)
    paying.paid(shops.placed(shop, track=shop.tracks[0]))
    assert (owed(shop.label), waiting()) == (290_500, 290_500)
    [item] = suspense.waiting()
    assert item.subjects == (shop.tracks[0].recording.uid,)
    quarters = [(shop.label.uid, HALF), (guest.uid, Fraction(1, 4)), (None, Fraction(1, 4))]
    royalties.divide(subject_uid=shop.tracks[0].recording.uid, shares=quarters, starts_on=LONG_AGO)
    assert suspense.release() == 1
    assert (owed(shop.label), owed(guest), waiting()) == (290_500, 145_250, 145_250)


def test_what_had_a_party_stays_so_at_another_price_too() -> None:
    shop, guest = shops.opened(), party("A Guest")
    shared(shop, shop.label, None)
    order = paying.paid(shops.placed(shop, track=shop.tracks[0]))
    shared(shop, guest)
    assert suspense.release() == 1
    assert (owed(shop.label), owed(guest), waiting()) == (290_500, 290_500, 0)
    [line] = settlement.sold_lines(order)
    cheaper = owing.again(line, Money(50, "EUR"))
    assert cheaper.net_micro == 420_000
    assert {part.party: part.amount_micro for part in cheaper.owed.parts} == {
        shop.label.uid: 147_000,
        guest.uid: 147_000,
    }


def test_a_gift_in_suspense_is_released_at_the_expense_of_the_gift() -> None:
    shop, person = shops.opened(), shops.buyer()
    rule = {"territories": ["FR"], "share": "70%"}
    royalties.sign(party_uid=shop.label.uid, plain={"starts_on": LONG_AGO, "rule": [rule]})
    fmt = shops.parse("flac")
    gifts.give_music(gifts.Gift(shop.storefront, person, shop.release, fmt, "Goodwill", "ticket-1"))
    assert (waiting(), books.balance(accounts.gifts(), "EUR")) == (2_090_000, 2_090_000)
    royalties.agree(party_uid=shop.label.uid, share=Fraction(7, 10), use_wholesale=False, starts_on=LONG_AGO)
    assert suspense.release() == 1
    assert (waiting(), owed(shop.label), books.balance(accounts.gifts(), "EUR")) == (0, 1_463_000, 1_463_000)


def test_tiers_count_settled_units_and_the_lines_keep_the_count() -> None:
    shop = shops.opened()
    rule = {"share": "70%", "tier": [{"from_unit": 2, "share": "75%"}]}
    royalties.sign(party_uid=shop.label.uid, plain={"starts_on": LONG_AGO, "rule": [rule]})
    first = paying.paid(shops.placed(shop, track=shop.tracks[0], email="one@example.com"))
    assert owed(shop.label) == 581_000
    paying.paid(shops.placed(shop, track=shop.tracks[0], email="two@example.com"))
    assert owed(shop.label) == 581_000 + 622_500
    refund(first)
    paying.paid(shops.placed(shop, track=shop.tracks[0], email="three@example.com"))
    kept = [Owed.read(line.royalties).unit for line in OrderLine.objects.order_by("id")]
    assert kept == [1, 2, 3]
    assert UnitCount.objects.get().units == 3
    assert owed(shop.label) == 2 * 622_500


def test_a_decision_made_again_from_what_the_line_keeps_is_the_same() -> None:
    shop, guest = shops.opened(), party("A Guest")
    shared(shop, shop.label, guest)
    order = paying.paid(shops.placed(shop))
    shared(shop, guest)
    royalties.agree(party_uid=shop.label.uid, share=HALF, use_wholesale=False, starts_on=LONG_AGO)
    [line] = settlement.sold_lines(order)
    assert owing.again(line, line.price) == owing.kept(line)
    assert owing.again(line, Money(0, "EUR")).owed_micro == 0


def test_a_replay_gives_the_same_after_every_kind_of_event() -> None:
    shop, guest = shops.opened(), party("A Guest")
    rule = {"share": "70%", "tier": [{"from_unit": 2, "share": "75%"}]}
    shared(shop, shop.label, None)
    royalties.sign(party_uid=shop.label.uid, plain={"starts_on": LONG_AGO, "rule": [{"territories": ["FR"]}]})
    waits = paying.paid(shops.placed(shop, track=shop.tracks[1], email="one@example.com"))
    royalties.sign(party_uid=shop.label.uid, plain={"starts_on": LONG_AGO, "rule": [rule]})
    paying.paid(shops.placed(shop, email="two@example.com"))
    gift = gifts.Gift(shop.storefront, shops.buyer("three@example.com"), shop.release, shops.parse("flac"), "Why", "k")
    gifts.give_music(gift)
    shared(shop, shop.label, guest)
    assert suspense.release() == 3
    refund(paying.paid(shops.placed(shop, track=shop.tracks[2], email="four@example.com")))
    upgraded = paying.paid(shops.placed(shop, person=shops.buyer("one@example.com")))
    assert upgraded.total == Money(150, "EUR")
    royalties.agree(party_uid=shop.label.uid, share=HALF, use_wholesale=False, starts_on=LONG_AGO)
    assert replay.check() == replay.Report(5, ())
    assert waits.state == Order.State.PAID


def test_a_replay_names_a_decision_that_was_changed_and_a_count_that_is_off() -> None:
    shop = shops.opened()
    rule = {"share": "70%", "tier": [{"from_unit": 2, "share": "75%"}]}
    royalties.sign(party_uid=shop.label.uid, plain={"starts_on": LONG_AGO, "rule": [rule]})
    line = paying.paid(shops.placed(shop)).lines.get()
    line.royalties["parts"][0]["micro"] += 1
    line.save()
    UnitCount.objects.update(units=2)
    sentences = [finding.sentence for finding in replay.check().findings]
    assert ["units of" in one for one in sentences] == [True, False, False]
    assert "The books say" in sentences[1]
    assert "it owes" in sentences[2]


def test_a_line_settled_before_decisions_were_kept_goes_by_its_version_of_the_contract() -> None:
    shop = shops.opened()
    order = paying.paid(shops.placed(shop))
    OrderLine.objects.update(royalties={})
    royalties.agree(party_uid=shop.label.uid, share=HALF, use_wholesale=False, starts_on=LONG_AGO)
    [line] = settlement.sold_lines(order)
    assert owing.kept(line).owed_micro == 1_463_000


@pytest.mark.parametrize("lines", [1, 3])
def test_terms_are_loaded_in_a_fixed_number_of_queries(lines: int) -> None:
    shop = shops.opened()
    filled = shops.basket(shop, track=shop.tracks[0])
    for track in shop.tracks[1:lines]:
        shops.fill(filled, shop, track=track)
    order = shops.orders.place(shops.checkout(shop, filled))
    worths = [Worth.sold(line) for line in settlement.sold_lines(order)]
    with CaptureQueriesContext(connection) as queries:
        owing.decide(order, worths)
    assert len(queries) == 3 + lines, "mechanicals, contracts, splits, and each decision kept"
    royalties.set_mechanicals(plain={"starts_on": LONG_AGO, "rule": [{"share": "8%"}]})
    with CaptureQueriesContext(connection) as queries:
        owing.decide(order, worths)
    assert len(queries) == 4 + lines, "works too"


def test_a_sale_below_cost_is_flagged_with_what_the_shop_adds(caplog: pytest.LogCaptureFixture) -> None:
    shop = shops.opened(share=Fraction(0), wholesale_minor=90)
    order = shops.placed(shop, track=shop.tracks[0])
    order.refresh_from_db()
    assert order.below_cost_micro == 70_000
    assert "the shop would add 0.070000 EUR. Raise the price, or change the terms." in caplog.text


def test_a_sale_below_cost_is_refused_where_the_storefront_says_so(caplog: pytest.LogCaptureFixture) -> None:
    shop = shops.opened()
    Storefront.objects.update(below_cost="refuse", payment_fee_bp=140, payment_fee_minor=25)
    shop.storefront.refresh_from_db()
    with pytest.raises(OrderRefused, match="The shop has been told"):
        shops.placed(shop, track=shop.tracks[0])
    assert not Order.objects.exists()
    assert "A checkout was refused: Gymnopédie no. 1 to DE" in caplog.text
    assert shops.placed(shop).below_cost_micro == 0


def test_music_that_is_owned_already_is_never_below_cost() -> None:
    shop, person = shops.opened(share=Fraction(0), wholesale_minor=10), shops.buyer()
    Storefront.objects.update(below_cost="refuse", payment_fee_minor=25)
    shop.storefront.refresh_from_db()
    paying.paid(shops.placed(shop, person=person))
    paying.paid(shops.placed(shop, person=person, fmt="mp3:cbr=320", provider=""))


contracts = st.fixed_dictionaries(
    {"share": st.fractions(0, 1, max_denominator=50).map(str)},
    optional={"wholesale_floor": st.just(True), "floor": st.just("0.40EUR"), "territories": st.just(["FR"])},
)


@settings(max_examples=settings().max_examples // 10, phases=[Phase.generate])
@given(before=contracts, after=contracts, counts=st.lists(st.integers(1, 9), min_size=1, max_size=3))
def test_sale_and_refund_leave_nothing_to_anybody_across_changes_of_rule_and_split(
    before: dict[str, object], after: dict[str, object], counts: list[int]
) -> None:
    with transaction.atomic():
        shop = shops.opened(wholesale_minor=55)
        holders = [shop.label, party("A Guest"), None][: len(counts)]
        shares = [
            (item.uid if item else None, Fraction(n, sum(counts))) for item, n in zip(holders, counts, strict=True)
        ]
        royalties.sign(party_uid=shop.label.uid, plain={"starts_on": LONG_AGO, "rule": [before]})
        royalties.divide(subject_uid=shop.tracks[0].recording.uid, shares=shares, starts_on=LONG_AGO)
        order = paying.paid(shops.placed(shop))
        [line] = settlement.sold_lines(order)
        kept = owing.kept(line)
        assert kept.net_micro - kept.owed_micro == margin()
        royalties.sign(party_uid=shop.label.uid, plain={"starts_on": LONG_AGO, "rule": [after]})
        shared(shop, party("Another"))
        suspense.release()
        refund(order)
        assert [owed(item) for item in Party.objects.all()] == [0] * Party.objects.count()
        assert (waiting(), margin(), books.balance(accounts.tax("DE"), "EUR")) == (0, 0, 0)
        transaction.set_rollback(True)
