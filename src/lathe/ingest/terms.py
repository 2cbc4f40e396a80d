"""Mandate, deals and royalty of a release as an import states them: options before sidecar."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.catalogue.models import Party, Release, Track
from lathe.ingest.errors import IngestError
from lathe.ingest.notes import DealTerms, GrantTerms, Royalty, Sidecar
from lathe.ingest.options import DEFAULT_SHARE, Options, Prices
from lathe.objects import stores
from lathe.rights import actions as rights
from lathe.rights.actions import DealFacts, GrantFacts
from lathe.rights.models import Grant
from lathe.royalties import actions as royalties
from lathe.royalties import queries as books

LARGEST_DOCUMENT_BYTES = 20_000_000


@dataclass(frozen=True)
class Outcome:
    """Whether anything changed, and what a person should be told of it."""

    changed: bool
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """A release whose terms are stated: its tracks by their files below its folder, and the day its sale begins."""

    release: Release
    files: dict[str, Track]
    starts_on: date


def apply(subject: Subject, sidecar: Sidecar | None, options: Options) -> Outcome:
    """Record what the import says of mandate and terms; where it says nothing, what is recorded stays.

    Joins the caller's transaction. Raises IngestError.
    """
    release = subject.release
    grants = [*([options.grant] if options.grant else []), *(sidecar.grants if sidecar else ())]
    changed = [_record(release.label, grant) for grant in grants]
    deals = _deals(subject, sidecar, options.prices)
    sentences: list[str] = []
    if deals is not None:
        changed.append(rights.replace_deals(release=release, deals=deals))
        sentences = _agree(release.label, sidecar.royalty if sidecar else None, options, deals)
    return Outcome(any(changed) or bool(sentences), tuple(sentences))


def _record(grantor: Party, grant: GrantTerms) -> bool:
    data = _document(grant)
    sha256 = hashlib.sha256(data).hexdigest()
    stores.documents().put_new(sha256, data)
    known = Grant.objects.filter(grantor=grantor, document_sha256=sha256, replaced_at__isnull=True).first()
    days = known if known and not grant.is_dated else grant
    facts = GrantFacts(
        document_sha256=sha256,
        document_name=grant.document.name,
        territories=grant.territories,
        signed_by=grant.signed_by or (known.signed_by if known else grantor.name),
        signed_on=days.signed_on,
        starts_on=days.starts_on,
        ends_on=days.ends_on,
    )
    return rights.record_grant(grantor=grantor, facts=facts)[1]


def _document(grant: GrantTerms) -> bytes:
    if not grant.document.is_file():
        raise IngestError(
            f"There is no grant {grant.document.name}. Put the signed document there, or correct its name."
        )
    if not 0 < grant.document.stat().st_size <= LARGEST_DOCUMENT_BYTES:
        raise IngestError(f"The grant {grant.document.name} must have 1 byte to 20 MB. Save it smaller.")
    return grant.document.read_bytes()


def _deals(subject: Subject, sidecar: Sidecar | None, prices: Prices | None) -> tuple[DealFacts, ...] | None:
    """The deals that are stated, None where nothing is said of them."""
    if prices:
        return _from_prices(subject, prices)
    if sidecar is None or sidecar.deals is None:
        return None
    return tuple(facts for deal in sidecar.deals for facts in _from_deal(subject, deal))


def _from_prices(subject: Subject, prices: Prices) -> tuple[DealFacts, ...]:
    tracks = list(subject.release.tracks.all())
    count = len(tracks)
    floor = prices.floor or Money.zero(prices.track.currency)
    whole = DealTerms(
        for_tracks=False,
        price=prices.release or _times(prices.track, count),
        floor=_least(_times(floor, count), prices.release),
        wholesale=_times(prices.wholesale, count) if prices.wholesale else None,
    )
    alone = DealTerms(for_tracks=True, price=prices.track, floor=floor, wholesale=prices.wholesale)
    return (_facts(subject, None, whole), *(_facts(subject, track, alone) for track in tracks))


def _from_deal(subject: Subject, deal: DealTerms) -> list[DealFacts]:
    if not deal.for_tracks:
        return [_facts(subject, None, deal)]
    unknown = [name for name in deal.files if name not in subject.files]
    if unknown:
        raise IngestError(f"A deal of release.toml names {unknown[0]!r}, which is no track that could be imported.")
    tracks = [subject.files[name] for name in deal.files] if deal.files else list(subject.release.tracks.all())
    return [_facts(subject, track, deal) for track in tracks]


def _facts(subject: Subject, track: Track | None, deal: DealTerms) -> DealFacts:
    return DealFacts(
        track=track,
        price=deal.price,
        floor=deal.floor or Money.zero(deal.price.currency),
        wholesale=deal.wholesale,
        territories=deal.territories,
        starts_on=deal.starts_on or subject.starts_on,
        ends_on=deal.ends_on,
        clip_s=deal.clip_s,
    )


def _agree(party: Party, royalty: Royalty | None, options: Options, deals: tuple[DealFacts, ...]) -> list[str]:
    """Agree on what the label is owed, if the import says so or nothing is agreed yet; says it in words.

    A contract with rules of its own is never replaced by what a delivery says.
    """
    wanted = _wanted(royalty, options)
    today = clock.today()
    now = books.standing(party.uid, today)
    if now is None:
        first = min([today, *(deal.starts_on for deal in deals), *_grant_days(party)])
        return _agreed(party, wanted or Royalty(DEFAULT_SHARE, any(deal.wholesale for deal in deals)), first)
    if wanted is None:
        return []
    if now.simple is None:
        return [] if royalty else [f"{party.name} has a contract with rules of its own; --share does not change it."]
    if now.simple == (wanted.share, wanted.use_wholesale):
        return []
    return _agreed(party, wanted, today)


def _agreed(party: Party, royalty: Royalty, day: date) -> list[str]:
    royalties.agree(party_uid=party.uid, share=royalty.share, use_wholesale=royalty.use_wholesale, starts_on=day)
    return [_said(party, royalty, day)]


def _wanted(royalty: Royalty | None, options: Options) -> Royalty | None:
    if options.share is None:
        return royalty
    return Royalty(options.share, bool(options.prices and options.prices.wholesale))


def _grant_days(party: Party) -> list[date]:
    return list(Grant.objects.filter(grantor=party).values_list("starts_on", flat=True))


def _said(party: Party, royalty: Royalty, day: date) -> str:
    share = f"{float(royalty.share):.4%}".rstrip("0%").rstrip(".") + " % of the price without tax"
    parts = [*([share] if royalty.share else []), *(["the wholesale price"] if royalty.use_wholesale else [])]
    most = " or ".join(parts) + (", whichever is more" if len(parts) == 2 else "")
    return f"{party.name} is owed {most or 'nothing'} for each sale from {day.isoformat()}. Change it with --share."


def _times(amount: Money, count: int) -> Money:
    return Money(amount.minor * count, amount.currency)


def _least(amount: Money, bound: Money | None) -> Money:
    return bound if bound is not None and bound < amount else amount
