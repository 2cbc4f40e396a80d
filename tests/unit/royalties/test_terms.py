"""Contracts as files say them: read whole, or refused with every mistake named."""

from __future__ import annotations

import json
import tomllib
from fractions import Fraction

import pytest

from lathe.royalties.errors import BadTerms, RoyaltyError
from lathe.royalties.rules import amounts, splits, terms
from tests.unit.royalties.agreed import GUEST, LABEL

CONTRACT = """
starts_on = 2026-01-01

[payment]
minimum = "25.00EUR"
reserve = "10%"
reserve_periods = 3
withholding = "15%"
vat = "domestic"
vat_rate = "19%"

[[rule]]
name = "Britain"
territories = ["GB"]
share = "70%"
[[rule.minimum]]
tracks = 1
each = "0.05GBP"
[[rule.minimum]]
tracks = 2
each = ["0.045GBP"]
[[rule.longer]]
over_s = 300
times = "1.2"

[[rule]]
name = "elsewhere"
share = "7/10"
wholesale_floor = true
tiers_count_by = "quarter"
[[rule.tier]]
from_unit = 1001
share = "3/4"
"""


def test_a_contract_reads_the_same_from_its_file_and_from_the_database() -> None:
    plain = tomllib.loads(CONTRACT)
    read = terms.contract(plain, LABEL, 3)
    assert read == terms.contract(json.loads(json.dumps(terms.as_json(plain))), LABEL, 3)
    assert [rule.name for rule in read.rules] == ["Britain", "elsewhere"]
    assert read.rules[0].rate.steps[1].each == {"GBP": 45_000}
    assert read.rules[1].rate.tiers[0].share == Fraction(3, 4)
    assert read.payment.minimum == {"EUR": 25_000_000}


def test_every_mistake_is_named_with_its_place() -> None:
    wrong = """
shares = "70%"
[payment]
minimum = "25 euros"
vat = "maybe"
reserve = "10%"
[[rule]]
name = "one"
share = "170%"
of = "gross"
territories = ["Bavaria"]
payer = "store"
[[rule]]
name = "one"
fixed = "0.30EUR"
share = "1/2"
from = 2026-02-01
until = 2026-01-01
[[rule.minimum]]
tracks = 5
each = "0.04GBP"
[[rule.minimum]]
tracks = 2
[[rule.tier]]
share = "nought"
"""
    with pytest.raises(BadTerms) as refusal:
        terms.contract(tomllib.loads(wrong), LABEL)
    said = str(refusal.value)
    for sentence in [
        "`starts_on` is missing",
        "`shares` is unknown here. Known are payment, rule, starts_on",
        "payment: `minimum`: '25 euros' is not an amount",
        "payment: `vat` is 'maybe'; it must be one of none, domestic, reverse",
        "`reserve` and `reserve_periods` belong together",
        "rule 1: `share`: A share lies between 0% and 100%",
        "rule 1: `of` is 'gross'; it must be one of net, ppd, price",
        "rule 1: `territories`: 'Bavaria' is not an ISO 3166 country code",
        "rule 1: `payer` is unknown here",
        "rule 2: `fixed` stands alone",
        "rule 2: it ends (2026-01-01) before it starts (2026-02-01)",
        "rule 2: the [[minimum]] tables must come in rising order; they are [5, 2]",
        "rule 2, minimum 2: `each` is missing",
        "rule 2, tier 1: `from_unit` is missing",
        "rule 2, tier 1: `share`: 'nought' is not a number",
        "two rules are named 'one'",
    ]:
        assert sentence in said, said


@pytest.mark.parametrize("plain", [{}, {"rule": "all"}, {"rule": [1]}, {"starts_on": 7, "rule": []}])
def test_what_is_no_contract_at_all_is_refused_in_words(plain: dict[str, object]) -> None:
    with pytest.raises(BadTerms, match="cannot be taken as it is"):
        terms.contract(plain, LABEL)


def test_the_table_of_mechanicals_takes_payers_and_no_tiers() -> None:
    table = terms.mechanicals({"starts_on": "2026-01-01", "rule": [{"payer": "label", "territories": ["US"]}]})
    assert table.rules[0].payer.value == "label"
    with pytest.raises(BadTerms, match="has no tiers"):
        terms.mechanicals({"starts_on": "2026-01-01", "rule": [{"tier": [{"from_unit": 2, "share": "1/2"}]}]})


def test_amounts_are_finer_than_a_minor_unit() -> None:
    assert amounts.parse("0.045GBP") == ("GBP", 45_000)
    assert amounts.show("GBP", 45_000) == "0.045GBP"
    assert amounts.show("JPY", 3_000_000) == "3JPY"
    for text in ("0.0000001EUR", "1", "-1EUR", "1EURO"):
        with pytest.raises(RoyaltyError, match="is not an amount"):
            amounts.parse(text)
    with pytest.raises(RoyaltyError, match="two amounts in EUR"):
        amounts.parse_all(["1EUR", "2EUR"])


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ([], "at least one party"),
        ([(LABEL, Fraction(1, 2)), (GUEST, Fraction(1, 3))], "these make 5/6"),
        ([(LABEL, Fraction(3, 2)), (GUEST, Fraction(-1, 2))], "more than nothing"),
        ([(LABEL, Fraction(1, 2)), (LABEL, Fraction(1, 2))], "comes twice"),
        ([(LABEL, Fraction(1, 10**13)), (GUEST, 1 - Fraction(1, 10**13))], "finer than the books keep"),
    ],
)
def test_shares_that_do_not_make_one_are_refused(shares: splits.Shares, sentence: str) -> None:
    with pytest.raises(RoyaltyError, match=sentence):
        splits.check(shares)
