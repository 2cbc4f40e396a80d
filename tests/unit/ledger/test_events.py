"""Every event, whatever the amount and the currency: zero in each currency, and its amounts where they belong."""

from __future__ import annotations

import inspect
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.basics.money import Money
from lathe.ledger import accounts, chart, rules
from lathe.ledger.entries import Entry
from lathe.ledger.errors import LedgerError
from lathe.ledger.events import losses, money_in, money_out, transfers
from lathe.ledger.events.money_in import Received
from lathe.ledger.links import Invoice, series
from lathe.ledger.rates import Rate
from lathe.royalties.rules.decisions import RECORDING, WORK, Owed, Part
from lathe.sales import rules as sales
from lathe.sales.rules import LineTerms, Paid

ONE, OTHER = UUID(int=1), UUID(int=2)
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])
MICRO = st.integers(1, 10**15)


def said(entries: list[Entry]) -> list[tuple[str, str, int]]:
    return [(entry.account_code, entry.currency, entry.amount_micro) for entry in entries if entry.amount_micro]


@given(CURRENCIES, MICRO, st.integers(0, 10**6))
def test_every_event_sums_to_zero(currency: str, micro: int, fee: int) -> None:
    received = Received("demo", "r", currency, micro, fee)
    amount = Money(micro // 10**6, currency)
    for entries in (
        money_in.top_up(received, ONE),
        money_in.bonus(ONE, currency, micro),
        money_in.voucher_sold(received, OTHER),
        money_in.voucher_redeemed(OTHER, ONE, currency, micro),
        money_in.voucher_expired(OTHER, currency, micro),
        money_out.transfer("demo", amount),
        money_out.payout(ONE, amount),
        money_out.tax_paid("FR", amount),
        losses.chargeback_cost("demo", currency, fee),
        losses.taken_from_balance("demo", ONE, currency, micro),
        losses.bad_file(ONE, currency, micro, "line"),
        losses.write_off(accounts.bank(), currency, micro),
        losses.write_off(accounts.buyer(ONE), currency, -micro),
        transfers.into_escrow(OTHER, ONE, currency, micro),
        transfers.out_of_escrow(OTHER, ONE, OTHER, currency, micro),
    ):
        assert set(rules.sums(entries).values()) == {0}


@given(
    st.sampled_from(["JPY", "KWD"]),
    st.integers(-(10**15), 10**15),
    st.fractions(Fraction(1, 999), 999, max_denominator=999),
)
def test_a_conversion_sums_to_zero_in_both_currencies(quote: str, micro: int, value: Fraction) -> None:
    rate = Rate("EUR", quote, str(value), "ECB", date(2026, 10, 30))
    entries = transfers.conversion(accounts.bank(), accounts.bank(), micro, rate)
    assert rules.sums(entries) == {"EUR": 0, quote: 0}


def test_a_conversion_goes_through_equity_at_the_exact_rate() -> None:
    rate = Rate("USD", "EUR", "0.9221", "Bank", date(2026, 10, 30))
    entries = transfers.conversion(accounts.bank(), accounts.bank(), 100_000_001, rate)
    assert said(entries) == [
        ("assets:bank", "USD", -100_000_001),
        ("equity:conversion", "USD", 100_000_001),
        ("equity:conversion", "EUR", -92_210_001),
        ("assets:bank", "EUR", 92_210_001),
    ]


def test_a_top_up_is_a_liability_before_any_tax() -> None:
    entries = money_in.top_up(Received("demo", "r", "EUR", 20_000_000, 530_000), ONE)
    assert said(entries) == [
        ("assets:processor:demo", "EUR", 19_470_000),
        ("expenses:fees:demo", "EUR", 530_000),
        (f"liabilities:buyer:{ONE}", "EUR", -20_000_000),
    ]


def test_what_is_written_off_is_an_expense_of_an_asset_and_income_of_a_liability() -> None:
    assert said(losses.write_off("assets:bank", "EUR", 5)) == [
        ("assets:bank", "EUR", -5),
        ("expenses:written-off", "EUR", 5),
    ]
    assert said(losses.write_off("liabilities:payable:x", "EUR", -5)) == [
        ("liabilities:payable:x", "EUR", 5),
        ("income:released", "EUR", -5),
    ]


LINES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 97), st.booleans()), min_size=1)


def _line(number: int, price: Money, share: int, waits: bool) -> LineTerms:
    """A line that owes a share (of 97) of its net to one party, and 0.70 to an author, who may not be known yet."""
    tax = Money(price.minor * 19 // 119, price.currency)
    label = Part(OTHER, RECORDING, "all sales", 1, (price - tax).micro * share // 97)
    return LineTerms(
        UUID(int=number), price, tax, Owed((label, Part(None if waits else ONE, WORK, "works", 1, 700_000)))
    )


@given(CURRENCIES, LINES, st.integers(0, 10**6))
def test_a_sale_and_its_refund_come_to_nothing_for_every_party(
    currency: str, lines: list[tuple[int, int, bool]], fee: int
) -> None:
    sold = [_line(n, Money(minor, currency), share, waits) for n, (minor, share, waits) in enumerate(lines)]
    paid = Paid("demo", "r", sum(line.price.micro for line in sold), fee)
    sale = sales.sale_entries(ONE, "DE", paid, sold)
    if not sale:
        return
    both = sales.merged([*sale, *sales.refund_entries(sale, ONE, ONE, paid)])
    assert set(rules.sums(both).values()) <= {0}
    assert {entry.account_code for entry in both} <= {accounts.processor("demo"), accounts.fees("demo")}


def test_every_account_has_a_number_and_a_name_of_its_own_in_the_chart() -> None:
    made = [
        function(*("DE" for _ in inspect.signature(function).parameters))
        for name, function in vars(accounts).items()
        if inspect.isfunction(function) and function.__module__ == accounts.__name__ and not name.startswith("_")
    ]
    families = [chart.family(code) for code in made]
    assert {family for family in families if family not in chart.FAMILIES} == set()
    assert len({family.number for family in chart.FAMILIES}) == len(chart.FAMILIES)
    assert [family.number for family in chart.FAMILIES] == sorted(family.number for family in chart.FAMILIES)
    first = {"asset": "1", "equity": "2", "liability": "3", "income": "4", "expense": "6"}
    assert all(str(family.number).startswith(first[family.kind]) for family in chart.FAMILIES)


def test_an_account_that_no_family_claims_is_kept_with_the_others_of_its_kind() -> None:
    assert (chart.family("income:margin").number, chart.family("income:marginal").number) == (4400, 4999)
    with pytest.raises(LedgerError):
        chart.family("nonsense")


@pytest.mark.parametrize("value", ["0", "-1", "1,08", "1/0", "0.0", "", "1e3", "nan"])
def test_what_is_no_rate_is_refused(value: str) -> None:
    with pytest.raises(LedgerError, match="no exchange rate"):
        Rate("EUR", "USD", value, "ECB", date(2026, 10, 30))


@pytest.mark.parametrize(("base", "source"), [("USD", "ECB"), ("EUR", " "), ("EUR", "x" * 81)])
def test_a_rate_needs_two_currencies_and_a_source(base: str, source: str) -> None:
    with pytest.raises(LedgerError):
        Rate(base, "USD", "1.1", source, date(2026, 10, 30))


def test_a_rate_converts_both_ways() -> None:
    rate = Rate("EUR", "USD", "1.0845", "ECB", date(2026, 10, 30))
    assert (rate.convert(1_000_000), rate.convert_back(1_084_500)) == (1_084_500, 1_000_000)
    assert str(rate) == "1 EUR = 1.0845 USD"


def test_sales_and_corrections_are_numbered_by_year() -> None:
    assert [series(kind, date(2026, 1, 1)) for kind in ("sale", "refund", "true-up", "gift")] == [
        "S2026",
        "C2026",
        "C2026",
        "",
    ]
    assert str(Invoice("S2026", 42)) == "S2026-000042"
