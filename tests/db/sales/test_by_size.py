"""Priced by size: exact before payment where that can be, else the ceiling, and the difference back once it is made."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lathe.basics.money import Money
from lathe.delivery import cutting
from lathe.jobs import runner
from lathe.ledger import accounts, checks
from lathe.ledger import queries as books
from lathe.mail.models import Letter
from lathe.sales import ahead, baskets, refunds, trueup
from lathe.sales.models import Basket, OrderLine
from lathe.sales.quotes import Asker
from lathe.storefronts.models import Storefront
from tests import paying, serving, shops
from tests.contracts.audio import masters

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return masters.make(tmp_path_factory.mktemp("masters"), masters.Master("half a minute", samples=44_100 * 30))


@pytest.fixture
def shop(master: Path) -> Iterator[shops.Shop]:
    made = serving.stocked_with(master)
    Storefront.objects.update(pricing="size", size_price_minor=100)
    made.storefront.refresh_from_db()
    yield made
    cutting.stop()


def test_a_cut_bought_at_its_ceiling_gives_the_difference_back_by_the_same_terms(shop: shops.Shop) -> None:
    order = paying.paid(shops.placed(shop, track=shop.tracks[0], fmt="flac"))
    ceiling = order.total
    assert not OrderLine.objects.get().size_is_exact
    runner.run_due()
    line = OrderLine.objects.get()
    exact = Money(-(-line.size_bytes * 100 // 1_000_000), "EUR")
    assert line.size_is_exact
    assert exact.minor < ceiling.minor
    assert order.person is not None
    assert books.buyer_balance(order.person.uid, "EUR") == ceiling - exact
    net = exact.micro - Money(exact.minor - round(exact.minor / 1.19), "EUR").micro
    assert -books.balance(accounts.payable(shop.label.uid), "EUR") == pytest.approx(net * 7 / 10, abs=1)
    assert Letter.objects.filter(key=f"true-up:{line.uid}").exists()
    assert checks.check().is_sound


def test_a_true_up_repeated_changes_nothing(shop: shops.Shop) -> None:
    order = paying.paid(shops.placed(shop, track=shop.tracks[0], fmt="flac"))
    runner.run_due()
    assert order.person is not None
    balance = books.buyer_balance(order.person.uid, "EUR")
    OrderLine.objects.update(size_is_exact=False)
    trueup.true_up(str(order.uid))
    assert books.buyer_balance(order.person.uid, "EUR") == balance
    assert Letter.objects.filter(key__startswith="true-up:").count() == 1


def test_a_refund_after_a_true_up_leaves_label_tax_and_margin_at_zero(shop: shops.Shop) -> None:
    order = paying.paid(shops.placed(shop, track=shop.tracks[0], fmt="flac"))
    runner.run_due()
    refunds.refund(order=order, reason="asked for it", operator=shops.buyer("operator@example.com"))
    for code in (accounts.payable(shop.label.uid), accounts.tax("DE"), accounts.margin()):
        assert books.balance(code, "EUR") == 0
    assert checks.check().is_sound


def test_the_checkout_makes_the_price_exact_before_the_buyer_pays(shop: shops.Shop) -> None:
    filled = shops.basket(shop, track=shop.tracks[0], fmt="flac")
    asker = Asker(shop.storefront, "DE")
    at_most = baskets.view(filled, asker)
    assert not at_most.is_exact
    end = time.monotonic() + 30
    while ahead.make_exact(baskets.view(filled, asker), shop.storefront):
        assert time.monotonic() < end
        time.sleep(0.05)
    exact = baskets.view(filled, asker)
    assert exact.is_exact
    assert exact.total < at_most.total


def test_nothing_is_cut_before_payment_where_prices_do_not_go_by_size(shop: shops.Shop) -> None:
    filled = shops.basket(shop, track=shop.tracks[0], fmt="flac")
    shop.storefront.pricing = "track"
    assert not ahead.make_exact(baskets.view(filled, Asker(shop.storefront, "DE")), shop.storefront)


def test_a_basket_past_its_bound_is_paid_at_the_ceiling(shop: shops.Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "BASKET_BOUND_S", 29)
    filled = shops.basket(shop, track=shop.tracks[0], fmt="flac")
    assert not ahead.make_exact(baskets.view(filled, Asker(shop.storefront, "DE")), shop.storefront)


def test_one_basket_leaves_room_on_the_node_for_others(shop: shops.Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def under_the_needle(key: str, *_rest: object) -> bool:
        begun.append(key)
        return True

    monkeypatch.setattr(ahead, "_obtain", under_the_needle)
    monkeypatch.setattr(ahead, "_under_way", {})
    asker = Asker(shop.storefront, "DE")
    kbps = (320, 256, 224, 192, 160, 128)

    def ask(filled: Basket) -> None:
        for rate in kbps:
            shops.fill(filled, shop, track=shop.tracks[0], fmt=f"opus:{rate},mode=vbr")
            ahead.make_exact(baskets.view(filled, asker), shop.storefront)

    greedy, modest = (baskets.open_for(uid=None, storefront=shop.storefront) for _ in range(2))
    ask(greedy)
    assert len(begun) == ahead.BASKET_AT_ONCE
    shops.fill(modest, shop, track=shop.tracks[0], fmt="flac")
    ahead.make_exact(baskets.view(modest, asker), shop.storefront)
    assert len(begun) == ahead.BASKET_AT_ONCE + 1
