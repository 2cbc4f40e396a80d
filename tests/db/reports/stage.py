"""The shop that a tale is told in, before its first sale."""

from __future__ import annotations

import random
from fractions import Fraction
from uuid import uuid4

from lathe.accounts.models import Person
from lathe.basics.clock import FixedClock
from lathe.catalogue import actions as catalogue
from lathe.catalogue import works
from lathe.catalogue.models import Party
from lathe.rights.models import Deal
from lathe.royalties import actions as royalties
from lathe.storefronts.models import Storefront
from tests import shops
from tests.db.reports import tale


def begun(seed: str, clock: FixedClock, listeners: int) -> tale.Tale:
    """The shop before its first sale: a split, works whose authors the shop pays in France, deals for both fronts."""
    first = shops.opened()
    second = shops.another_label(first)
    tokyo = Storefront.objects.create(
        code="tokyo", name="Tokyo", seller="Arcueil OHG", contact_email="tokyo@example.com", currency="JPY",
        sells_to=["DE", "FR", "US"],
    )  # fmt: skip
    for deal in Deal.objects.all():
        Deal.objects.filter(id=deal.id).update(storefronts=["main"])
        deal.pk, deal.uid, deal.storefronts, deal.currency = None, uuid4(), ["tokyo"], "JPY"
        deal.price_minor, deal.floor_minor = (deal.price_minor or 0) * 2, 0
        deal.save(force_insert=True)
    guest, publisher = catalogue.party(name="A Guest"), catalogue.party(name="A Publisher")
    _shared(first, guest, publisher)
    work = works.enter(title="Relais")
    works.link(recording=second.tracks[0].recording, parts=((work, Fraction(1)),))
    rule = {"name": "France", "territories": ["FR"], "share": "8%"}
    royalties.set_mechanicals(plain={"starts_on": tale.LONG_AGO, "rule": [rule]})
    operator = Person.objects.create_user("clara@example.org", is_operator=True)
    known = [shops.buyer(f"listener-{number}@example.com") for number in range(listeners)]
    fronts, labels = [first.storefront, tokyo], [first, second]
    return tale.Tale(clock, random.Random(seed), fronts, labels, guest, publisher, operator, known)


def _shared(shop: shops.Shop, guest: Party, publisher: Party) -> None:
    """The first recording is a guest's too; half of the work in the second is a publisher's, half is nobody's yet."""
    one, other = shop.tracks[0].recording, shop.tracks[1].recording
    half, third = Fraction(1, 2), Fraction(1, 3)
    royalties.divide(
        subject_uid=one.uid, shares=[(shop.label.uid, 1 - third), (guest.uid, third)], starts_on=tale.LONG_AGO
    )
    work = works.enter(title="Lent")
    works.link(recording=other, parts=((work, Fraction(1)),))
    royalties.divide(subject_uid=work.uid, shares=[(publisher.uid, half), (None, half)], starts_on=tale.LONG_AGO)
