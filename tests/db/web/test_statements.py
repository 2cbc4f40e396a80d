"""What a rights holder sees of a month: plots with their figures, and the files that were issued."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from lathe.accounts import actions as people
from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.reports import actions
from lathe.reports.opening import Wanted
from lathe.reports.rules import Month
from tests import paying, shops

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def shop() -> shops.Shop:
    """A track sold in October, in France; the month is issued, and its speaker can sign in."""
    opened = shops.opened()
    with clock.use(FixedClock(datetime(2026, 10, 5, tzinfo=UTC))):
        paying.paid(shops.placed(opened, track=opened.tracks[0], territory="FR"))
    with clock.use(FixedClock(datetime(2026, 11, 1, 2, tzinfo=UTC))):
        actions.issue(series="statement", wanted=Wanted(opened.label, Month(2026, 10), "EUR"))
    people.let_speak_for(person=people.for_email(email="label@example.com"), party_uid=opened.label.uid)
    return opened


def test_the_page_shows_what_was_earned_from_four_sides_and_no_style_of_its_own(
    shop: shops.Shop, client: Client
) -> None:
    client.force_login(people.for_email(email="label@example.com"), backend=BACKEND)
    page = client.get(f"/statements/{shop.label.uid}/2026-10/").content.decode()
    for text in ("Earned over the year", "France", "FLAC", "Gymnopédies", "0.5810", "statement-000001"):
        assert text in page
    assert "style=" not in page
    assert page.count('class="lit"') == 3


def test_an_issued_file_is_for_those_who_speak_for_the_party(shop: shops.Shop, client: Client) -> None:
    path = f"/statements/{shop.label.uid}/issued/statement-000001/statement-csv/"
    assert client.get(path).status_code == 302
    client.force_login(people.for_email(email="other@example.com"), backend=BACKEND)
    assert client.get(path).status_code == 404
    client.force_login(people.for_email(email="label@example.com"), backend=BACKEND)
    answer = client.get(path)
    assert "statement-000001_arcueil_2026-10_EUR.csv" in answer["Content-Disposition"]
    assert b",0.581000,EUR," in answer.content
    for wrong in ("statement-000002/statement-csv", "statement-x/statement-csv", "statement-000001/dsr"):
        assert client.get(f"/statements/{shop.label.uid}/issued/{wrong}/").status_code == 404


def test_a_month_in_which_nothing_was_sold_has_no_plots(shop: shops.Shop, client: Client) -> None:
    client.force_login(people.for_email(email="label@example.com"), backend=BACKEND)
    page = client.get(f"/statements/{shop.label.uid}/2025-01/").content.decode()
    assert "Nothing was posted in this month." in page
    assert "<figure" not in page
