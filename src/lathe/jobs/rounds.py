"""Jobs that run by the clock: each is asked for once its time has come, by whichever worker looks first."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lathe.basics import clock
from lathe.jobs import actions, registry, rules
from lathe.jobs.models import Round
from lathe.jobs.registry import Kind


def ask_due() -> int:
    """Ask for every round whose time has come; returns how many. Reads only, while none has."""
    last = dict(Round.objects.values_list("kind", "last_at"))
    now = clock.now()
    late = [kind for kind in registry.kinds() if kind.every and rules.is_due(last.get(kind.name), now, kind.every)]
    return sum(_ask(kind, last.get(kind.name), now) for kind in late)


@transaction.atomic
def _ask(kind: Kind, last_at: datetime | None, now: datetime) -> bool:
    """Ask for a round unless another worker did so since it was looked at."""
    if last_at is None:
        is_first = not Round.objects.filter(kind=kind.name).exists()
        Round.objects.bulk_create([Round(kind=kind.name, last_at=now)], ignore_conflicts=True)
    else:
        is_first = bool(Round.objects.filter(kind=kind.name, last_at=last_at).update(last_at=now))
    if is_first:
        actions.enqueue(kind=kind.name, key="")
    return is_first
