"""The record of acts: takes the next number for an act, or says who took it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from lathe.accounts import queries as people
from lathe.accounts.models import Person
from lathe.backoffice import subjects
from lathe.backoffice.errors import Overtaken
from lathe.backoffice.models import Action
from lathe.backoffice.subjects import Thing


@dataclass(frozen=True)
class Turn:
    """Who acts, and the number that the act will have: what the form they sent carried."""

    operator: Person
    number: int


@dataclass(frozen=True)
class Done:
    """An act as a page shows it. `by` is the operator's address; empty when the account is gone. `on` is the thing."""

    at: datetime
    by: str
    what: str
    on: Thing


def next_number(subject: str) -> int:
    """The number that the next act on a thing will have."""
    return Action.objects.filter(subject=subject).count() + 1


def of(subject: str) -> list[Done]:
    """All that was done to a thing, the latest first."""
    return _shown(Action.objects.filter(subject=subject).order_by("-number"))


def latest(limit: int = 8) -> list[Done]:
    """What was done last, to whatever."""
    return _shown(Action.objects.order_by("-at", "-id")[:limit])


def take(*, what: Action.What, subject: str, turn: Turn) -> bool:
    """Take the number of a turn for an act, in the transaction in which the act is done.

    False: this operator's very act was done under that number before, as when a button is pressed twice. Raises
    Overtaken where another act has the number, or it is not the next.
    """
    if not 1 <= turn.number <= next_number(subject):
        raise Overtaken(_("The form was not whole. Nothing was done. Look again and press once more."))
    mine = Action(operator_uid=turn.operator.uid, what=what, subject=subject, number=turn.number)
    # Waits for whoever takes the same number at this moment, and then writes nothing.
    Action.objects.bulk_create([mine], ignore_conflicts=True)
    taken = Action.objects.get(subject=subject, number=turn.number)
    if taken.uid == mine.uid:
        return True
    if (taken.operator_uid, taken.what) == (turn.operator.uid, what):
        return False
    [done] = _shown([taken])
    raise Overtaken(
        _("%(who)s was here before you, at %(time)s: %(what)s. Nothing was done now. Look again before you go on.")
        % {"who": done.by or _("Somebody"), "time": f"{done.at:%H:%M}", "what": done.what}
    )


def _shown(actions: Iterable[Action]) -> list[Done]:
    rows = list(actions)
    known = people.addresses(row.operator_uid for row in rows)
    things = subjects.things(row.subject for row in rows)
    return [
        Done(row.at, known.get(row.operator_uid, ""), str(Action.What(row.what).label), things[row.subject])
        for row in rows
    ]
