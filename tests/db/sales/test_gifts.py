"""Music that the shop gives: owned, in the books and in a letter, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction

import pytest
from django.db import connection

from lathe.audio.formats import parse
from lathe.basics import clock
from lathe.delivery.models import Entitlement
from lathe.ledger import accounts
from lathe.ledger import queries as books
from lathe.ledger.models import Transaction
from lathe.mail.models import Letter
from lathe.reports import statements
from lathe.reports.rules import Month
from lathe.sales import gifts, letters, refunds
from lathe.sales.errors import RefundRefused, SalesError
from lathe.sales.gifts import Gift
from lathe.sales.models import Order
from tests import paying, shops
from tests.plugins.databases import OwnDatabase
from tests.shops import Shop


@pytest.fixture
def shop(db: None) -> Shop:
    return shops.opened(share=Fraction(7, 10))


@pytest.fixture
def gift(shop: Shop) -> Gift:
    person = shops.buyer("nadia@example.org")
    return Gift(shop.storefront, person, shop.release, parse("mp3:cbr=320"), "Your file was broken", "ticket-7")


def test_the_label_is_owed_what_a_sale_would_bring_and_nobody_pays(shop: Shop, gift: Gift) -> None:
    order = gifts.give_music(gift)

    assert order is not None
    assert (order.state, order.total.minor) == (Order.State.PAID, 0)
    sold = shops.placed(shop, fmt="mp3:cbr=320", territory=order.territory)
    paying.paid(sold)
    given, earned = books.transaction(f"gift:{order.uid}"), books.transaction(f"sale:{sold.uid}")
    assert given is not None
    assert earned is not None
    payable = accounts.payable(shop.label.uid)
    [owed] = [posting.amount_micro for posting in earned.postings.all() if posting.account.code == payable]
    assert {posting.account.code: posting.amount_micro for posting in given.postings.all()} == {
        payable: owed,
        accounts.gifts(): -owed,
    }


def test_it_is_owned_and_a_letter_says_why(shop: Shop, gift: Gift) -> None:
    order = gifts.give_music(gift)

    assert order is not None
    assert Entitlement.objects.filter(person=gift.person, order_uid=order.uid).count() == len(shop.tracks)
    [letter] = Letter.objects.filter(to="nadia@example.org")
    assert "Your file was broken" in letter.text
    assert letters.library_link(order).rpartition("/o/")[0] in letter.text
    assert "You agreed" not in letter.text
    assert "Thank you for buying" not in letter.text


def test_the_same_key_again_gives_nothing_more(gift: Gift) -> None:
    first, again = gifts.give_music(gift), gifts.give_music(gift)

    assert first == again
    assert Transaction.objects.filter(kind="gift").count() == 1
    assert Letter.objects.count() == 1


def test_a_key_that_stands_for_another_gift_is_refused(shop: Shop, gift: Gift) -> None:
    gifts.give_music(gift)
    with pytest.raises(SalesError, match="another gift"):
        gifts.give_music(replace(gift, fmt=parse("flac")))
    with pytest.raises(SalesError, match="another gift"):
        gifts.give_music(replace(gift, person=shops.buyer("somebody.else@example.org")))


def test_what_is_owned_already_is_not_given(shop: Shop, gift: Gift) -> None:
    paying.paid(shops.placed(shop, fmt="flac", email="nadia@example.org"))

    assert gifts.give_music(gift) is None
    assert not Transaction.objects.filter(kind="gift").exists()


def test_nothing_is_given_without_a_deal_or_a_reason(shop: Shop, gift: Gift) -> None:
    with pytest.raises(SalesError, match="Say why"):
        gifts.give_music(replace(gift, reason=" "))
    shop.release.deals.all().delete()
    with pytest.raises(SalesError):
        gifts.give_music(gift)
    assert not Order.objects.exists()
    assert not Letter.objects.exists()


def test_a_statement_shows_a_gift_with_what_is_owed_for_it(shop: Shop, gift: Gift) -> None:
    gifts.give_music(gift)

    shown = statements.statement(shop.label, Month.of(clock.now()), "EUR")

    [line] = shown.lines
    assert (line.kind, line.release, line.price.minor) == ("gift", "Gymnopédies", 0)
    assert line.owed_micro == shown.closing_micro > 0
    assert shown.units == 0


def test_a_gift_cannot_be_refunded_into_money(gift: Gift) -> None:
    order = gifts.give_music(gift)
    assert order is not None
    with pytest.raises(RefundRefused, match="was a gift"):
        refunds.refund(order=order, reason="by mistake", operator=shops.buyer("op@example.org"))
    assert books.buyer_balance(gift.person.uid, "EUR").minor == 0


def test_the_same_gift_twice_at_the_same_moment_is_given_once(own_database: OwnDatabase) -> None:
    front = shops.opened()
    gift = Gift(front.storefront, shops.buyer(), front.release, parse("mp3:cbr=320"), "Goodwill", "ticket-8")

    def given(_: int) -> Order | None:
        try:
            return gifts.give_music(gift)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        orders = set(threads.map(given, range(4)))

    assert orders == {Order.objects.get()}
    assert Transaction.objects.filter(kind="gift").count() == 1
    assert Entitlement.objects.count() == len(front.tracks)
