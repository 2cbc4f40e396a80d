"""What the pages of takedown cases show, and the forms that ask for a claim and for terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lathe.accounts import queries as people
from lathe.backoffice import record, subjects
from lathe.backoffice.confirm import Field
from lathe.basics import clock
from lathe.catalogue.models import Party, Release
from lathe.rights import cases
from lathe.rights.models import Case
from lathe.royalties import queries as agreed
from lathe.sales import case_letters, escrow


@dataclass(frozen=True)
class Happening:
    """One event of a case, in words; `by` is empty where nobody signed in did it."""

    at: Any
    what: str
    note: str
    by: str


def state(value: str) -> str:
    """What has become of a case."""
    return {
        Case.State.SUSPENDED: _("Sales stopped"),
        Case.State.REINSTATED: _("Back on sale"),
        Case.State.REASSIGNED: _("Given to another rights holder"),
        Case.State.REFUNDED: _("Buyers refunded"),
    }[Case.State(value)]


def rows() -> list[tuple[Case, str]]:
    """All cases with their state in words, the latest first."""
    return [(case, state(case.state)) for case in cases.every()]


def context(case: Case) -> dict[str, Any]:
    """Everything the page of a case shows. Escrow is in millionths by currency."""
    events = list(case.events.all())
    known = people.addresses(event.by_uid for event in events if event.by_uid)
    return {
        "case": case,
        "state": state(case.state),
        "events": [
            Happening(
                one.at, case_letters.sentence(one.what), one.note, known.get(one.by_uid, "") if one.by_uid else ""
            )
            for one in events
        ],
        "escrow": sorted(escrow.held(case).items()),
        "record": record.of(subjects.release(case.release)),
    }


def heirs(case: Case) -> list[Party]:
    """The parties that what a case holds can be given to, by name: all but its label with whom something is agreed."""
    parties = Party.objects.filter(uid__in=agreed.under_contract(clock.today()))
    return list(parties.exclude(id=case.release.label_id).order_by("name"))


def claim_fields(release: Release, sent: Mapping[str, str]) -> list[Field]:
    """What is asked of a claim."""
    tracks = [("", _("The whole release"))]
    tracks += [(f"{track.disc_number}-{track.number}", track.title) for track in release.tracks.all()]
    return [
        Field("claimant", _("Who claims"), sent.get("claimant", "")),
        Field("email", _("Their e-mail address"), sent.get("email", ""), _("They are told what comes of it.")),
        Field("track", _("What it is about"), sent.get("track", ""), options=tracks),
        Field("claim", _("What they claim"), sent.get("claim", "")),
    ]


def deal_fields(release: Release, sent: Mapping[str, str]) -> list[Field]:
    """What is asked of new terms; names are those of the columns of a file of deals."""
    tracks = [("", _("The whole release"))]
    tracks += [(f"{track.disc_number}-{track.number}", track.title) for track in release.tracks.all()]
    asked = [
        ("price", _("Retail price, tax included"), _("As in 9.99EUR; empty where the rate card has it.")),
        ("floor", _("The least it may cost"), ""),
        ("wholesale", _("Wholesale price, without tax"), ""),
        ("price_code", _("Price code"), _("Of the rate card, in place of prices.")),
        ("territories_in", _("Territories"), _("Codes parted by blanks, as in DE FR or 2123; empty is worldwide.")),
        ("territories_out", _("Territories left out"), ""),
        ("starts", _("Sold from"), _("A day, or a time; without a zone it is the buyer's own.")),
        ("ends", _("Sold until"), _("Empty is for ever.")),
        ("pre_order_from", _("Announced from"), _("A day before the sale; empty announces nothing.")),
        ("storefronts", _("Storefronts"), _("Codes parted by blanks; empty is all.")),
    ]
    filled = {"starts": clock.today().isoformat(), **sent}
    return [
        Field("track", _("What it is about"), sent.get("track", ""), options=tracks),
        *(Field(name, label, filled.get(name, ""), hint) for name, label, hint in asked),
    ]
