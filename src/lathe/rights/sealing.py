"""The chain of decisions: committed ones are linked in batches, and the whole can be proved from its rows alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Min

from lathe.basics import chain
from lathe.rights import decisions
from lathe.rights.models import Decision, Seal

BATCH = 500


@dataclass(frozen=True)
class Verification:
    """What a look through the chain found. `broken` says what is wrong at the first break; empty is the good answer.

    `head` is the digest of the last link: who keeps it can prove all that came before. `unsealed` decisions are not
    chained yet, the oldest of them of `unsealed_since`.
    """

    sealed: int
    head: str
    broken: str
    unsealed: int
    unsealed_since: datetime | None


def seal() -> int:
    """Chain every committed decision that is not yet; returns how many. Two sealers at once end up with one chain."""
    count = 0
    while True:
        try:
            with transaction.atomic():
                added = _batch()
        except IntegrityError:
            # Another sealer took the same numbers first; what it chained is found now.
            continue
        count += added
        if added < BATCH:
            return count


def _batch() -> int:
    last = Seal.objects.order_by("-number").first()
    number, before = (last.number, last.digest) if last else (0, chain.GENESIS)
    links = []
    for decision in Decision.objects.filter(seal__isnull=True).order_by("id")[:BATCH]:
        number, before = number + 1, chain.link(before, decision.content)
        links.append(Seal(number=number, decision=decision, digest=before))
    Seal.objects.bulk_create(links)
    return len(links)


def verify() -> Verification:
    """Prove the chain link by link, and that no row was changed, removed or put in since. Reads every decision."""
    sealed, before, broken = 0, chain.GENESIS, ""
    with transaction.atomic():
        for link in Seal.objects.select_related("decision").order_by("number").iterator():
            broken = _broken(link, sealed + 1, before)
            if broken:
                break
            sealed, before = link.number, link.digest
        broken = broken or _lost(sealed)
        open_ = Decision.objects.filter(seal__isnull=True).aggregate(count=Count("id"), since=Min("at"))
    return Verification(sealed, before if sealed else "", broken, open_["count"], open_["since"])


def _broken(link: Seal, number: int, before: str) -> str:
    if link.number != number:
        return f"Link {number} is missing; the next there is has number {link.number}."
    decision = link.decision
    if chain.first_break([(decision.content, link.digest)], before) is not None:
        return f"Link {number} does not follow: the decision {decision.uid} or the link itself was changed."
    if not decisions.repeats(decision):
        return f"Link {number}: the columns of the decision {decision.uid} do not say what its content says."
    return ""


def _lost(sealed: int) -> str:
    """A join leaves out links whose decision is gone: they are counted apart."""
    count = Seal.objects.count()
    return "" if count == sealed else f"{count - sealed} links have lost their decision, the first after link {sealed}."
