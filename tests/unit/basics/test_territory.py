"""Territories as labels write them: ISO codes, CISAC's numbers and groups, the world less a few."""

from __future__ import annotations

import pytest

from lathe.basics.territory import TerritoryError, TerritorySet, members


@pytest.mark.parametrize(
    ("code", "countries"),
    [
        ("de", {"DE"}),
        ("276", {"DE"}),
        ("40", {"AT"}),
        ("840", {"US"}),
        ("2110", {"BE", "NL", "LU"}),
        ("2124", {"DE", "AT", "CH"}),
        ("2127", {"DK", "FI", "IS", "NO", "SE"}),
        ("Worldwide", set()),
        ("2136", set()),
    ],
)
def test_a_code_means_its_countries(code: str, countries: set[str]) -> None:
    assert members(code) == countries


def test_the_union_has_its_27_members_and_the_economic_area_three_more() -> None:
    assert len(members("2123")) == 27
    assert members("2121") - members("2123") == {"IS", "LI", "NO"}


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("2120", "'2120' is Europe in CISAC's numbers"),
        ("2130", "'2130' is Oceania"),
        ("ES-CN", "'ES-CN' is a part of ES"),
        ("280", "'280' is the number of no country of today"),
        ("810", "'810' is the number of no country of today"),
        ("999", "'999' is the number of no country"),
        ("2199", "'2199' is the number of no country"),
        ("00276", "'00276' is the number of no country"),
        ("EU", "'EU' is not an ISO 3166 country code"),
        ("XX-YY", "'XX-YY' is not an ISO 3166 country code"),
        ("", "'' is not an ISO 3166 country code"),
        ("٢٧٦", "is not an ISO 3166 country code"),
    ],
)
def test_what_cannot_be_mapped_is_refused_by_name(code: str, says: str) -> None:
    with pytest.raises(TerritoryError) as refused:
        members(code)
    assert says in str(refused.value)


def test_a_set_takes_groups_and_leaves_out_what_is_excluded() -> None:
    both = TerritorySet.of(["2124", "FR"], ["756"])
    assert [code for code in ("DE", "AT", "FR", "CH", "US") if code in both] == ["DE", "AT", "FR"]
    assert "JP" in TerritorySet.of(["2136"], ["2123"])
    assert "FR" not in TerritorySet.of(["Worldwide", "DE"], ["2123"])


@pytest.mark.parametrize(("inside", "outside"), [(["DE"], ["276"]), ([], ["Worldwide"]), (["Worldwide"], ["2136"])])
def test_a_set_of_nothing_is_refused(inside: list[str], outside: list[str]) -> None:
    with pytest.raises(TerritoryError, match="nothing is left"):
        TerritorySet.of(inside, outside)
