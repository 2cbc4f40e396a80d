"""The first page: whether the shop can sell, what it sold, and what waits for the operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lathe.backoffice import record
from lathe.backoffice.access import operators_only
from lathe.basics import clock
from lathe.basics.money import Money
from lathe.jobs import queries as jobs
from lathe.mail import queries as mail
from lathe.reports.rules import Month
from lathe.sales import health, queries
from lathe.sales.queries import Takings
from lathe.storefronts.models import Storefront

LATEST = 8


@dataclass(frozen=True)
class Stretch:
    """A stretch of time and what it brought, by currency."""

    title: str
    takings: Sequence[Takings]


@operators_only
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The shop at a glance."""
    shown = {
        "part": "overview",
        "troubles": health.troubles(),
        "stretches": _stretches(),
        "letters": mail.waiting().count(),
        "jobs": jobs.dead().count(),
        "orders": list(queries.orders()[:LATEST]),
        "record": record.latest(LATEST),
    }
    return render(request, "backoffice/overview.html", shown)


def _stretches() -> list[Stretch]:
    now = clock.now()
    day, month = now.replace(hour=0, minute=0, second=0, microsecond=0), Month.of(now)
    return [
        Stretch(_("Today"), _takings(day, day + timedelta(days=1))),
        Stretch(_("This month"), _takings(month.start, month.end)),
    ]


def _takings(since: datetime, until: datetime) -> list[Takings]:
    """A quiet stretch reads as nothing in the shop's own currency."""
    quiet = [Takings(0, Money.zero(code), 0, Money.zero(code)) for code in _currency()]
    return queries.takings(since, until) or quiet


def _currency() -> list[str]:
    return list(Storefront.objects.order_by("id").values_list("currency", flat=True)[:1])
