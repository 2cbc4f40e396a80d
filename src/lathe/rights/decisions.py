"""Decisions that led to a sale: written in the order's own transaction, with every paper they rested on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lathe.catalogue.models import Release, Track
from lathe.rights import rules
from lathe.rights.models import Deal, Decision, Grant, Suspension

_DEAL = (
    *("model", "use", "territories_in", "territories_out", "starts_on", "ends_on", "starts_at", "ends_at"),
    *("storefronts", "currency", "price_minor", "floor_minor", "wholesale_minor", "price_code", "price_type"),
)
_GRANT = (
    *("right", "territories_in", "territories_out", "starts_on", "ends_on", "signed_by", "signed_on"),
    *("repertoire", "storefronts", "document_sha256"),
)


@dataclass(frozen=True)
class Buyer:
    """What a decision keeps of who asked: the territory, the kinds of sign it rests on ('address', 'stated'; never
    what they said), the storefront's code and the aware moment."""

    territory: str
    evidence: tuple[str, ...]
    storefront: str
    at: datetime


@dataclass(frozen=True)
class Sold:
    """One line that is sold, by the deal and the grant that carry it. `deal` has the price it is sold at."""

    line_uid: UUID
    order_uid: UUID
    release: Release
    track: Track | None
    deal: Deal
    grant: Grant


def record(*, sold: Sequence[Sold], buyer: Buyer) -> list[Decision]:
    """Keep the decisions for the lines of an order, in the caller's transaction. One query to read, one to write.

    The stop signs on each release are noted, those that were lifted too: they were looked at.
    """
    stops = Suspension.objects.filter(release__in={one.release.id for one in sold}).order_by("id")
    seen: dict[int, list[Suspension]] = {}
    for stop in stops:
        seen.setdefault(stop.release_id, []).append(stop)
    return Decision.objects.bulk_create(
        [
            Decision(
                line_uid=one.line_uid,
                order_uid=one.order_uid,
                release_uid=one.release.uid,
                track_uid=one.track.uid if one.track else None,
                territory=buyer.territory,
                at=buyer.at,
                content=_content(one, buyer, seen.get(one.release.id, ())),
            )
            for one in sold
        ]
    )


def digest_of_deal(deal: Deal) -> str:
    """SHA-256 of what a deal says, as it is sold: a change of its row shows."""
    return _digest({name: getattr(deal, name) for name in _DEAL})


def digest_of_grant(grant: Grant) -> str:
    """SHA-256 of what a grant says."""
    return _digest({name: getattr(grant, name) for name in _GRANT})


def canonical(value: Any) -> str:
    """JSON with sorted keys and no blanks: the same content is the same text on every machine."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def repeats(decision: Decision) -> bool:
    """Whether the columns of a decision say what its content says."""
    try:
        said = json.loads(decision.content)
    except ValueError:
        return False
    return isinstance(said, dict) and _columns(decision) == {name: said.get(name) for name in _columns(decision)}


def _columns(decision: Decision) -> dict[str, str]:
    return {
        "line": str(decision.line_uid),
        "order": str(decision.order_uid),
        "release": str(decision.release_uid),
        "track": str(decision.track_uid or ""),
        "territory": decision.territory,
        "at": decision.at.isoformat(),
    }


def _content(one: Sold, buyer: Buyer, stops: Iterable[Suspension]) -> str:
    return canonical(
        {
            "line": one.line_uid,
            "order": one.order_uid,
            "release": one.release.uid,
            "track": one.track.uid if one.track else "",
            "recording": one.track.recording.uid if one.track else "",
            "territory": buyer.territory,
            "evidence": sorted(buyer.evidence),
            "storefront": buyer.storefront,
            "at": buyer.at.isoformat(),
            "use": one.deal.use,
            "deal": one.deal.uid,
            "deal_sha256": digest_of_deal(one.deal),
            "grant": one.grant.uid,
            "grant_sha256": digest_of_grant(one.grant),
            "document_sha256": one.grant.document_sha256,
            "stops": [[stop.id, stop.since.isoformat(), _text(stop.lifted_at)] for stop in stops],
            "rules": rules.VERSION,
        }
    )


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _digest(values: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(values).encode()).hexdigest()
