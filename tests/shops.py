"""A small shop for tests: two labels, a release of three tracks, grants and deals. Rows only; masters have no files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lathe.accounts import actions as people
from lathe.accounts.models import Person
from lathe.audio.formats import parse
from lathe.basics.money import Money
from lathe.catalogue.models import Artist, Credit, Master, Party, Recording, Release, Track
from lathe.rights.models import Deal, Grant
from lathe.royalties import actions as royalties
from lathe.sales import baskets, gifts, orders, owned
from lathe.sales.models import Basket, Order
from lathe.sales.orders import Checkout
from lathe.sales.quotes import Asker
from lathe.storefronts.models import Storefront

LONG_AGO = date(2020, 1, 1)


@dataclass
class Shop:
    """What the tests buy from."""

    storefront: Storefront
    label: Party
    release: Release
    tracks: list[Track]

    def deal(self, track: Track | None = None) -> Deal:
        return Deal.objects.get(release=self.release, track=track)


def opened(*, pricing: str = "track", share: Fraction = Fraction(7, 10), wholesale_minor: int | None = None) -> Shop:
    """Open the shop. The release costs 2.49 EUR, a track 0.99 EUR; the third track is not sold in the US."""
    storefront = Storefront.objects.create(
        code="main", name="Arcueil", seller="Arcueil OHG", contact_email="shop@example.com", pricing=pricing
    )
    storefront.sells_to = ["DE", "FR", "US"]
    storefront.save()
    label = Party.objects.create(name="Arcueil Éditions", slug="arcueil")
    royalties.agree(
        party_uid=label.uid, share=share, use_wholesale=wholesale_minor is not None, starts_on=date(2024, 1, 1)
    )
    Grant.objects.create(
        grantor=label,
        starts_on=LONG_AGO,
        signed_by="M. Editeur",
        signed_on=LONG_AGO,
        document_sha256="0" * 64,
        document_name="grant.txt",
    )
    release = Release.objects.create(
        upc="4006381333931", slug="gymnopedies", title="Gymnopédies", label=label, released_on=date(2024, 3, 1)
    )
    satie = Artist.objects.create(name="Erik Satie", slug="erik-satie")
    Credit.objects.create(release=release, artist=satie, role=Credit.Role.COMPOSER)
    tracks = [_track(release, number) for number in (1, 2, 3)]
    terms = {"starts_on": LONG_AGO, "currency": "EUR", "wholesale_minor": wholesale_minor}
    Deal.objects.create(release=release, price_minor=249, floor_minor=100, **terms)
    for track in tracks:
        barred = ["US"] if track.number == 3 else []
        Deal.objects.create(
            release=release, track=track, price_minor=99, floor_minor=50, territories_out=barred, **terms
        )
    return Shop(storefront, label, release, tracks)


def another_label(shop: Shop) -> Shop:
    """The same front with a second label, Signal: a release of two tracks (numbers 4 and 5), priced alike."""
    label = Party.objects.create(name="Signal", slug="signal")
    royalties.agree(party_uid=label.uid, share=Fraction(3, 5), use_wholesale=False, starts_on=date(2024, 1, 1))
    Grant.objects.create(
        grantor=label,
        starts_on=LONG_AGO,
        signed_by="S. Werk",
        signed_on=LONG_AGO,
        document_sha256="1" * 64,
        document_name="grant.txt",
    )
    release = Release.objects.create(
        upc="4012345678901", slug="relais", title="Relais", label=label, released_on=date(2024, 5, 1)
    )
    tracks = [_track(release, number) for number in (4, 5)]
    terms = {"starts_on": LONG_AGO, "currency": "EUR"}
    Deal.objects.create(release=release, price_minor=249, floor_minor=100, **terms)
    for track in tracks:
        Deal.objects.create(release=release, track=track, price_minor=99, floor_minor=50, **terms)
    return Shop(shop.storefront, label, release, tracks)


def _track(release: Release, number: int) -> Track:
    master = Master.objects.create(
        sha256=hashlib.sha256(f"master {number}".encode()).hexdigest(),
        size_bytes=1_000_000,
        sample_rate_hz=44_100,
        bits=16,
        channels=2,
        samples=44_100 * 60 * number,
        pcm_md5="0" * 32,
        verdict="lossless_cd",
        envelope=bytes(1400),
        loudness_lufs=-20.0,
        true_peak_dbtp=-1.0,
    )
    title = f"Gymnopédie no. {number}"
    recording = Recording.objects.create(title=title, isrc=f"DEXX1240000{number}", master=master)
    return Track.objects.create(
        release=release, recording=recording, number=number, title=title, slug=f"gymnopedie-no-{number}"
    )


def basket(shop: Shop, *, track: Track | None = None, fmt: str = "flac") -> Basket:
    """A basket with the release, or one track, in a format."""
    made = baskets.open_for(uid=None, storefront=shop.storefront)
    fill(made, shop, track=track, fmt=fmt)
    return made


def fill(basket: Basket, shop: Shop, *, track: Track | None = None, fmt: str = "flac") -> None:
    """One more line in a basket."""
    baskets.add(basket=basket, release=shop.release, track=track, fmt=parse(fmt))


def checkout(shop: Shop, filled: Basket, **changes: object) -> Checkout:
    """A checkout as the page would send it, with the total that the page would show."""
    person = changes.get("person")
    territory = str(changes.get("territory", "DE"))
    holding = owned.by(person if isinstance(person, Person) else None)
    shown = baskets.view(filled, Asker(shop.storefront, territory, owned=holding)).total.minor
    given: dict[str, object] = {
        "basket": filled,
        "storefront": shop.storefront,
        "email": "buyer@example.com",
        "territory": territory,
        "shown_minor": shown,
        "consent": True,
        "provider": "demo",
    }
    return Checkout(**{**given, **changes})  # type: ignore[arg-type]


def placed(shop: Shop, *, track: Track | None = None, fmt: str = "flac", **changes: object) -> Order:
    """An order that waits for its payment."""
    return orders.place(checkout(shop, basket(shop, track=track, fmt=fmt), **changes))


def buyer(email: str = "buyer@example.com") -> Person:
    """The person behind an address."""
    return people.for_email(email=email)


def give(person: Person, minor: int) -> None:
    """Put so many cents on somebody's balance."""
    gifts.give(person=person, amount=Money(minor, "EUR"), reason="for the test", key=f"{person.uid}:{minor}")
