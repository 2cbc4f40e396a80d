"""Terms as they are recorded: versions of grants, price codes and the rate card, embargoes, storefronts, pre-orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.basics.money import Money
from lathe.basics.territory import TerritorySet
from lathe.catalogue import queries as catalogue
from lathe.catalogue.errors import CatalogueError
from lathe.catalogue.models import Release
from lathe.rights import actions, queries
from lathe.rights.actions import DealFacts, GrantFacts, RateFacts
from lathe.rights.errors import RightsError
from lathe.rights.models import Deal, Grant
from lathe.rights.reasons import Reason
from lathe.rights.rules import No, Yes
from tests import shops

pytestmark = pytest.mark.django_db
LONG_AGO = shops.LONG_AGO
SECOND = datetime.fromisoformat("2026-01-02T00:00")
PRICED = DealFacts(None, Money(249, "EUR"), None, None, TerritorySet(), LONG_AGO)
CODED = DealFacts(None, None, None, None, TerritorySet(), LONG_AGO, price_code="MID", price_type="PriceCategory")


def sold(release: Release, *deals: DealFacts) -> Yes[Deal | Grant] | No:
    """What is answered for the whole release in Germany once these are its terms."""
    actions.replace_deals(release=release, deals=deals)
    return asked(release)


def asked(release: Release, territory: str = "DE", front: str = "main") -> Yes[Deal | Grant] | No:
    return queries.of_release(release, territory, clock.now(), front).release


def test_a_mandate_said_anew_is_a_version_of_its_own_and_the_old_one_is_kept() -> None:
    shop = shops.opened()
    old = Grant.objects.get()
    facts = GrantFacts(
        old.document_sha256, "grant.txt", TerritorySet(), "M. Editeur; A. Zeuge", old.signed_on, LONG_AGO
    )
    assert actions.record_grant(grantor=shop.label, facts=facts)[1]
    assert not actions.record_grant(grantor=shop.label, facts=facts)[1]
    new = Grant.objects.get(replaced_at__isnull=True)
    old.refresh_from_db()
    assert old.replaced_at
    assert new.signatories == ["M. Editeur", "A. Zeuge"]
    answer = asked(shop.release)
    assert isinstance(answer, Yes)
    assert answer.grant == new


def test_a_price_code_is_sold_at_the_rate_card_of_the_day_and_the_country() -> None:
    release = shops.opened().release
    assert sold(release, CODED) == No((Reason.NO_PRICE,))
    for territory, cents, ppd in (("", 1099, 700), ("DE", 999, 650), ("FR", 1299, 800)):
        actions.record_rate(
            facts=RateFacts("MID", Money(cents, "EUR"), LONG_AGO, None, Money(ppd, "EUR"), territory=territory)
        )
    actions.record_rate(facts=RateFacts("MID", Money(1, "EUR"), clock.today() + timedelta(days=2), territory="DE"))
    for territory, price, wholesale in (("DE", 999, 650), ("FR", 1299, 800), ("AT", 1099, 700)):
        answer = queries.of_release(release, territory, clock.now()).release
        assert isinstance(answer, No | Yes)
        if isinstance(answer, Yes):
            assert isinstance(answer.deal, Deal)
            assert (answer.deal.price_minor, answer.deal.wholesale_minor) == (price, wholesale)
            assert Deal.objects.get(uid=answer.deal.uid).price_minor is None, "the price of a sale is never saved"


def test_a_deal_as_the_contract_says_takes_the_lines_without_a_code() -> None:
    release = shops.opened().release
    actions.record_rate(facts=RateFacts("", Money(99, "EUR"), LONG_AGO, scope="track"))
    contract = replace(PRICED, price=None)
    assert sold(release, contract) == No((Reason.NO_PRICE,))
    actions.record_rate(facts=RateFacts("", Money(899, "EUR"), LONG_AGO, scope="release"))
    answer = sold(release, contract)
    assert isinstance(answer, Yes)
    assert isinstance(answer.deal, Deal)
    assert answer.deal.price == Money(899, "EUR")


@pytest.mark.parametrize(
    ("deal", "says"),
    [
        (replace(CODED, wholesale=Money(1, "EUR")), "names a price code and a price"),
        (replace(CODED, price=Money(1, "EUR")), "names a price code and a price"),
        (replace(PRICED, floor=Money(250, "EUR")), "lies below its floor"),
        (replace(PRICED, wholesale=Money(1, "USD")), "in two currencies"),
        (replace(PRICED, ends_on=date(2019, 1, 1)), "ends before it starts"),
        (replace(PRICED, starts_at=SECOND, ends_at=SECOND - timedelta(days=1)), "ends before it starts"),
        (replace(PRICED, pre_order_from=date(2020, 1, 2)), "begins after its sale does"),
        (replace(PRICED, model="Pay as you go"), "names no commercial model"),
        (replace(PRICED, uses=()), "names no use"),
        (replace(PRICED, storefronts=("nowhere",)), "There is no storefront 'nowhere'. There are: main."),
    ],
)
def test_terms_that_contradict_themselves_are_refused_and_change_nothing(deal: DealFacts, says: str) -> None:
    shop = shops.opened()
    with pytest.raises(RightsError, match=says):
        actions.replace_deals(release=shop.release, deals=(deal,))
    assert shop.deal().replaced_at is None


def test_other_models_and_uses_are_on_record_and_never_sold() -> None:
    release = shops.opened().release
    streaming = replace(PRICED, model="SubscriptionModel", uses=("OnDemandStream", "ConditionalDownload"))
    assert sold(release, streaming) == No((Reason.DEAL_USE,))
    assert sold(release, replace(PRICED, uses=("Download",))) == No((Reason.DEAL_USE,)), "that is another use"
    assert isinstance(sold(release, replace(PRICED, uses=("OnDemandStream", "PermanentDownload"))), Yes)
    assert Deal.objects.filter(release=release, replaced_at__isnull=True).count() == 2


def test_a_deal_for_one_storefront_is_sold_there_alone() -> None:
    shop = shops.opened()
    assert isinstance(sold(shop.release, replace(PRICED, storefronts=("main",))), Yes)
    assert asked(shop.release, front="another") == No((Reason.DEAL_STOREFRONT,))


def test_a_coming_sale_is_announced_and_not_sold() -> None:
    release = shops.opened().release
    start = clock.today() + timedelta(days=30)
    announced = replace(PRICED, starts_on=start, pre_order_from=LONG_AGO)
    assert sold(release, announced) == No((Reason.PRE_ORDER,), start)


def test_a_grant_of_another_right_or_for_other_music_carries_no_sale() -> None:
    shop = shops.opened()
    Grant.objects.update(right="Reproduce")
    assert asked(shop.release) == No((Reason.GRANT_RIGHT,))
    Grant.objects.update(right="MakeAvailable", repertoire=["11111111-2222-4333-8444-555566667777"])
    assert asked(shop.release) == No((Reason.GRANT_REPERTOIRE,))
    Grant.objects.update(repertoire=[str(shop.release.uid)])
    assert isinstance(asked(shop.release), Yes)
    Grant.objects.update(repertoire=[str(shop.tracks[0].recording.uid)])
    answer = queries.of_release(shop.release, "DE", clock.now())
    assert {number: isinstance(answer.tracks[track.id], Yes) for number, track in enumerate(shop.tracks, 1)} == {
        1: True,
        2: False,
        3: False,
    }


def test_under_an_embargo_nothing_is_shown_or_sold_and_after_it_everything_is() -> None:
    release = shops.opened().release
    end = datetime(2026, 12, 24, 17, tzinfo=UTC)
    assert actions.embargo(release=release, until=end)
    with clock.use(FixedClock(end - timedelta(seconds=1))):
        assert asked(release) == No((Reason.EMBARGO,))
        assert list(catalogue.releases()) == []
        assert catalogue.composers() == []
        with pytest.raises(CatalogueError):
            catalogue.release("gymnopedies")
    with clock.use(FixedClock(end)):
        assert isinstance(asked(release), Yes)
        assert list(catalogue.releases()) == [release]


def test_an_embargo_without_a_zone_is_refused() -> None:
    with pytest.raises(RightsError, match="name its time zone"):
        actions.embargo(release=shops.opened().release, until=SECOND)
