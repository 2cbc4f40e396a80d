"""Which rule holds: the most specific, in an order that is fixed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.royalties.rules import contracts
from tests.unit.royalties.agreed import ask, contract

WORLD = {"name": "world", "share": "50%"}
IN_ORDER: list[dict[str, Any]] = [
    {"name": "one country", "territories": ["DE"]},
    {"name": "two countries, storefront", "territories": ["DE", "FR"], "storefronts": ["main"]},
    {"name": "two countries, use", "territories": ["DE", "FR"], "uses": ["PermanentDownload"]},
    {"name": "two countries, dates", "territories": ["DE", "FR"], "from": date(2026, 1, 1)},
    {"name": "two countries", "territories": ["DE", "FR"]},
    {"name": "all but two", "except_territories": ["US", "JP"]},
    {"name": "all but one", "except_territories": ["US"]},
    {"name": "storefront", "storefronts": ["main"]},
    {"name": "use", "uses": ["PermanentDownload"]},
    {"name": "later dates", "from": date(2026, 9, 1)},
    {"name": "dates", "from": date(2026, 1, 1), "until": date(2026, 12, 31)},
    {"name": "world"},
    {"name": "world, said again"},
]


@given(st.permutations(IN_ORDER[:-1]))
def test_the_most_specific_rule_holds_in_whatever_order_they_are_written(rules: list[dict[str, Any]]) -> None:
    left = rules
    for expected in IN_ORDER[:-1]:
        found = contracts.matching(contract(*left).rules, ask("DE"), has_ppd=False)
        assert found is not None
        assert found.name == expected["name"]
        left = [rule for rule in left if rule["name"] != found.name]
        if not left:
            break


def test_of_two_alike_the_first_written_holds() -> None:
    found = contracts.matching(contract(*IN_ORDER[-2:]).rules, ask("DE"), has_ppd=False)
    assert found is not None
    assert found.name == "world"


@pytest.mark.parametrize(
    "rule",
    [
        {"territories": ["FR"]},
        {"except_territories": ["DE"]},
        {"storefronts": ["second"]},
        {"uses": ["Stream"]},
        {"from": date(2026, 10, 6)},
        {"until": date(2026, 10, 4)},
        {"floor": "0.10USD"},
        {"share": "50%", "of": "ppd"},
    ],
)
def test_a_rule_that_does_not_hold_leaves_the_sale_to_the_next(rule: dict[str, Any]) -> None:
    found = contracts.matching(contract(rule, WORLD).rules, ask("DE"), has_ppd=False)
    assert found is not None
    assert found.name == "world"


def test_days_are_inclusive() -> None:
    rule = {"name": "that day", "from": date(2026, 10, 5), "until": date(2026, 10, 5)}
    found = contracts.matching(contract(rule, WORLD).rules, ask("DE"), has_ppd=False)
    assert found is not None
    assert found.name == "that day"
