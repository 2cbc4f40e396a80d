"""Reads of what was issued, and of whom reports can be made for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from lathe.catalogue.models import Party
from lathe.ledger.models import Account
from lathe.objects import stores
from lathe.reports.errors import ReportError
from lathe.reports.formats import series_named
from lathe.reports.formats.base import Subject
from lathe.reports.models import Issue, IssuedFile, Particulars
from lathe.reports.opening import Wanted
from lathe.reports.rules import Month, series_number

_PAYABLE = "liabilities:payable:"


@dataclass(frozen=True)
class Issued:
    """An issue with its number as it is written, the name of its party (empty for the shop) and its files."""

    issue: Issue
    number: str
    party: str
    files: Sequence[IssuedFile]


def issued(*, party: Party | None = None, month: Month | None = None, series: str = "") -> list[Issued]:
    """What was issued, newest first; of one party, month or series where they are given."""
    found: QuerySet[Issue] = Issue.objects.prefetch_related("files").order_by("-issued_at", "series", "-number")
    if party is not None:
        found = found.filter(party_uid=party.uid)
    if month is not None:
        found = found.filter(month=month.first_day)
    if series:
        found = found.filter(series=series)
    names = dict(Party.objects.values_list("uid", "name"))
    return [
        Issued(
            one,
            series_number(one.series, one.number),
            names.get(one.party_uid, "") if one.party_uid else "",
            list(one.files.all()),
        )
        for one in found
    ]


def content(file: IssuedFile) -> bytes:
    """The bytes of an issued file as they were issued. Raises ObjectMissing, StoreUnavailable."""
    return stores.documents().read(file.object_key)


def wanted(series: str, month: Month) -> list[Wanted]:
    """For whom a series is issued in a month: every party with an account, by name, or the shop; in each currency."""
    accounts = Account.objects.filter(code__startswith=_PAYABLE).order_by("code", "currency")
    if series_named(series)[0].facts.subject is Subject.SHOP:
        return [Wanted(None, month, currency) for currency in sorted(set(accounts.values_list("currency", flat=True)))]
    parties = {accounts_code(party): party for party in Party.objects.all()}
    found = [
        Wanted(parties[code], month, currency)
        for code, currency in accounts.values_list("code", "currency")
        if code in parties
    ]
    return sorted(found, key=lambda one: (one.party.name if one.party else "", one.currency))


def unissued(series: Sequence[str], month: Month) -> list[tuple[Wanted, list[str]]]:
    """For whom which of these series are not issued yet, by name; nobody twice."""
    found: dict[Wanted, list[str]] = {}
    for name in series:
        done = set(Issue.objects.filter(series=name, month=month.first_day).values_list("party_uid", "currency"))
        for one in wanted(name, month):
            if (one.party.uid if one.party else None, one.currency) not in done:
                found.setdefault(one, []).append(name)
    return list(found.items())


def accounts_code(party: Party) -> str:
    """The code of a party's account."""
    return f"{_PAYABLE}{party.uid}"


def currencies() -> list[str]:
    """The currencies in which anybody is owed anything, in order."""
    found = Account.objects.filter(code__startswith=_PAYABLE).values_list("currency", flat=True)
    return sorted(set(found))


def particulars(whom: str) -> Particulars:
    """What is known of a party, by its opaque id, or of 'shop'; empty where nothing is."""
    return Particulars.objects.filter(whom=whom).first() or Particulars(whom=whom)


def files_of(number: str) -> list[IssuedFile]:
    """The files of an issue by its number, as in 'statement-000012'. Raises ReportError."""
    series, _, count = number.rpartition("-")
    wanted = int(count) if count.isascii() and count.isdigit() and len(count) < 10 else 0
    found = list(IssuedFile.objects.filter(issue__series=series, issue__number=wanted).select_related("issue"))
    if not found:
        raise ReportError(f"There is no issue {number!r}. `lathe reports list` has those there are.")
    return found


def file_of(party: Party, number: str, report: str) -> IssuedFile:
    """An issued file of a party by its issue's number and its format. Raises ReportError."""
    for file in files_of(number):
        if file.issue.party_uid == party.uid and file.report == report:
            return file
    raise ReportError(f"There is no {report} of {number!r} for {party.name}.")
