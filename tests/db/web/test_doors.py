"""Who may open what: orders, libraries, statements, notices; and what a forged request gets."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from django.test import Client

from lathe.accounts import actions as people
from lathe.basics import clock
from lathe.delivery import links
from lathe.mail.models import Letter
from lathe.payments.models import Payment
from lathe.sales import settlement
from lathe.sales.models import Order
from tests import paying, shops
from tests.shops import Shop

NOTICE = "/payments/notice/demo/"

NOBODY = UUID("6a1b0f5e-1111-4222-8333-444455556666")


def test_a_stranger_cannot_see_an_order(shop: Shop, client: Client) -> None:
    order = shops.placed(shop)

    assert client.get(f"/orders/{order.uid}/").status_code == 404
    assert client.get(f"/orders/{order.uid}/state/").status_code == 404


def test_who_owns_an_order_sees_it_after_signing_in(shop: Shop, client: Client) -> None:
    order = shops.placed(shop)
    client.force_login(order.person, backend="django.contrib.auth.backends.ModelBackend")

    assert "Waiting for the payment" in client.get(f"/orders/{order.uid}/").content.decode()


def test_the_mailed_link_opens_the_library_of_that_order_and_leaves_the_address_bar(shop: Shop, client: Client) -> None:
    order = paying.paid(shops.placed(shop, fmt="mp3:cbr=320"))

    answer = client.get(f"/library/o/{links.order_token(order.uid)}/")

    assert (answer.status_code, answer["Location"]) == (302, "/library/")
    page = client.get("/library/").content.decode()
    assert "MP3 320" in page
    assert "Gymnopédies" in page


def test_a_link_that_was_tampered_with_opens_nothing(shop: Shop, client: Client) -> None:
    token = links.order_token(shops.placed(shop).uid)

    answer = client.get(f"/library/o/{token[:-3]}xyz/")

    assert answer.status_code == 403
    assert "not one of ours" in answer.content.decode()


def test_asking_for_links_mails_them_once_a_day_and_never_tells_who_bought(shop: Shop, client: Client) -> None:
    paying.paid(shops.placed(shop))
    before = Letter.objects.count()

    known = client.post("/library/mail/", {"email": "Buyer@example.com"}, follow=True).content.decode()
    client.post("/library/mail/", {"email": "buyer@example.com"})
    unknown = Client().post("/library/mail/", {"email": "nobody@example.com"}, follow=True).content.decode()

    said = "If something was bought with that address"
    assert said in known
    assert said in unknown
    assert Letter.objects.count() == before + 1


def test_statements_are_for_those_who_speak_for_the_party(shop: Shop, client: Client) -> None:
    paying.paid(shops.placed(shop))
    speaker, other = people.for_email(email="label@example.com"), people.for_email(email="other@example.com")
    people.let_speak_for(person=speaker, party_uid=shop.label.uid)
    path = f"/statements/{shop.label.uid}/{clock.today():%Y-%m}/"

    assert client.get(path).status_code == 302
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(path).status_code == 404
    client.force_login(speaker, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(path).content.decode()

    assert "1.4630\u00a0€" in page


def test_a_null_byte_finds_nothing_and_breaks_nothing(shop: Shop, client: Client) -> None:
    answers = [
        *(client.get("/", {name: "\0x"}) for name in ("genre", "artist", "master", "sort", "page")),
        client.get("/search/", {"q": "\0x"}),
        client.post("/basket/add/", {"release": "\0x", "format": "flac"}),
        client.post("/library/mail/", {"email": "\0x@example.org"}),
        client.post("/account/login/", {"login": "\0x@example.org", "password": "\0"}),
    ]

    assert {answer.status_code for answer in answers} <= {200, 302, 404}


@pytest.mark.parametrize("month", ["//evil.example", "2026-13", "", "2026-10/../.."])
def test_a_month_that_is_none_is_not_found(shop: Shop, client: Client, month: str) -> None:
    client.force_login(shops.buyer(), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(f"/statements/{shop.label.uid}/", {"month": month}).status_code == 404


def test_a_genuine_notice_settles_and_a_repeated_one_is_as_good(shop: Shop, client: Client) -> None:
    order = shops.placed(shop)
    (delivery,) = paying.notices(paying.begun(order))
    headers = {name: value for name, value in delivery.headers().items() if name.lower() != "content-type"}

    answers = [
        client.post(NOTICE, delivery.body, content_type="application/json", headers=headers).status_code
        for _ in range(3)
    ]

    order.refresh_from_db()
    assert (answers, order.state) == ([200, 200, 200], Order.State.PAID)


def test_a_forged_notice_is_refused_and_changes_nothing(shop: Shop, client: Client) -> None:
    order = shops.placed(shop)
    paying.begun(order)

    answer = client.post(NOTICE, b'{"id": "n1", "state": "paid"}', content_type="application/json")

    assert answer.status_code == 400
    assert Payment.objects.get(order_uid=order.uid).state == Payment.State.STARTED


def test_a_notice_of_nobody_or_of_great_length_is_turned_away(shop: Shop, client: Client) -> None:
    assert client.post("/payments/notice/wallet/", b"{}", content_type="application/json").status_code == 404
    assert client.post(NOTICE, b"x" * 65_537, content_type="application/json").status_code == 413
    assert client.get(NOTICE).status_code == 405


def test_a_notice_that_finds_the_books_locked_is_asked_for_again(
    shop: Shop, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(**_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(settlement, "apply_notice", locked)

    answer = client.post(NOTICE, b"{}", content_type="application/json")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_a_form_never_sends_a_visitor_to_another_host(shop: Shop, client: Client, target: str) -> None:
    answer = client.post("/visitor/", {"country": "FR", "language": "de", "scheme": "dark", "next": target})

    assert answer["Location"] == "/"
    assert answer.cookies["scheme"].value == "dark"


@pytest.mark.parametrize(
    "path",
    [
        "/cover/" + "0" * 64 + "-640.webp",
        "/cover/" + "0" * 64 + "-641.webp",
        "/cover/nonsense-640.webp",
        "/spectrogram/" + "0" * 64 + ".png",
        "/about/nothing/",
        f"/wave/{NOBODY}/",
        f"/statements/{NOBODY}/2026-10/",
    ],
)
def test_what_is_not_there_is_not_found(shop: Shop, client: Client, path: str) -> None:
    client.force_login(people.for_email(email="a@example.com"), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(path).status_code == 404


def test_a_shop_without_a_storefront_says_so_with_503(db: None, client: Client) -> None:
    client.raise_request_exception = False

    page, health = client.get("/"), client.get("/healthz")

    assert (page.status_code, health.status_code) == (503, 503)
    assert "lathe init" in page.content.decode()
    assert health.json()["can_sell"] is False


def test_a_disk_with_too_little_room_is_not_healthy(shop: Shop, client: Client, settings: LazySettings) -> None:
    settings.LATHE_DISK_FLOOR_BYTES = 10**15

    health = client.get("/healthz")

    assert health.status_code == 503
    assert any("LATHE_DISK_FLOOR_BYTES" in trouble for trouble in health.json()["troubles"])


def test_every_page_forbids_scripts_and_styles_of_others(shop: Shop, client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_host_that_is_not_ours_gets_a_plain_refusal(shop: Shop, client: Client) -> None:
    answer = client.get("/", headers={"host": "elsewhere.example"})

    assert answer.status_code == 400
    assert "We could not read that" in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_plain_words(shop: Shop) -> None:
    answer = Client(enforce_csrf_checks=True).post("/basket/add/", {"release": "gymnopedies", "format": "flac"})

    assert answer.status_code == 403
    assert "This form is stale" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/releases/nothing/", "Eine Veröffentlichung „nothing“ gibt es"),
        ("/releases/gymnopedies/nothing/", "hat keinen Titel „nothing“"),
        ("/artists/nobody/", "Einen Künstler „nobody“ gibt es"),
        ("/d/forged/a.flac", "Dieser Link ist nicht von uns"),
        ("/l/forged/links.txt", "Dieser Link ist nicht von uns"),
    ],
)
def test_refusals_speak_german_too(shop: Shop, client: Client, path: str, words: str) -> None:
    answer = client.get(path, headers={"accept-language": "de", "accept": "text/html"})

    assert answer.status_code in (403, 404)
    assert words in answer.content.decode()
