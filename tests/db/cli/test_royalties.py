"""Royalties at the terminal: sign, share, see what is due, settle; and every mistake in words."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.catalogue.models import Party, Work
from lathe.cli import main
from lathe.ledger import accounts
from lathe.ledger import queries as books
from lathe.royalties import queries
from lathe.royalties.rules.periods import Period
from lathe.storefronts.models import Storefront
from tests import paying, shops

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("own_database")
PAGE = (Path(__file__).parents[3] / "docs" / "royalties.md").read_text(encoding="utf-8")
CONTRACT, SHARES, MECHANICALS = [block.partition("```")[0] for block in PAGE.split("```toml\n")[1:]]


def said(capsys: Captured, *arguments: str, code: int = 0) -> str:
    assert main.run(list(arguments)) == code, capsys.readouterr()
    captured = capsys.readouterr()
    return captured.err if code else captured.out


def file(folder: Path, text: str) -> str:
    path = folder / "terms.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_page_of_royalties_can_be_followed_word_by_word(tmp_path: Path, capsys: Captured) -> None:
    shop = shops.opened()
    name = shop.label.name
    assert "version 2 with 3 rules" in said(capsys, "royalties", "contract", name, file(tmp_path, CONTRACT))
    assert "version 1 counts from 2026-01-01" in said(capsys, "royalties", "mechanicals", file(tmp_path, MECHANICALS))
    assert "2 works and 1 recordings" in said(capsys, "royalties", "shares", file(tmp_path, SHARES))
    assert [work.is_protected for work in Work.objects.order_by("title")] == [True, False]
    shown = said(capsys, "royalties", "show", name)
    assert (
        "Germany and Austria: AT DE, main, PermanentDownload, from 2026-03-01, until 2026-12-31: 7/10 of net" in shown
    )
    assert [version["version"] for version in json.loads(said(capsys, "royalties", "show", name, "--json"))] == [1, 2]


def test_a_period_is_proposed_then_settled(capsys: Captured) -> None:
    shop = shops.opened()
    said(capsys, "royalties", "advance", "arcueil", "1.00EUR", "--key", "one")
    paying.paid(shops.placed(shop))
    period = Period.of(clock.today(), "month")
    due = said(capsys, "royalties", "due", "arcueil", str(period))
    assert "earned                           1.463000" in due
    assert "to be paid                       0.460000" in due
    assert "not over yet" in said(capsys, "royalties", "settle", str(period), code=1)
    with clock.use(FixedClock(period.end)):
        said(capsys, "royalties", "settle", str(period))
    assert books.balance(accounts.payout(shop.label.uid), "EUR") == -460_000
    [kept] = json.loads(said(capsys, "royalties", "due", "arcueil", str(period), "--json"))
    assert "Replayed 1 lines: all as the books say." in said(capsys, "royalties", "check")
    assert (kept["payout"], kept["rounding_micro"]) == ("0.46EUR", -3_000)


def test_what_waits_is_shown_with_its_reason_and_released(tmp_path: Path, capsys: Captured) -> None:
    shop = shops.opened()
    said(
        capsys,
        "royalties",
        "contract",
        "arcueil",
        file(tmp_path, 'starts_on = 2024-01-01\nrule = [{territories = "FR"}]'),
    )
    paying.paid(shops.placed(shop))
    assert "Arcueil Éditions has no contract that holds" in said(capsys, "royalties", "suspense")
    said(capsys, "royalties", "contract", "arcueil", file(tmp_path, 'starts_on = 2024-01-01\nrule = [{share = "70%"}]'))
    assert "1 lines have a party now.\nNothing waits" in said(capsys, "royalties", "suspense", "--release")
    assert queries.contract(shop.label.uid, datetime.now().date()).version == 3  # noqa: DTZ005


def test_below_cost_is_a_policy_of_the_storefront(capsys: Captured) -> None:
    shops.opened()
    assert "In Arcueil a sale below cost is refused." in said(
        capsys, "royalties", "below-cost", "refuse", "--fee", "1.4%", "--fee-fixed", "0.25EUR"
    )
    front = Storefront.objects.get()
    assert (front.below_cost, front.payment_fee_bp, front.payment_fee_minor) == ("refuse", 140, 25)
    assert "sells in EUR" in said(capsys, "royalties", "below-cost", "flag", "--fee-fixed", "0.25USD", code=1)
    assert "no storefront 'other'" in said(capsys, "royalties", "below-cost", "flag", "--storefront", "other", code=1)


@pytest.mark.parametrize(
    ("command", "text", "sentence"),
    [
        ("mechanicals", "starts_on = [", "is not TOML"),
        ("mechanicals", "begins = 2026-01-01", "`begins` is unknown here"),
        ("shares", "", "neither a [[work]] nor a [[recording]]"),
        ("shares", '[[recording]]\nisrc = "DEXX12499999"', "There is no recording DEXX12499999"),
        ("shares", '[[recording]]\nisrc = "DEXX12400001"\n[[recording.work]]\ntitle = "x"', "There is no work 'x'"),
        (
            "shares",
            '[[work]]\ntitle = "x"\nstarts_on = 2026-01-01\n[[work.share]]\nparty = "Somebody"\nshare = "1"',
            "There is no party 'Somebody'",
        ),
        ("shares", '[[work]]\ntitle = "x"\n[[work.share]]\nshare = "1/2"', "`starts_on` is missing"),
        (
            "shares",
            '[[work]]\ntitle = "x"\nstarts_on = 2026-01-01\n[[work.share]]\nshare = "1/2"',
            "The shares of a split make one; these make 1/2",
        ),
    ],
)
def test_a_mistake_in_a_file_is_named_and_nothing_is_entered(
    tmp_path: Path, capsys: Captured, command: str, text: str, sentence: str
) -> None:
    shops.opened()
    before = (Party.objects.count(), Work.objects.count())
    assert sentence in said(capsys, "royalties", command, file(tmp_path, text), code=1)
    assert (Party.objects.count(), Work.objects.count()) == before
