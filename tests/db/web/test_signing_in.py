"""Signing in: who guesses passwords is stopped, and nobody else is."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from lathe.accounts.models import Person
from tests import shops
from tests.shops import Shop

GUESSES = 10


@pytest.fixture(autouse=True)
def nobody_came_before() -> None:
    cache.clear()


@pytest.fixture
def owner(shop: Shop) -> Person:
    person = shops.buyer("nadia@example.org")
    person.set_password("a-long-password")
    person.save()
    person.emailaddress_set.update(verified=True)
    return person


def sign_in(client: Client, email: str, password: str, forwarded: str = "") -> bool:
    """Whether it let them in. `forwarded` is what the proxies say of where they come from."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = client.post("/account/login/", {"login": email, "password": password}, headers=headers)
    return answer.status_code == 302


def test_the_right_password_opens_the_account(owner: Person, client: Client) -> None:
    assert sign_in(client, owner.email, "a-long-password")


def test_guesses_at_other_accounts_do_not_lock_this_one(owner: Person, client: Client, settings: LazySettings) -> None:
    for number in range(settings.AXES_FAILURE_LIMIT):
        assert not sign_in(client, f"somebody{number}@example.org", "wrong")

    assert sign_in(client, owner.email, "a-long-password")


def test_guesses_at_one_account_lock_it_for_the_guesser_for_half_an_hour(
    owner: Person, client: Client, settings: LazySettings
) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        cache.clear()  # minutes pass between the guesses
        assert not sign_in(client, owner.email.upper(), "wrong")

    cache.clear()
    assert client.post("/account/login/", {"login": owner.email, "password": "a-long-password"}).status_code == 429


def test_guesses_behind_our_proxy_lock_out_the_guesser_alone(
    owner: Person, client: Client, settings: LazySettings
) -> None:
    settings.LATHE_PROXIES = 1
    for number in range(GUESSES):
        assert not sign_in(client, f"somebody{number}@example.org", "wrong", "203.0.113.9")

    assert not sign_in(client, owner.email, "a-long-password", "203.0.113.9")
    assert sign_in(client, owner.email, "a-long-password", "198.51.100.7")


def test_a_guesser_does_not_come_from_elsewhere_by_saying_so(owner: Person, client: Client) -> None:
    for number in range(GUESSES):
        assert not sign_in(client, f"somebody{number}@example.org", "wrong", f"203.0.113.{number}")

    assert not sign_in(client, owner.email, "a-long-password", "198.51.100.7")


def test_who_bought_as_a_guest_signs_in_with_the_code_of_one_letter(shop: Shop, client: Client) -> None:
    shops.placed(shop, email="nadia@example.org")

    client.post("/account/login/code/", {"email": "nadia@example.org"})
    [letter] = mail.outbox
    [code] = re.findall(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", str(letter.body), re.MULTILINE)
    answer = client.post("/account/login/code/confirm/", {"code": code})

    assert (answer.status_code, answer["Location"]) == (302, "/library/")
    assert "nadia@example.org" in client.get("/library/").content.decode()
    assert len(mail.outbox) == 1


def test_a_stranger_who_signs_up_with_a_guests_address_gets_nowhere(shop: Shop, client: Client) -> None:
    shops.placed(shop, email="nadia@example.org")

    client.post("/account/signup/", {"email": "nadia@example.org", "password1": "a-strangers-password"})

    assert not shops.buyer("nadia@example.org").has_usable_password()
    assert "already" in str(mail.outbox[0].body)
