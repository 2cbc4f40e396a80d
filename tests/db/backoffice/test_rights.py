"""What an operator does about rights at /manage/: takes a claim, settles it, and writes terms by hand."""

from __future__ import annotations

from lathe.backoffice.models import Action
from lathe.basics import clock
from lathe.rights import queries
from lathe.rights.models import Case, Deal
from lathe.rights.rules import Yes
from lathe.sales import escrow
from tests import paying, shops
from tests.db.backoffice.door import Door, at, text

CLAIM = {"claimant": "Signal GmbH", "email": "legal@signal.example", "track": "", "claim": "Ours since 2019."}


def test_a_claim_stops_the_sale_and_can_be_found_unfounded(door: Door) -> None:
    shop = shops.opened()
    paying.paid(shops.placed(shop))
    assert "There are none." in door.read("cases/")
    fields = door.form(at(shop.release, "claim"))
    for _ in range(2):
        assert door.send(at(shop.release, "claim"), fields, **CLAIM).status_code == 302
    case = Case.objects.get()
    assert escrow.held(case) == {"EUR": 1_463_000}
    assert not isinstance(queries.of_release(shop.release, "DE", clock.now(), "main").release, Yes)
    page = door.read("cases/1/")
    assert "Ours since 2019." in page
    assert "1.463000" in page
    assert "Signal GmbH, legal@signal.example" in page
    assert "Sales stopped" in door.read("cases/")
    assert door.act("cases/1/reinstate/", reason="").status_code == 422
    assert door.act("cases/1/reinstate/", reason="Their contract ended.").status_code == 302
    page = door.read("cases/1/")
    assert "Back on sale" in page
    assert "Their contract ended. Moved: 1.463000 EUR. operator@example.com" in page
    assert "The case is settled already." in door.read("cases/1/reinstate/")
    assert [action.what for action in Action.objects.order_by("number")] == ["claim", "reinstate"]


def test_a_claim_that_says_nothing_is_refused_and_what_was_typed_stays(door: Door) -> None:
    shop = shops.opened()
    answer = door.act(at(shop.release, "claim"), **{**CLAIM, "claim": " "})
    assert answer.status_code == 422
    assert "needs who claims, and what they claim" in text(answer)
    assert 'value="Signal GmbH"' in answer.content.decode()
    assert not Case.objects.exists()
    assert not Action.objects.exists()
    assert door.get("cases/1/").status_code == 404


def test_terms_are_added_by_hand_and_shown_with_all_they_say(door: Door) -> None:
    shop = shops.opened()
    answer = door.act(at(shop.release, "deal"), price="9.99EUR", territories_in="2120", starts="2026-01-01")
    assert answer.status_code == 422
    assert "'2120' is Europe" in text(answer)
    sent = {"price_code": "MID", "territories_in": "2124", "starts": "2099-01-01", "pre_order_from": "2026-01-01"}
    assert door.act(at(shop.release, "deal"), track="1-2", storefronts="main", **sent).status_code == 302
    made = Deal.objects.latest("id")
    assert (made.track, made.price_code, made.territories_in) == (shop.tracks[1], "MID", ["AT", "CH", "DE"])
    page = door.read(at(shop.release))
    assert "By the rate card MID" in page
    assert "announced from 2026-01-01" in page
    assert "in the storefronts main alone" in page
