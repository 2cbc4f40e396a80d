"""How an operator ends a case at /manage/: given to another, refunded, or by a court's order."""

from __future__ import annotations

from fractions import Fraction

from lathe.backoffice.models import Action
from lathe.catalogue.models import Party
from lathe.delivery.models import Entitlement
from lathe.ledger import accounts, checks
from lathe.ledger import queries as books
from lathe.ledger.models import Transaction
from lathe.mail.models import Letter
from lathe.rights.models import Case
from lathe.royalties import actions as royalties
from lathe.sales import escrow
from lathe.sales.models import Order, Refund
from tests import paying, shops
from tests.db.backoffice.door import Door, at, signed_in, text
from tests.shops import Shop

CLAIM = {"claimant": "Signal GmbH", "email": "legal@signal.example", "claim": "Ours since 2019."}


def opened(door: Door, *, track: str = "") -> tuple[Shop, Case]:
    """A shop that sold the release and, to somebody else, two of its tracks, with a claim on all or one."""
    shop = shops.opened()
    paying.paid(shops.placed(shop))
    filled = shops.basket(shop, track=shop.tracks[0])
    shops.fill(filled, shop, track=shop.tracks[1])
    paying.paid(shops.orders.place(shops.checkout(shop, filled, email="other@example.com")))
    assert door.act(at(shop.release, "claim"), track=track, **CLAIM).status_code == 302
    return shop, Case.objects.get()


def another() -> Party:
    made = Party.objects.create(name="Signal", slug="signal")
    royalties.agree(party_uid=made.uid, share=Fraction(1, 2), use_wholesale=False, starts_on=shops.LONG_AGO)
    return made


def owed(party: Party) -> int:
    return -books.balance(accounts.payable(party.uid), "EUR")


def test_a_case_is_given_to_another_once_with_what_was_held(door: Door) -> None:
    _, case = opened(door)
    assert "Nothing is agreed with anybody else yet." in door.read("cases/1/reassign/")
    heir = another()
    page = door.read("cases/1/reassign/")
    assert "2.6250 €, held for 2 orders, are owed to the rights holder you choose." in page
    assert "Arcueil Éditions" not in page
    fields = door.form("cases/1/reassign/")
    sent = {"to": str(heir.uid), "reason": "Settled in March."}
    assert door.send("cases/1/reassign/", fields, **{**sent, "to": "nobody"}).status_code == 409
    assert door.send("cases/1/reassign/", fields, **{**sent, "reason": " "}).status_code == 422
    assert owed(heir) == 0
    for _ in range(2):
        assert door.send("cases/1/reassign/", fields, **sent).status_code == 302
    assert (owed(heir), escrow.held(case)) == (2_625_000, {"EUR": 0})
    page = door.read("cases/1/")
    assert "Given to another rights holder" in page
    assert "Signal. Settled in March. Moved: 2.625000 EUR." in page
    assert "Gave what a case held to another rights holder operator@example.com" in page
    assert [action.what for action in Action.objects.order_by("number")] == ["claim", "reassign"]
    assert checks.check().is_sound


def test_the_buyers_of_a_case_are_refunded_once(door: Door) -> None:
    shop, case = opened(door)
    page = door.read("cases/1/refund/")
    assert "2 orders are refunded the way they were paid, and their files end." in page
    assert "For all of it the buyers paid 4.47 €." in page
    fields = door.form("cases/1/refund/")
    assert door.send("cases/1/refund/", fields, reason="").status_code == 422
    for _ in range(2):
        assert door.send("cases/1/refund/", fields, reason="It was never ours to sell.").status_code == 302
    assert [order.state for order in Order.objects.all()] == [Order.State.REFUNDED] * 2
    assert Refund.objects.count() == 2
    assert "It was never ours to sell." in Letter.objects.filter(to="other@example.com").latest("id").text
    assert (owed(shop.label), escrow.held(case)) == (0, {"EUR": 0})
    assert "Buyers refunded" in door.read("cases/1/")
    assert "The case is settled already." in door.read("cases/1/refund/")
    assert [action.what for action in Action.objects.order_by("number")] == ["claim", "buyers"]
    assert checks.check().is_sound


def test_of_an_order_with_other_music_the_disputed_part_alone_is_refunded(door: Door) -> None:
    opened(door, track="1-1")
    page = door.read("cases/1/refund/")
    assert "1 order is refunded the way it was paid" in page
    assert "1 order brought other music too: of it the disputed part goes to the buyer's balance." in page
    assert "For all of it the buyers paid 3.48 €." in page
    assert door.act("cases/1/refund/", reason="Not ours.").status_code == 302
    assert Transaction.objects.filter(kind="refund").count() == 2
    assert Refund.objects.count() == 1


def test_a_refund_that_broke_off_goes_on_with_a_new_turn(door: Door) -> None:
    _, case = opened(door)
    fields = door.form("cases/1/refund/")
    first = Order.objects.get(email="buyer@example.com")
    assert door.act(at(first, "refund"), reason="Asked for it.").status_code == 302
    assert "1 order is refunded" in door.read("cases/1/refund/")
    assert door.send("cases/1/refund/", fields, reason="Not ours.").status_code == 302
    case.refresh_from_db()
    assert (case.state, Refund.objects.count()) == (Case.State.REFUNDED, 2)


def test_a_court_ends_what_buyers_hold_of_it_and_nothing_else(door: Door) -> None:
    opened(door, track="1-1")
    page = door.read("cases/1/end-downloads/")
    assert "2 tracks that were bought can no longer be downloaded, by 2 people." in page
    assert "Reason, as the buyer will read it" not in page
    assert door.act("cases/1/end-downloads/", reason=" ").status_code == 422
    assert Entitlement.objects.filter(ended_at__isnull=True).count() == 5
    assert door.act("cases/1/end-downloads/", reason="LG Hamburg 310 O 99/26").status_code == 302
    left = Entitlement.objects.filter(ended_at__isnull=True)
    assert (left.count(), left.filter(track__number=1).count()) == (3, 0)
    assert "LG Hamburg 310 O 99/26 Entitlements ended: 2." in door.read("cases/1/")
    assert "Nobody holds anything of it any more." in door.read("cases/1/end-downloads/")


def test_nobody_else_ends_a_case(door: Door) -> None:
    opened(door)
    another()
    client, _ = signed_in("label@example.com")
    other = Door(client, door.person)
    for path in ("reassign", "refund", "end-downloads"):
        fields = door.form(f"cases/1/{path}/")
        assert other.get(f"cases/1/{path}/").status_code == 404
        assert door.send(f"cases/1/{path}/", {"number": fields["number"]}, reason="x").status_code == 403, "no token"
    assert Case.objects.get().is_open


def test_who_comes_second_is_told_who_was_first(door: Door) -> None:
    opened(door)
    second = Door.of("second@example.com")
    fields = second.form("cases/1/reinstate/")
    refund = second.form("cases/1/refund/")
    assert door.act("cases/1/reinstate/", reason="Unfounded.").status_code == 302
    answer = second.send("cases/1/refund/", refund, reason="Not ours.")
    assert answer.status_code == 409
    assert "The case is settled already." in text(answer)
    assert second.send("cases/1/reinstate/", fields, reason="x").status_code == 409
    assert not Refund.objects.exists()
