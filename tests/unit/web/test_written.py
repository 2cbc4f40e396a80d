"""How money, sizes and times are written."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from lathe.basics.money import Money
from lathe.web.templatetags import shop


@pytest.mark.parametrize(
    ("count", "english", "german"),
    [
        (434_400_000, "434\u00a0MB", "434\u00a0MB"),
        (5_240_000, "5.2\u00a0MB", "5,2\u00a0MB"),
        (9_949_000, "9.9\u00a0MB", "9,9\u00a0MB"),
        (9_951_000, "10\u00a0MB", "10\u00a0MB"),
    ],
)
def test_sizes_have_one_decimal_under_ten(count: int, english: str, german: str) -> None:
    with translation.override("en"):
        assert shop.size(count) == english
    with translation.override("de"):
        assert shop.size(count) == german


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (66.4, "1:06"), (192, "3:12"), (4903, "1:21:43")])
def test_lengths_read_as_on_a_player(seconds: float, shown: str) -> None:
    assert shop.duration(seconds) == shown


def test_prices_and_days_follow_the_language() -> None:
    with translation.override("en"):
        assert (shop.money(Money(1077, "EUR")), shop.spoken_day(date(2019, 3, 9))) == ("10.77\u00a0€", "9 March 2019")
    with translation.override("de"):
        assert (shop.money(Money(1077, "EUR")), shop.spoken_day(date(2019, 3, 9))) == ("10,77\u00a0€", "9. März 2019")


def test_ledger_amounts_show_what_is_smaller_than_a_cent() -> None:
    with translation.override("en"):
        assert shop.micro(582_353, "EUR") == "0.5824\u00a0€"
        assert shop.micro(-582_353, "EUR") == "−0.5824\u00a0€"


@pytest.mark.parametrize(("rate", "shown"), [(1900, "19\u00a0%"), (810, "8.1\u00a0%"), (0, "0\u00a0%")])
def test_tax_rates_drop_what_is_not_needed(rate: int, shown: str) -> None:
    with translation.override("en"):
        assert shop.percent(rate) == shown
