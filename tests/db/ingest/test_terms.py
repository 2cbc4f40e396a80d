"""Mandate, prices and royalty at import: without them music is shown and not sold, with them it is."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from lathe.basics.money import Money
from lathe.basics.territory import TerritorySet
from lathe.catalogue.models import Party, Release
from lathe.ingest import actions
from lathe.ingest.errors import IngestError
from lathe.ingest.notes import GrantTerms
from lathe.ingest.options import Options, Prices
from lathe.objects import stores
from lathe.rights.models import Deal, Grant
from lathe.royalties import actions as royalties
from lathe.royalties import queries
from lathe.royalties.models import ContractVersion
from tests import shops
from tests.db.ingest import music

pytestmark = pytest.mark.django_db

LONG_AGO = date(2025, 1, 1)
PRICES = Prices(track=Money(99, "EUR"), floor=Money(49, "EUR"))


def options(folder: Path, prices: Prices | None = PRICES, share: Fraction | None = None) -> Options:
    grant = GrantTerms(music.mandated(folder), TerritorySet(), "", signed_on=LONG_AGO, starts_on=LONG_AGO)
    return Options(label="Arcueil", grant=grant, prices=prices, share=share)


def agreed(day: date) -> tuple[Fraction, bool] | None:
    """The share and the wholesale price's part in the label's contract of a day."""
    found = queries.standing(Party.objects.get().uid, day)
    return found.simple if found else None


def test_without_a_grant_music_is_shown_and_not_sold_and_the_reason_is_told(delivery: Path) -> None:
    music.release(delivery)
    report = actions.import_path(path=delivery)
    assert report.all_in
    assert report.releases[0].is_published
    assert not report.releases[0].is_for_sale
    assert any("has not given this shop a mandate" in sentence for sentence in report.releases[0].sentences)


def test_label_grant_and_price_make_it_sellable(delivery: Path) -> None:
    music.release(delivery)
    report = actions.import_path(path=delivery, options=options(delivery))
    assert report.releases[0].is_for_sale
    label = Party.objects.get()
    grant = Grant.objects.get()
    assert (label.name, grant.grantor, grant.signed_by) == ("Arcueil", label, "Arcueil")
    assert stores.documents().read(grant.document_sha256) == (delivery / "mandate.txt").read_bytes()
    whole = Deal.objects.get(track__isnull=True)
    assert (whole.price_minor, whole.floor_minor, whole.currency) == (198, 98, "EUR")
    assert Deal.objects.filter(track__isnull=False, price_minor=99, floor_minor=49).count() == 2


def test_the_default_share_is_seventy_percent_and_is_said_plainly(delivery: Path) -> None:
    music.release(delivery)
    report = actions.import_path(path=delivery, options=options(delivery))
    assert agreed(LONG_AGO) == (Fraction(7, 10), False)
    assert "Arcueil is owed 70 % of the price without tax" in report.releases[0].sentences[0]


def test_a_new_share_is_a_new_version_and_the_same_one_is_not(delivery: Path) -> None:
    music.release(delivery)
    for share in (Fraction(7, 10), Fraction(7, 10), Fraction(3, 5), Fraction(3, 5), None):
        actions.import_path(path=delivery, options=options(delivery, share=share))
    versions = ContractVersion.objects.order_by("version").values_list("terms", flat=True)
    assert [version["rule"][0]["share"] for version in versions] == ["7/10", "3/5"]


def test_a_contract_with_rules_of_its_own_is_never_replaced_by_a_delivery(delivery: Path) -> None:
    music.release(delivery)
    actions.import_path(path=delivery, options=options(delivery))
    party = Party.objects.get().uid
    rules = [{"name": "Japan", "share": "1/2", "territories": ["JP"]}, {"name": "elsewhere", "share": "3/5"}]
    royalties.sign(party_uid=party, plain={"starts_on": LONG_AGO, "rule": rules})
    report = actions.import_path(path=delivery, options=options(delivery, share=Fraction(4, 5)))
    assert "--share does not change it" in " ".join(report.releases[0].sentences)
    assert ContractVersion.objects.count() == 2


def test_a_wholesale_price_counts_for_track_and_release(delivery: Path) -> None:
    music.release(delivery)
    prices = Prices(track=Money(99, "EUR"), release=Money(149, "EUR"), wholesale=Money(45, "EUR"))
    actions.import_path(path=delivery, options=options(delivery, prices, Fraction(0)))
    assert Deal.objects.get(track__isnull=True).wholesale_minor == 90
    assert Deal.objects.get(track__isnull=True).price_minor == 149
    assert agreed(LONG_AGO) == (0, True)


def test_sidecars_carry_grants_deals_and_royalty(delivery: Path) -> None:
    music.mandated(music.release(delivery))
    deals = '[[deals]]\nscope = "release"\nprice = "1.49EUR"\n'
    alone = '[[deals]]\nscope = "track"\nfiles = ["02.flac"]\nprice = "0.99EUR"\nterritories_out = ["US"]\n'
    music.sidecar(delivery, music.MANDATE + deals + alone + '[royalty]\nshare = "65%"')
    report = actions.import_path(path=delivery)
    assert report.releases[0].is_for_sale
    assert Deal.objects.get(track__number=2).territories_out == ["US"]
    assert not Deal.objects.filter(track__number=1).exists()
    assert agreed(date(2025, 6, 1)) == (Fraction(13, 20), False)


def test_options_come_before_sidecars(delivery: Path) -> None:
    music.release(delivery)
    music.sidecar(delivery, 'label = "Somebody"\n[[deals]]\nscope = "release"\nprice = "5.00EUR"')
    actions.import_path(path=delivery, options=options(delivery))
    assert Release.objects.get().label.name == "Arcueil"
    assert Deal.objects.get(track__isnull=True).price_minor == 198


def test_a_grant_that_is_not_there_refuses_the_release_whole(delivery: Path) -> None:
    music.sidecar(music.release(delivery), music.MANDATE)
    report = actions.import_path(path=delivery)
    assert report.releases[0].state == "refused"
    assert "There is no grant mandate.txt" in report.releases[0].sentences[0]
    assert not Release.objects.exists()
    assert not report.all_in


def test_a_deal_for_a_file_that_is_not_in_refuses_the_release(delivery: Path) -> None:
    music.release(delivery)
    music.sidecar(delivery, '[[deals]]\nscope = "track"\nfiles = ["09.flac"]\nprice = "0.99EUR"')
    report = actions.import_path(path=delivery)
    assert report.releases[0].state == "refused"
    assert "names '09.flac'" in report.releases[0].sentences[0]


def test_a_bad_sidecar_refuses_its_release_and_not_the_next(delivery: Path) -> None:
    music.sidecar(music.release(delivery / "a"), 'titel = "x"')
    music.release(delivery / "b", album="Gnossiennes")
    report = actions.import_path(path=delivery)
    assert [release.state for release in report.releases] == ["refused", "new"]
    assert "`titel` is unknown" in report.releases[0].sentences[0]
    assert {file.verdict for file in report.releases[0].files} == {"conflicting"}


def test_a_placeholder_barcode_is_a_warning(delivery: Path) -> None:
    music.sidecar(music.release(delivery), 'upc = "1234567890123"')
    report = actions.import_path(path=delivery)
    assert report.all_in
    assert any("check digit of 1234567890123" in warning for warning in report.releases[0].warnings)


@pytest.mark.parametrize(
    "prices",
    [
        {"release": Money(100, "USD")},
        {"floor": Money(100, "EUR")},
        {"wholesale": Money(40, "GBP")},
    ],
)
def test_prices_that_contradict_themselves_are_refused(prices: dict[str, Money]) -> None:
    with pytest.raises(IngestError):
        Options(prices=Prices(track=Money(99, "EUR"), **prices))


def test_prices_in_a_currency_that_no_storefront_takes_are_warned_about(delivery: Path) -> None:
    shops.opened()
    music.release(delivery)
    prices = Prices(track=Money(99, "USD"))
    report = actions.import_path(path=delivery, options=options(delivery, prices))
    assert any("no storefront sells in that" in warning for warning in report.releases[0].warnings)


def test_a_grant_without_a_date_keeps_the_day_it_was_first_recorded(delivery: Path) -> None:
    music.release(delivery)
    document = music.mandated(delivery)
    for day in (date(2026, 10, 1), date(2026, 10, 5)):
        grant = GrantTerms(document, TerritorySet(), "", signed_on=day, starts_on=day, is_dated=False)
        report = actions.import_path(path=delivery, options=Options(label="Arcueil", grant=grant, prices=PRICES))
    assert Grant.objects.get().signed_on == date(2026, 10, 1)
    assert report.releases[0].state == "unchanged"
