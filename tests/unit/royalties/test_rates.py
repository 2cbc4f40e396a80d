"""What a cut is charged with: the numbers of docs/algorithms/royalties.md."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.royalties.rules import rates
from lathe.royalties.rules.rates import Basis, Charge
from tests.unit.royalties.agreed import UK, basis, contract

PENCE = {"share": "8%", "of": "price", "minimum": UK, "longer": [{"over_s": 300, "times": "1.2"}]}


def charged(rule: dict[str, Any], of: Basis) -> Charge:
    return rates.charge(contract(rule).rules[0].rate, of)


@pytest.mark.parametrize(
    ("rule", "of", "owed"),
    [
        ({"share": "70%"}, basis(2_090_000), 1_463_000),
        ({"share": "70%"}, basis(830_000), 581_000),
        ({"share": "60%", "wholesale_floor": True}, basis(830_000, ppd_micro=550_000), 550_000),
        ({"share": "70%", "wholesale_floor": True}, basis(830_000, ppd_micro=550_000), 581_000),
        ({"share": "65%", "of": "ppd"}, basis(830_000, ppd_micro=700_000), 455_000),
        ({"share": "70%", "floor": "0.60EUR"}, basis(830_000), 600_000),
        ({"fixed": "0.30EUR"}, basis(830_000), 300_000),
        ({"fixed": "0.131USD", "fixed_per": "track"}, basis(5_000_000, 60, 60, 60, currency="USD"), 393_000),
        ({"share": "1/3"}, basis(1_000_000), 333_333),
        ({"share": "1/2"}, basis(3), 2),
        ({"share": "70%"}, basis(-1_000), 0),
    ],
)
def test_a_charge_is_what_was_worked_out_by_hand(rule: dict[str, Any], of: Basis, owed: int) -> None:
    assert charged(rule, of).amount_micro == owed


@pytest.mark.parametrize(
    ("price", "durations", "owed"),
    [
        (990_000, [180], 79_200),
        (490_000, [180], 50_000),
        (490_000, [390], 60_000),
        (490_000, [300], 50_000),
        (1_600_000, [180] * 4, 180_000),
        (4_990_000, [180] * 12, 420_000),
    ],
)
def test_a_minimum_goes_by_the_bundle_and_the_length_of_its_tracks(price: int, durations: list[int], owed: int) -> None:
    assert charged(PENCE, basis(price, *durations, currency="GBP")).amount_micro == owed


def test_where_the_minimum_decides_each_track_weighs_its_own() -> None:
    assert charged(PENCE, basis(490_000, 60, 390, currency="GBP")) == Charge(99_000, (45_000, 54_000))
    assert charged(PENCE, basis(9_900_000, 60, 390, currency="GBP")).weights == (60_000, 390_000)


@pytest.mark.parametrize(("unit", "owed"), [(0, 581_000), (1, 581_000), (1000, 581_000), (1001, 622_500)])
def test_a_tier_begins_with_its_unit(unit: int, owed: int) -> None:
    rule = {"share": "70%", "tier": [{"from_unit": 1001, "share": "75%"}]}
    assert charged(rule, basis(830_000, unit=unit)).amount_micro == owed


@pytest.mark.parametrize(
    ("rule", "owed"),
    [
        ({"fixed": "0.30EUR"}, 0),
        ({"share": "10%", "floor": "0.60EUR"}, 83_000),
        ({"share": "10%", "of": "ppd"}, 83_000),
        ({"share": "10%", "minimum": [{"tracks": 1, "each": "0.5EUR"}]}, 83_000),
    ],
)
def test_of_an_upgrade_only_shares_of_its_net_count(rule: dict[str, Any], owed: int) -> None:
    assert charged(rule, basis(830_000, ppd_micro=0, is_upgrade=True)).amount_micro == owed


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**12), st.lists(st.integers(0, 7200), min_size=1, max_size=40))
def test_a_charge_is_never_negative_and_never_below_floor_or_minimum(net: int, ppd: int, durations: list[int]) -> None:
    rule = {**PENCE, "wholesale_floor": True, "floor": "0.10GBP"}
    charge = charged(rule, basis(net, *durations, currency="GBP", ppd_micro=ppd))
    assert charge.amount_micro >= max(ppd, 100_000, 20_000 * len(durations))
    assert len(charge.weights) == len(durations)
    assert sum(charge.weights) > 0
