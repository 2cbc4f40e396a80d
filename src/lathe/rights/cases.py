"""Cases: a claim that something is sold without right, its stop sign, and all that came of it, event by event."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from lathe.basics import clock
from lathe.catalogue.models import Release, Track
from lathe.rights import actions
from lathe.rights.errors import RightsError
from lathe.rights.models import Case, CaseEvent, Suspension

RECEIVED, SUSPENDED, ESCROWED, DOWNLOADS_ENDED = "received", "suspended", "escrowed", "downloads_ended"
SHOWN = "A rights holder has objected."
"""The reason that a case's stop sign bears in the operator's pages; what is claimed stays with the case."""


@dataclass(frozen=True)
class Claim:
    """What somebody says is sold without right, whole or one track of it, and who says so."""

    release: Release
    track: Track | None
    claimant: str
    email: str
    text: str


def find(number: int) -> Case:
    """A case by its number. Raises RightsError."""
    found = every().filter(number=number).first()
    if found is None:
        raise RightsError(f"There is no takedown case {number}. `lathe rights takedown list` has them all.")
    return found


def every() -> QuerySet[Case]:
    """All cases, the latest first, with what they are about."""
    return Case.objects.select_related("release__label", "track__recording").order_by("-number")


def receive(*, claim: Claim, by: UUID | None) -> Case:
    """Open a case and stop the sale, in the caller's transaction. Raises RightsError on an empty claim or an address
    that is none, and where a case about the same is open."""
    if not claim.claimant.strip() or not claim.text.strip():
        raise RightsError("A takedown case needs who claims, and what they claim.")
    _check_address(claim.email.strip())
    standing = Case.objects.filter(release=claim.release, state=Case.State.SUSPENDED)
    same = standing.filter(Q(track=None) | Q(track=claim.track)).first() if claim.track else standing.first()
    if same is not None:
        raise RightsError(f"Case {same.number} about this is open already. Settle it first, or add to its file.")
    case = Case.objects.create(
        number=(Case.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        release=claim.release,
        track=claim.track,
        suspension=actions.suspend(release=claim.release, track=claim.track, reason=SHOWN),
        claimant=claim.claimant.strip()[:200],
        claimant_email=claim.email.strip(),
        claim=claim.text.strip()[:20_000],
    )
    note(case=case, what=RECEIVED, by=by)
    note(case=case, what=SUSPENDED, by=by)
    return case


def _check_address(address: str) -> None:
    try:
        if address:
            validate_email(address)
    except ValidationError:
        raise RightsError(f"{address!r} is no e-mail address. Correct it, or leave it out.") from None


def note(*, case: Case, what: str, by: UUID | None, text: str = "") -> CaseEvent:
    """Add to the history of a case, in the caller's transaction. It is never changed."""
    number = (CaseEvent.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0) + 1
    return CaseEvent.objects.create(case=case, number=number, what=what, note=text[:20_000], by_uid=by)


@transaction.atomic
def hold(*, case: Case) -> Case:
    """The case, locked until the caller's transaction ends, if it is open still. Raises RightsError."""
    held = Case.objects.select_for_update().get(pk=case.pk)
    if not held.is_open:
        raise RightsError(f"Case {held.number} is settled: {held.get_state_display().lower()}. Open a new one.")
    return held


def settle(*, case: Case, state: Case.State, by: UUID | None, text: str, lift: bool) -> CaseEvent:
    """Settle a case, in the caller's transaction that holds it; with `lift` its own stop sign goes."""
    Case.objects.filter(pk=case.pk).update(state=state)
    if lift:
        Suspension.objects.filter(pk=case.suspension_id, lifted_at__isnull=True).update(lifted_at=clock.now())
    return note(case=case, what=state.value, by=by, text=text)
