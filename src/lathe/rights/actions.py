"""Writes of mandate and terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from lathe.basics import clock
from lathe.catalogue import actions as catalogue
from lathe.catalogue.models import Party, Release, Track
from lathe.rights.errors import RightsError
from lathe.rights.facts import DealFacts, GrantFacts, RateFacts
from lathe.rights.models import Case, Deal, Grant, Rate, Suspension
from lathe.rights.rules import LONGEST_CLIP_S, PAY_AS_YOU_GO, PERMANENT_DOWNLOAD
from lathe.storefronts.models import Storefront

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")


__all__ = [
    "DealFacts",
    "GrantFacts",
    "RateFacts",
    "add_deal",
    "check_deal",
    "embargo",
    "end_deal",
    "lift",
    "record_grant",
    "record_rate",
    "replace_deals",
    "suspend",
]


@transaction.atomic
def record_grant(*, grantor: Party, facts: GrantFacts) -> tuple[Grant, bool]:
    """Record a mandate, once a grantor, document and right; what is said now replaces what was said. True on a change.

    A version that is replaced is kept: what was sold on it names it. Raises RightsError.
    """
    if facts.ends_on and facts.ends_on < facts.starts_on:
        raise RightsError(f"The grant {facts.document_name!r} ends before it starts.")
    _check_storefronts(facts.storefronts)
    values = {
        "document_name": facts.document_name[:200],
        "territories_in": sorted(facts.territories.included),
        "territories_out": sorted(facts.territories.excluded),
        "signed_by": facts.signed_by,
        "signed_on": facts.signed_on,
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "repertoire": sorted(facts.repertoire),
        "storefronts": sorted(facts.storefronts),
    }
    standing = Grant.objects.filter(
        grantor=grantor, document_sha256=facts.document_sha256, right=facts.right, replaced_at__isnull=True
    )
    grant = standing.first()
    if grant and all(getattr(grant, name) == value for name, value in values.items()):
        return grant, False
    standing.update(replaced_at=clock.now())
    made = Grant.objects.create(grantor=grantor, document_sha256=facts.document_sha256, right=facts.right, **values)
    return made, True


@transaction.atomic
def replace_deals(*, release: Release, deals: tuple[DealFacts, ...]) -> bool:
    """Let `deals` be the terms of a release from now on; no deal takes it off sale. True on any change.

    A deal that says the same stays, with its id. One that goes is kept, marked as replaced: what was sold under it
    names it. Raises RightsError on terms that contradict themselves.
    """
    wanted = [row for deal in deals for row in _rows(release, deal)]
    gone = []
    for row in release.deals.filter(replaced_at__isnull=True):
        same = next((deal for deal in wanted if _terms(deal) == _terms(row)), None)
        if same:
            wanted.remove(same)
        else:
            gone.append(row.pk)
    release.deals.filter(pk__in=gone).update(replaced_at=clock.now())
    Deal.objects.bulk_create(wanted)
    return bool(gone or wanted)


@transaction.atomic
def add_deal(*, release: Release, deal: DealFacts) -> list[Deal]:
    """Add terms beside those that stand; returns one deal a use. Raises RightsError."""
    return Deal.objects.bulk_create(_rows(release, deal))


def end_deal(*, deal: Deal) -> None:
    """Take one deal back. What was sold under it names it still. Raises RightsError where it was taken back before."""
    if not Deal.objects.filter(pk=deal.pk, replaced_at__isnull=True).update(replaced_at=clock.now()):
        raise RightsError(f"The deal {deal.uid} was taken back already.")


def record_rate(*, facts: RateFacts) -> Rate:
    """Add a line to the rate card; the lines before it stand. Raises RightsError."""
    amounts = (facts.floor, facts.wholesale)
    if any(amount is not None and amount.currency != facts.price.currency for amount in amounts):
        raise RightsError(f"The amounts for the price code {facts.code!r} are in two currencies; use one.")
    if facts.floor is not None and facts.price < facts.floor:
        raise RightsError(f"The price {facts.price} for the price code {facts.code!r} lies below its floor.")
    return Rate.objects.create(
        code=facts.code,
        price_type=facts.price_type,
        scope=Rate.Scope(facts.scope),
        territory=facts.territory,
        currency=facts.price.currency,
        price_minor=facts.price.minor,
        floor_minor=facts.floor.minor if facts.floor else 0,
        wholesale_minor=facts.wholesale.minor if facts.wholesale else None,
        starts_on=facts.starts_on,
    )


def embargo(*, release: Release, until: datetime | None) -> bool:
    """Let nothing of a release be shown or sold before an instant, whatever its deals say; None lifts it.

    True on any change. Raises RightsError on a moment without a zone: a secret that ends somewhere has ended.
    """
    if until is not None and until.tzinfo is None:
        raise RightsError("An embargo ends at one moment for the whole world; name its time zone.")
    return catalogue.hide_until(release=release, moment=until)


def suspend(*, release: Release, track: Track | None = None, reason: str) -> Suspension:
    """Stop the sale of a release or track. Raises RightsError without a reason."""
    if not reason.strip():
        raise RightsError("Say why the sale is stopped; the page shows it.")
    return Suspension.objects.create(release=release, track=track, reason=reason.strip()[:300])


def lift(*, release: Release, track: Track | None = None) -> int:
    """Lift every stop on a release (or on one track of it) but those of open cases; returns how many there were."""
    standing = Suspension.objects.filter(release=release, track=track, lifted_at__isnull=True)
    standing = standing.exclude(case__state=Case.State.SUSPENDED)
    return standing.update(lifted_at=clock.now())


def check_deal(deal: DealFacts) -> None:
    """Raise RightsError where terms contradict themselves."""
    what = f"track {deal.track.title!r}" if deal.track else "the release"
    amounts = [amount for amount in (deal.price, deal.floor, deal.wholesale) if amount is not None]
    if len({amount.currency for amount in amounts}) > 1:
        raise RightsError(f"The amounts of the deal for {what} are in two currencies; use one.")
    if deal.price is not None and deal.floor is not None and deal.price < deal.floor:
        raise RightsError(f"The price {deal.price} of {what} lies below its floor {deal.floor}.")
    if deal.price_code and (deal.price is not None or deal.wholesale is not None):
        raise RightsError(f"The deal for {what} names a price code and a price; it takes one of them.")
    if deal.clip_s is not None and not 1 <= deal.clip_s <= LONGEST_CLIP_S:
        raise RightsError(f"What may be heard of {what} before buying is 1 to {LONGEST_CLIP_S} s, not {deal.clip_s} s.")
    _check_window(deal, what)
    _check_names(deal, what)
    _check_storefronts(deal.storefronts)


def _check_window(deal: DealFacts, what: str) -> None:
    ends = [deal.ends_on] if deal.ends_on else []
    ends += [deal.ends_at.date()] if deal.ends_at else []
    start = deal.starts_at.date() if deal.starts_at else deal.starts_on
    if any(end < start for end in ends):
        raise RightsError(f"The deal for {what} ends before it starts.")
    if deal.pre_order_from is not None and deal.pre_order_from > start:
        raise RightsError(f"The pre-order of {what} begins after its sale does, on {deal.pre_order_from}.")


def _check_names(deal: DealFacts, what: str) -> None:
    for name in (deal.model, *deal.uses):
        if not _NAME.fullmatch(name):
            raise RightsError(
                f"{name!r}, in the deal for {what}, names no commercial model or use; write for example "
                f"{PAY_AS_YOU_GO} and {PERMANENT_DOWNLOAD}, as DDEX does."
            )
    if not deal.uses:
        raise RightsError(f"The deal for {what} names no use; write for example {PERMANENT_DOWNLOAD}.")


def _check_storefronts(codes: Sequence[str]) -> None:
    known = set(Storefront.objects.values_list("code", flat=True)) if codes else set()
    for code in codes:
        if code not in known:
            raise RightsError(f"There is no storefront {code!r}. There are: {', '.join(sorted(known)) or 'none yet'}.")


def _rows(release: Release, deal: DealFacts) -> list[Deal]:
    """One row a use. Raises RightsError."""
    check_deal(deal)
    amounts = [amount for amount in (deal.price, deal.wholesale, deal.floor) if amount is not None]
    return [
        Deal(
            release=release,
            track=deal.track,
            model=deal.model,
            use=use,
            territories_in=sorted(deal.territories.included),
            territories_out=sorted(deal.territories.excluded),
            starts_on=deal.starts_at.date() if deal.starts_at else deal.starts_on,
            ends_on=deal.ends_at.date() if deal.ends_at else deal.ends_on,
            starts_at=deal.starts_at.isoformat() if deal.starts_at else "",
            ends_at=deal.ends_at.isoformat() if deal.ends_at else "",
            pre_order_from=deal.pre_order_from,
            instant_tracks=sorted(deal.instant_tracks),
            storefronts=sorted(deal.storefronts),
            currency=amounts[0].currency if amounts else "",
            price_minor=deal.price.minor if deal.price is not None else None,
            price_code=deal.price_code,
            price_type=deal.price_type,
            floor_minor=deal.floor.minor if deal.floor is not None else 0,
            wholesale_minor=deal.wholesale.minor if deal.wholesale is not None else None,
            clip_s=deal.clip_s,
        )
        for use in dict.fromkeys(deal.uses)
    ]


_TERMS = (
    *("track_id", "model", "use", "territories_in", "territories_out", "starts_on", "ends_on", "starts_at", "ends_at"),
    *("pre_order_from", "instant_tracks", "storefronts", "currency", "price_minor", "price_code", "price_type"),
    *("floor_minor", "wholesale_minor", "clip_s"),
)


def _terms(deal: Deal) -> list[object]:
    return [getattr(deal, name) for name in _TERMS]
