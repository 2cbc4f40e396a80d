"""Who is owed what for a cut: the numbers of docs/algorithms/royalties.md, and what holds for any terms."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.royalties.rules import owing, splits, suspense
from lathe.royalties.rules.contracts import Split
from lathe.royalties.rules.decisions import Owed
from lathe.royalties.rules.owing import Piece, Sold, Terms
from tests.unit.royalties.agreed import (
    DAY,
    GUEST,
    LABEL,
    OTHER_SONG,
    OTHER_WORK,
    PUBLISHER,
    SOCIETY,
    SONG,
    THIRD_SONG,
    WORK,
    amounts,
    ask,
    contract,
    mechanicals,
    sold,
    split,
)

SEVENTY = contract({"name": "all sales", "share": "70%"})
HALF, THIRD, QUARTER = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)
THREE = (Piece(SONG, 60_000), Piece(OTHER_SONG, 120_000), Piece(THIRD_SONG, 180_000))
FRANCE = mechanicals(
    {"name": "France", "territories": ["FR"], "share": "8%", "minimum": [{"tracks": 1, "each": "0.05EUR"}]}
)
THIRDS = ((LABEL, THIRD), (GUEST, THIRD), (PUBLISHER, THIRD))


def test_without_a_split_all_is_the_sellers() -> None:
    assert amounts(owing.owed(sold(2_090_000, *THREE), Terms(SEVENTY))) == {LABEL: 1_463_000}


def test_a_split_divides_exactly_with_the_remainder_to_the_largest() -> None:
    shares = split(SONG, (LABEL, HALF), (GUEST, THIRD), (PUBLISHER, Fraction(1, 6)))
    owed = owing.owed(sold(830_000), Terms(SEVENTY, splits={SONG: shares}))
    assert amounts(owed) == {LABEL: 290_500, GUEST: 193_667, PUBLISHER: 96_833}


@pytest.mark.parametrize(
    ("currency", "net", "parts"),
    [
        ("JPY", 100_000_000, [23_333_334, 23_333_333, 23_333_333]),
        ("KWD", 305_000, [71_167, 71_167, 71_166]),
    ],
)
def test_currencies_of_none_and_three_decimals_divide_exactly_too(currency: str, net: int, parts: list[int]) -> None:
    owed = owing.owed(sold(net, where=ask("JP", currency)), Terms(SEVENTY, splits={SONG: split(SONG, *THIRDS)}))
    assert [part.amount_micro for part in owed.parts] == parts


def test_a_release_is_divided_over_its_tracks_by_their_length() -> None:
    shares = {SONG: split(SONG, (LABEL, HALF), (GUEST, HALF))}
    owed = owing.owed(sold(2_090_000, *THREE), Terms(SEVENTY, splits=shares))
    assert amounts(owed) == {LABEL: 1_341_084, GUEST: 121_916}


def test_the_store_pays_authors_where_the_table_says_so() -> None:
    piece = Piece(SONG, 180_000, ((WORK, HALF), (OTHER_WORK, HALF)))
    shares = {WORK: split(WORK, (PUBLISHER, Fraction(3, 4)), (SOCIETY, QUARTER))}
    owed = owing.owed(sold(830_000, piece, where=ask("FR")), Terms(SEVENTY, FRANCE, shares))
    assert amounts(owed) == {LABEL: 581_000, PUBLISHER: 24_900, SOCIETY: 8_300, None: 33_200}
    assert owed.payer == "store"
    [waiting] = [part for part in owed.parts if part.party is None]
    assert (waiting.role, waiting.subject) == ("work", OTHER_WORK)


@pytest.mark.parametrize(
    ("works", "waiting"), [(None, {None: 66_400}), ((), {})], ids=["a work nobody named", "no work that is protected"]
)
def test_works_unknown_wait_and_free_works_bring_nothing(works: tuple[()] | None, waiting: dict[None, int]) -> None:
    owed = owing.owed(sold(830_000, Piece(SONG, 180_000, works), where=ask("FR")), Terms(SEVENTY, FRANCE))
    assert amounts(owed) == {LABEL: 581_000, **waiting}


@pytest.mark.parametrize("payer", ["label", "nobody"])
def test_where_the_store_does_not_pay_authors_nothing_is_posted_for_them(payer: str) -> None:
    table = mechanicals({"name": "there", "payer": payer, "share": "8%"})
    owed = owing.owed(sold(830_000, where=ask("FR")), Terms(SEVENTY, table))
    assert amounts(owed) == {LABEL: 581_000}
    assert owed.payer == payer


def test_without_a_contract_all_that_is_left_waits_in_suspense() -> None:
    assert amounts(owing.owed(sold(830_000), Terms(None))) == {None: 830_000}
    elsewhere = contract({"territories": ["FR"], "share": "1/2"})
    assert amounts(owing.owed(sold(830_000), Terms(elsewhere))) == {None: 830_000}
    with_authors = owing.owed(sold(830_000, where=ask("FR")), Terms(None, FRANCE))
    assert [(part.role, part.amount_micro) for part in with_authors.parts] == [("recording", 763_600), ("work", 66_400)]


def test_a_party_of_a_split_that_is_not_known_waits_in_suspense() -> None:
    shares = {SONG: split(SONG, (LABEL, HALF), (None, HALF))}
    owed = owing.owed(sold(830_000), Terms(SEVENTY, splits=shares))
    assert amounts(owed) == {LABEL: 290_500, None: 290_500}


def test_a_decision_names_the_versions_it_rested_on_and_survives_its_keeping() -> None:
    piece = Piece(SONG, 180_000, ((WORK, Fraction(1)),))
    shares = {WORK: split(WORK, (PUBLISHER, HALF), (None, HALF)), SONG: replace(split(SONG, *THIRDS), version=4)}
    owed = owing.owed(sold(830_000, piece, where=ask("FR"), unit=7), Terms(SEVENTY, FRANCE, shares))
    assert (owed.contract, owed.mechanicals, owed.splits, owed.unit) == (1, 1, {SONG: 4, WORK: 1}, 7)
    assert Owed.read(json.loads(json.dumps(owed.plain))) == owed


def test_a_decision_names_no_split_that_it_did_not_rest_on() -> None:
    piece, shares = Piece(SONG, 180_000, ((WORK, Fraction(1)),)), {WORK: split(WORK, (PUBLISHER, HALF), (None, HALF))}
    assert owing.owed(sold(830_000, piece, where=ask("DE")), Terms(SEVENTY, FRANCE, shares)).splits == {}


def test_the_parts_of_each_recording_are_told_apart_and_make_the_whole() -> None:
    terms = Terms(SEVENTY, splits={SONG: split(SONG, (LABEL, HALF), (GUEST, HALF))})
    release = sold(2_090_000, *THREE)
    apart = {piece.recording: owing.of_recording(release, terms, piece.recording) for piece in THREE}
    assert [(part.party, part.amount_micro) for part in apart[SONG]] == [(LABEL, 121_917), (GUEST, 121_916)]
    assert [(part.party, part.amount_micro) for part in apart[OTHER_SONG]] == [(LABEL, 487_667)]
    every = [part for parts in apart.values() for part in parts]
    assert tuple(owing.merged(every)) == owing.owed(release, terms).parts
    assert owing.of_recording(release, Terms(None), SONG) == []


def test_what_waited_for_the_works_of_a_recording_goes_to_those_that_are_known_by_now() -> None:
    unknown = sold(830_000, Piece(SONG, 180_000, None), where=ask("FR"))
    then = Terms(SEVENTY, FRANCE)
    old = owing.owed(unknown, then)
    assert amounts(old) == {LABEL: 581_000, None: 66_400}
    assert suspense.resolve(old, unknown, then, then) == old
    free = replace(unknown, pieces=(Piece(SONG, 180_000, ()),))
    assert amounts(suspense.resolve(old, free, then, then)) == {LABEL: 581_000}
    known = replace(unknown, pieces=(Piece(SONG, 180_000, ((WORK, HALF), (OTHER_WORK, HALF))),))
    now = Terms(SEVENTY, FRANCE, {WORK: split(WORK, (PUBLISHER, Fraction(3, 4)), (SOCIETY, QUARTER))})
    resolved = suspense.resolve(old, known, then, now)
    assert amounts(resolved) == {LABEL: 581_000, PUBLISHER: 24_900, SOCIETY: 8_300, None: 33_200}
    assert {part.subject for part in resolved.parts if part.party is None} == {OTHER_WORK}
    assert resolved.splits == {WORK: 1}


fractions = st.lists(st.integers(1, 10**6), min_size=1, max_size=6).map(
    lambda counts: tuple((UUID(int=100 + n), Fraction(count, sum(counts))) for n, count in enumerate(counts))
)
pieces = st.lists(st.integers(0, 7_200_000), min_size=1, max_size=12).map(
    lambda lengths: tuple(Piece(UUID(int=200 + n), ms, ((WORK, Fraction(1)),)) for n, ms in enumerate(lengths))
)


@given(st.integers(0, 10**13), pieces, fractions, fractions)
def test_the_parts_exhaust_what_is_charged_in_any_split(
    net: int, tracks: tuple[Piece, ...], of_song: splits.Shares, of_work: splits.Shares
) -> None:
    table = mechanicals({"name": "there", "share": "8%"})
    shared = {piece.recording: Split(piece.recording, 1, DAY, tuple(of_song)) for piece in tracks[::2]}
    one: Sold = sold(net, *tracks)
    whole = owing.owed(one, Terms(SEVENTY)).amount_micro
    owed = owing.owed(one, Terms(SEVENTY, table, {**shared, WORK: Split(WORK, 1, DAY, tuple(of_work))}))
    by_role = {role: sum(p.amount_micro for p in owed.parts if p.role == role) for role in ("recording", "work")}
    assert by_role["recording"] == whole == amounts(owing.owed(one, Terms(SEVENTY))).get(LABEL, 0)
    assert abs(by_role["work"] - Fraction(net * 8, 100)) <= Fraction(1, 2)
    assert all(part.amount_micro > 0 for part in owed.parts)
    assert owed == owing.owed(one, Terms(SEVENTY, table, {**shared, WORK: Split(WORK, 1, DAY, tuple(of_work))}))


@given(fractions)
def test_a_split_is_kept_as_counts_of_one_whole_and_read_back(shares: splits.Shares) -> None:
    whole, counts = splits.plain(shares)
    assert sum(item["count"] for item in counts) == whole
    assert splits.read(whole, counts) == tuple(shares)


rules = st.fixed_dictionaries(
    {"share": st.sampled_from(["0", "1/3", "70%", "1"])},
    optional={
        "territories": st.lists(st.sampled_from(["DE", "FR", "JP", "US"]), max_size=2).map(lambda some: ["JP", *some]),
        "except_territories": st.lists(st.sampled_from(["DE", "US"]), min_size=1, max_size=2),
        "storefronts": st.sampled_from(["main", "second"]),
        "of": st.sampled_from(["net", "ppd", "price"]),
        "floor": st.sampled_from(["0.40EUR", "50JPY"]),
        "wholesale_floor": st.booleans(),
        "from": st.dates(date(2026, 9, 1), date(2026, 11, 1)),
        "tier": st.just([{"from_unit": 5, "share": "3/4"}]),
    },
)


@given(
    st.lists(rules, min_size=1, max_size=5),
    st.sampled_from(["DE", "FR", "JP", "US", "KW"]),
    st.sampled_from(["EUR", "JPY", "KWD"]),
    st.dates(date(2026, 8, 1), date(2026, 12, 1)),
    st.integers(0, 10**10) | st.none(),
)
def test_no_contract_leaves_a_sale_without_a_decision(
    said: list[dict[str, object]], territory: str, currency: str, day: date, ppd: int | None
) -> None:
    agreed = contract(*said)
    one = sold(830_000, where=ask(territory, currency, day=day), ppd_micro=ppd, unit=5)
    owed = owing.owed(one, Terms(agreed))
    rule = owing.rule_of(one, Terms(agreed))
    if rule is None:
        assert amounts(owed) == {None: 830_000}
        assert not any(item.holds(one.ask, ppd is not None) for item in agreed.rules)
    else:
        assert rule.holds(one.ask, ppd is not None)
        assert set(amounts(owed)) <= {LABEL}
        holding = [item for item in agreed.rules if item.holds(one.ask, ppd is not None)]
        assert all(rule.scope.rank <= item.scope.rank for item in holding)
