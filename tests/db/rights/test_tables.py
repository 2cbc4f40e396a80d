"""Terms from a CSV file: all of it or nothing, and every bad row named by its line."""

from __future__ import annotations

from datetime import date

import pytest

from lathe.basics import clock
from lathe.rights import queries, tables
from lathe.rights.errors import DealsRefused
from lathe.rights.models import Deal
from lathe.rights.rules import Yes
from tests import shops
from tests.shops import Shop

pytestmark = pytest.mark.django_db
UPC = "4006381333931"


@pytest.fixture
def shop() -> Shop:
    return shops.opened()


def standing(shop: Shop) -> list[Deal]:
    return list(Deal.objects.filter(release=shop.release, replaced_at__isnull=True).order_by("id"))


def refused(text: str) -> tuple[str, ...]:
    with pytest.raises(DealsRefused) as wrong:
        tables.import_deals(text=text)
    return wrong.value.problems


def test_a_file_replaces_all_deals_of_the_releases_it_names(shop: Shop) -> None:
    text = (
        "\ufeffupc,track,price,wholesale,starts,ends,territories_in,territories_out\n"
        f"{UPC},,9.99EUR,6.50EUR,2026-01-01,,2123,FR\n"
        f"{UPC},2,0.99EUR,,2026-01-01T18:00+01:00,2030-12-31,,\n"
        f"{UPC},DE-XX1-24-00003,0.89EUR,,2026-01-01,,Worldwide,276 840\n"
    )
    done = tables.import_deals(text=text)
    assert (done.rows, done.changed, done.unchanged) == (3, 1, 0)
    whole, second, third = standing(shop)
    assert (whole.price_minor, whole.wholesale_minor, whole.track) == (999, 650, None)
    assert "DE" in whole.territories
    assert "FR" not in whole.territories
    assert (second.track, second.starts_at, second.ends_on) == (
        shop.tracks[1],
        "2026-01-01T18:00:00+01:00",
        date(2030, 12, 31),
    )
    assert (third.track, third.territories_out) == (shop.tracks[2], ["DE", "US"])
    assert tables.import_deals(text=text).unchanged == 1
    assert isinstance(queries.of_release(shop.release, "AT", clock.now()).release, Yes)


def test_one_bad_row_keeps_the_whole_file_out_and_each_is_named(shop: Shop) -> None:
    before = standing(shop)
    problems = refused(
        "upc,track,price,floor,price_code,starts,ends,territories_in,clip_s,model\n"
        f"{UPC},,9.99EUR,,,2026-01-01,,DE,,\n"
        f"{UPC},9,free,,,yesterday,,ES-CN,,\n"
        "0000000000000,,9.99EUR,,,2026-01-01,,,,\n"
        f"{UPC},,9.99EUR,,MID,2026-01-01,,,,\n"
        f"{UPC},,9.99EUR,,,2026-01-01,2025-01-01,,x,\n"
        f"{UPC},,9.99EUR,12.00EUR,,2026-01-01,,,,\n"
        f"{UPC},,9.99EUR,,,2026-01-01,,,,Pay as you go\n"
    )
    assert [problem.split(":")[0] for problem in problems] == [f"Line {n}" for n in range(3, 9)]
    assert "`track`: Gymnopédies has no track '9'" in problems[0]
    assert "`price`: 'free' is not a price" in problems[0]
    assert "`starts`: 'yesterday' is no day or time" in problems[0]
    assert "'ES-CN' is a part of ES" in problems[0]
    assert "0000000000000" in problems[1]
    assert "names a price code and a price" in problems[2]
    assert "`clip_s`: 'x' is no whole number" in problems[3]
    assert "lies below its floor" in problems[4]
    assert "names no commercial model" in problems[5]
    assert standing(shop) == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Line 1: the columns upc, starts are missing."),
        ("upc,starts\n", "The file has no deals in it"),
        ("upc,starts,colour\n", "Line 1: unknown columns 'colour'. Known are upc, track, price"),
        ("upc,starts,upc\n", "a column stands there twice"),
        (f"upc,starts\n{UPC},2026-01-01,x\n", "Line 2: it has more cells than the heading"),
        (f'upc,starts\n{UPC},"2026-01-01\n', "this is not CSV"),
        (f"upc,starts\n{UPC},\n", "Line 2: `starts` is empty."),
        ("upc,starts\n\0,2026-01-01\n", "Line 2: "),
    ],
)
def test_a_file_that_is_no_table_of_deals_is_told_what_is_wrong(shop: Shop, text: str, says: str) -> None:
    assert any(says in problem for problem in refused(text))


def test_rows_that_contradict_storefronts_are_refused_too(shop: Shop) -> None:
    [problem] = refused(f"upc,starts,price,storefronts\n{UPC},2026-01-01,1.00EUR,nowhere\n")
    assert "Line 2: There is no storefront 'nowhere'" in problem
