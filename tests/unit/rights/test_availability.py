"""Availability is one pure decision: grant ∧ deal, by use, storefront, territory and window, ∧ no stop or embargo."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.basics.territory import TerritorySet
from lathe.rights import zones
from lathe.rights.reasons import Reason
from lathe.rights.rules import Ask, Facts, No, Term, Window, Yes, availability, whole

DAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
ALWAYS = Window(date(2000, 1, 1))
BERLIN = ZoneInfo("Europe/Berlin")
DOWNLOAD = frozenset({"PermanentDownload"})


def term(name: str = "paper", *, out: tuple[str, ...] = (), window: Window = ALWAYS, **more: object) -> Term[str]:
    return Term(name, TerritorySet.of((), out), window, **more)  # type: ignore[arg-type]


def ask(territory: str = "DE", day: date = DAY, **more: str) -> Ask:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Ask.of(territory, noon, UTC, **more)  # type: ignore[arg-type]


def facts(**changes: object) -> Facts[str]:
    given_facts = {"is_published": True, "is_suspended": False, "grants": [term("grant")], "deals": [term("deal")]}
    return Facts(**{**given_facts, **changes})  # type: ignore[arg-type]


def test_a_grant_and_a_deal_that_hold_carry_the_sale() -> None:
    assert availability(facts(), ask()) == Yes(deal="deal", grant="grant")


CLOSED = Window(date(2000, 1, 1), DAY - timedelta(1))
TOMORROW = Window(DAY + timedelta(1))
STREAM = frozenset({"OnDemandStream"})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_published": False}, Reason.NOT_PUBLISHED),
        ({"embargo_until": NOON + timedelta(seconds=1)}, Reason.EMBARGO),
        ({"is_suspended": True}, Reason.SUSPENDED),
        ({"grants": []}, Reason.NO_GRANT),
        ({"grants": [term(names=frozenset({"another"}))]}, Reason.GRANT_REPERTOIRE),
        ({"grants": [term(uses=frozenset())]}, Reason.GRANT_RIGHT),
        ({"grants": [term(storefronts=frozenset({"us"}))]}, Reason.GRANT_STOREFRONT),
        ({"grants": [term(out=("DE",))]}, Reason.GRANT_TERRITORY),
        ({"grants": [term(window=TOMORROW)]}, Reason.GRANT_WINDOW),
        ({"deals": []}, Reason.NO_DEAL),
        ({"deals": [], "has_release_deal": True}, Reason.NOT_ALONE),
        ({"deals": [term(uses=STREAM)]}, Reason.DEAL_USE),
        ({"deals": [term(storefronts=frozenset({"us"}))]}, Reason.DEAL_STOREFRONT),
        ({"deals": [term(out=("DE",))]}, Reason.DEAL_TERRITORY),
        ({"deals": [term(window=CLOSED)]}, Reason.DEAL_WINDOW),
        ({"deals": [term(window=TOMORROW)]}, Reason.DEAL_WINDOW),
        ({"deals": [term(window=TOMORROW, orders_from=DAY)]}, Reason.PRE_ORDER),
        ({"deals": [term(window=TOMORROW, orders_from=DAY + timedelta(1))]}, Reason.DEAL_WINDOW),
        ({"deals": [term(has_price=False)]}, Reason.NO_PRICE),
        ({"deals": [term(uses=STREAM), term(out=("DE",))]}, Reason.DEAL_TERRITORY),
    ],
)
def test_each_thing_that_is_wanting_is_named(changes: dict[str, object], reason: Reason) -> None:
    answer = availability(facts(**changes), ask())
    assert isinstance(answer, No)
    assert answer.reasons == (reason,)
    assert answer.sentence


def test_every_reason_has_a_sentence_for_the_buyer_and_one_for_the_label() -> None:
    for reason in Reason:
        assert reason.sentence.endswith(".")
        assert reason.for_label.endswith(".")


def test_a_coming_sale_that_is_announced_names_its_first_day() -> None:
    later = term(window=Window(date(2026, 8, 1)), orders_from=DAY)
    sooner = term(window=Window(date(2026, 7, 1)), orders_from=DAY)
    answer = availability(facts(deals=[later, sooner]), ask())
    assert answer == No((Reason.PRE_ORDER,), date(2026, 7, 1))
    assert isinstance(answer, No)
    assert answer.sentence == "On sale here from 2026-07-01."


def test_an_embargo_ends_at_its_instant_and_stands_over_deals() -> None:
    assert isinstance(availability(facts(embargo_until=NOON), ask()), Yes)
    assert availability(facts(embargo_until=NOON + timedelta(microseconds=1)), ask()) == No((Reason.EMBARGO,))


@pytest.mark.parametrize(("front", "is_sold"), [("main", True), ("us", False), ("", False)])
def test_a_deal_for_one_storefront_is_sold_there_alone(front: str, is_sold: bool) -> None:
    limited = facts(deals=[term(storefronts=frozenset({"main"}))])
    assert isinstance(availability(limited, ask(storefront=front)), Yes) is is_sold


@pytest.mark.parametrize("named", ["release", "recording"])
def test_a_grant_that_names_the_release_or_the_recording_covers_the_track(named: str) -> None:
    covered = facts(grants=[term("grant", names=frozenset({named}))], names=frozenset({"release", "recording"}))
    assert isinstance(availability(covered, ask()), Yes)


def test_windows_are_inclusive_on_both_ends() -> None:
    window = Window(DAY, DAY)
    for day, sold in ((DAY - timedelta(1), False), (DAY, True), (DAY + timedelta(1), False)):
        assert isinstance(availability(facts(deals=[term(window=window)]), ask(day=day)), Yes) is sold


FIVE = datetime.fromisoformat("2026-06-15T17:00")


@pytest.mark.parametrize(
    ("start", "opens"),
    [
        (FIVE, datetime(2026, 6, 15, 15, 0, tzinfo=UTC)),
        (FIVE.replace(tzinfo=UTC), datetime(2026, 6, 15, 17, 0, tzinfo=UTC)),
        (FIVE.replace(tzinfo=timezone(timedelta(hours=-4))), datetime(2026, 6, 15, 21, 0, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_the_buyers_own_and_one_with_a_zone_that_instant(
    start: datetime, opens: datetime
) -> None:
    deal = facts(deals=[term(window=Window(start.date(), starts_at=start))])
    for moment, sold in ((opens, True), (opens - timedelta(microseconds=1), False)):
        assert isinstance(availability(deal, Ask.of("DE", moment, BERLIN)), Yes) is sold


@pytest.mark.parametrize("zone", [None, UTC])
def test_a_time_that_ends_a_window_is_within_it(zone: timezone | None) -> None:
    deal = facts(deals=[term(window=Window(date(2000, 1, 1), DAY, ends_at=FIVE.replace(tzinfo=zone)))])
    last = FIVE.replace(tzinfo=zone or BERLIN)
    assert isinstance(availability(deal, Ask.of("DE", last, BERLIN)), Yes)
    assert availability(deal, Ask.of("DE", last + timedelta(seconds=1), BERLIN)) == No((Reason.DEAL_WINDOW,))


def test_the_deal_that_started_last_counts() -> None:
    old, new = term("old", window=Window(date(2001, 1, 1))), term("new", window=Window(date(2025, 1, 1)))
    assert availability(facts(deals=[new, old]), ask()) == Yes(deal="new", grant="grant")


def test_of_two_deals_of_one_day_the_later_recorded_counts() -> None:
    assert availability(facts(deals=[term("first"), term("second")]), ask()) == Yes(deal="second", grant="grant")


def test_one_track_barred_in_a_country_bars_the_whole_release_there() -> None:
    release, track = availability(facts(), ask()), availability(facts(deals=[term(out=("US",))]), ask("US"))
    assert whole(release, [track]) == No((Reason.TRACK_MISSING,))


def test_a_track_that_is_only_not_sold_alone_does_not_bar_the_release() -> None:
    release, track = availability(facts(), ask()), availability(facts(deals=[], has_release_deal=True), ask())
    assert whole(release, [track]) == release


CODES = ("DE", "FR", "US")
DAYS = st.dates(date(2026, 6, 12), date(2026, 6, 18))
FIRST, LAST = datetime.fromisoformat("2026-06-12T00:00"), datetime.fromisoformat("2026-06-18T00:00")
TIMES = st.none() | st.datetimes(FIRST, LAST, timezones=st.sampled_from([None, UTC, ZoneInfo("Asia/Tokyo")]))
WINDOWS = st.builds(Window, DAYS, st.none() | DAYS, TIMES, TIMES)
TERMS = st.builds(
    Term,
    st.integers(0, 99),
    st.builds(TerritorySet, st.frozensets(st.sampled_from(CODES)), st.frozensets(st.sampled_from(CODES))),
    WINDOWS,
    uses=st.sampled_from([DOWNLOAD, STREAM, DOWNLOAD | STREAM]),
    storefronts=st.frozensets(st.sampled_from(["main", "us"])),
    names=st.frozensets(st.sampled_from(["release", "recording", "another"])),
    has_price=st.booleans(),
    orders_from=st.none() | DAYS,
)
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
FACTS = st.builds(
    Facts,
    st.booleans(),
    st.booleans(),
    st.lists(TERMS, max_size=4),
    st.lists(TERMS, max_size=4),
    st.booleans(),
    st.just(frozenset({"release", "recording"})),
    st.none() | MOMENTS,
)


def slowly_holding(terms: list[Term[int]], territory: str, moment: datetime, front: str) -> list[Term[int]]:
    """The reference: the sentences of docs/rights.md, one after another, with nothing to make them quick."""
    found = terms
    found = [one for one in found if one.names == frozenset() or one.names & {"release", "recording"}]
    found = [one for one in found if "PermanentDownload" in one.uses]
    found = [one for one in found if one.storefronts == frozenset() or front in one.storefronts]
    found = [one for one in found if one.territories.included == frozenset() or territory in one.territories.included]
    found = [one for one in found if territory not in one.territories.excluded]
    found = [one for one in found if first_instant(one.window, territory) <= moment]
    found = [one for one in found if moment <= last_instant(one.window, territory)]
    return [one for one in found if one.has_price]


def first_instant(window: Window, territory: str) -> datetime:
    return _instant(window.starts_at or datetime.combine(window.starts_on, time.min), territory)


def last_instant(window: Window, territory: str) -> datetime:
    if window.ends_at is None and window.ends_on is None:
        return datetime.max.replace(tzinfo=UTC)
    if window.ends_at is not None:
        return _instant(window.ends_at, territory)
    assert window.ends_on is not None
    return _instant(datetime.combine(window.ends_on, time.max), territory)


def _instant(moment: datetime, territory: str) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zones.of(territory)))


@given(FACTS, st.sampled_from(CODES), MOMENTS, st.sampled_from(["", "main", "us"]))
def test_the_decision_is_total_and_agrees_with_a_slow_reference(
    given_facts: Facts[int], territory: str, moment: datetime, front: str
) -> None:
    answer = availability(given_facts, Ask.of(territory, moment, ZoneInfo(zones.of(territory)), storefront=front))
    grants = slowly_holding(list(given_facts.grants), territory, moment, front)
    deals = slowly_holding(list(given_facts.deals), territory, moment, front)
    is_shown = given_facts.is_published and (given_facts.embargo_until or moment) <= moment
    if is_shown and not given_facts.is_suspended and grants and deals:
        assert isinstance(answer, Yes)
        latest = max(deal.window.starts_on for deal in deals)
        assert answer.deal == [deal.ref for deal in deals if deal.window.starts_on == latest][-1]
        assert answer.grant in {grant.ref for grant in grants}
    else:
        assert isinstance(answer, No)
        assert answer.reasons
        assert answer.sentence


@pytest.mark.parametrize(
    ("territory", "zone"), [("DE", "Europe/Berlin"), ("US", "America/New_York"), ("JP", "Asia/Tokyo")]
)
def test_a_deal_without_a_zone_is_read_in_the_buyers_own_time(territory: str, zone: str) -> None:
    assert zones.of(territory) == zone
