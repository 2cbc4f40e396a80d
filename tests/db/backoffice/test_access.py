"""Operators come in; visitors are sent to sign in; to everybody else nothing lies there."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from lathe.backoffice.models import Action
from lathe.mail.models import Letter
from lathe.sales.models import Order, Refund
from tests import paying, shops
from tests.db.backoffice.door import Door, at, signed_in

pytestmark = pytest.mark.usefixtures("own_database")

ACTS_ON_ORDERS = ("refund", "receipt", "link")


def paths(order: Order) -> list[str]:
    release = order.lines.get().release
    pages = ["cases/", "", "orders/", "releases/", "letters/", "jobs/", at(order), at(release)]
    acts = [at(order, act) for act in ACTS_ON_ORDERS] + [at(release, "withdraw"), at(release, "publish")]
    acts += [at(release, "claim"), at(release, "deal"), "cases/1/", "cases/1/reinstate/"]
    return [f"/manage/{path}" for path in [*pages, *acts]]


def test_a_visitor_is_sent_to_sign_in_and_brought_back() -> None:
    order = paying.paid(shops.placed(shops.opened()))
    for path in paths(order):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer.url == f"/account/login/?next={path}"


def test_somebody_without_the_role_finds_nothing_there() -> None:
    order = paying.paid(shops.placed(shops.opened()))
    client, _person = signed_in("buyer@example.com")
    for path in paths(order):
        assert client.get(path).status_code == 404


def test_what_others_send_has_no_effect() -> None:
    order = paying.paid(shops.placed(shops.opened()))
    buyer = Client()
    buyer.force_login(signed_in("buyer@example.com")[1], backend="django.contrib.auth.backends.ModelBackend")
    letters = Letter.objects.count()
    for path in paths(order):
        assert buyer.post(path, {"number": "1", "reason": "mine"}).status_code == 404
        assert Client().post(path, {"number": "1", "reason": "mine"}).status_code == 302
    assert not Refund.objects.exists()
    assert not Action.objects.exists()
    assert Letter.objects.count() == letters


def test_a_form_without_its_token_is_refused(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    release = order.lines.get().release
    for path in [*(at(order, act) for act in ACTS_ON_ORDERS), at(release, "withdraw")]:
        assert door.send(path, {"number": "1", "reason": "forged"}).status_code == 403
    assert not Action.objects.exists()


def test_an_act_is_never_done_by_following_a_link(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    for act in ACTS_ON_ORDERS:
        assert door.get(at(order, act), number="1", reason="x").status_code == 200
    assert not Action.objects.exists()


def test_pages_are_read_only(door: Door) -> None:
    shops.opened()
    assert door.client.post("/manage/orders/").status_code in {403, 405}


@pytest.mark.parametrize("folder", ["orders", "releases"])
def test_what_is_not_there_is_not_found(door: Door, folder: str) -> None:
    shops.opened()
    acts = {"orders": ACTS_ON_ORDERS, "releases": ("publish", "withdraw")}[folder]
    for path in [f"{folder}/{uuid4()}/", f"{folder}/no-id/", *(f"{folder}/{uuid4()}/{act}/" for act in acts)]:
        assert door.get(path).status_code == 404


def test_pages_are_never_kept_by_browsers_or_proxies(door: Door) -> None:
    shops.opened()
    assert "no-store" in door.get("orders/")["Cache-Control"]


def test_pages_carry_no_style_or_script_of_their_own(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    for path in paths(order):
        page = door.client.get(path).content.decode()
        assert " style=" not in page
        assert "<script>" not in page
        assert "onclick" not in page
