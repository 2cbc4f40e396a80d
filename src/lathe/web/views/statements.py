"""Statements for the people who speak for a rights holder."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lathe.accounts.models import PartyRole
from lathe.basics import clock
from lathe.catalogue.models import Party
from lathe.reports import opening, queries, statements
from lathe.reports.errors import ReportError
from lathe.reports.opening import Wanted
from lathe.reports.rules import Month
from lathe.web import disposition, statement_page, visitor


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The parties a person speaks for, with the months there is something for."""
    currency = visitor.of(request).storefront.currency
    parties = _parties(request)
    shown = [{"party": party, "months": statements.months(party, currency)} for party in parties]
    return render(request, "web/statements.html", {"parties": shown})


@login_required
@never_cache
@require_safe
def statement(request: HttpRequest, party_uid: UUID, month: str) -> HttpResponse:
    """One month of one party, line by line, equal to the ledger."""
    party = next((item for item in _parties(request) if item.uid == party_uid), None)
    if party is None:
        raise Http404(gettext("You do not speak for this rights holder."))
    currency = request.GET.get("currency", "") or visitor.of(request).storefront.currency
    wanted = _month(month)
    known = statements.months(party, currency)
    with opening.draft(Wanted(party, wanted, currency)) as books:
        earnings = books.earnings()
        shown = {
            "party": party,
            "statement": statements.of(party, books, statement_page.LINES),
            "year": statement_page.year(earnings.by_month),
            "sides": statement_page.sides(earnings),
            "issued": queries.issued(party=party, month=wanted),
            "months": sorted({*known, wanted}, reverse=True),
            "currencies": statements.currencies(party),
            "is_running": wanted == Month.of(clock.now()),
        }
    return render(request, "web/statement.html", shown)


@login_required
@never_cache
@require_safe
def issued(request: HttpRequest, party_uid: UUID, number: str, report: str) -> HttpResponse:
    """A file of an issued report, as it was issued."""
    party = next((item for item in _parties(request) if item.uid == party_uid), None)
    if party is None:
        raise Http404(gettext("You do not speak for this rights holder."))
    try:
        file = queries.file_of(party, number, report)
    except ReportError as wrong:
        raise Http404(str(wrong)) from wrong
    answer = HttpResponse(queries.content(file), content_type=file.media_type)
    answer["Content-Disposition"] = disposition.header(file.name)
    return answer


@login_required
@require_safe
def choose(request: HttpRequest, party_uid: UUID) -> HttpResponse:
    """From the month chooser to the page of that month."""
    month = request.GET.get("month", str(Month.of(clock.now())))
    return redirect("web:statement", party_uid=party_uid, month=_month(month))


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ReportError as wrong:
        raise Http404(str(wrong)) from wrong


def _parties(request: HttpRequest) -> list[Party]:
    spoken_for = PartyRole.objects.filter(person=request.user.pk).values_list("party_uid", flat=True)
    return list(Party.objects.filter(uid__in=list(spoken_for)).order_by("name"))
