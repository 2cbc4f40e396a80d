"""Whether all that was issued is still there, unchanged, in its chain, and equal to the books."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db import connection

from lathe.basics import chain
from lathe.objects import stores
from lathe.objects.errors import ObjectMissing
from lathe.reports import actions, opening
from lathe.reports.guards import guards
from lathe.reports.models import Issue, IssuedFile
from lathe.reports.rules import Month, series_number
from lathe.reports.source import sums

CHUNK = 1 << 20


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a code for programs, what it is about, and a sentence for people."""

    code: str
    subject: str
    sentence: str


@dataclass(frozen=True)
class Audit:
    """What was looked at, and what was found wrong; no findings is the good answer."""

    issues: int
    files: int
    findings: tuple[Finding, ...]


def audit() -> Audit:
    """Look through everything that was issued: guards, numbers, chain, bytes, and balances as the books have them."""
    findings, issues, files = list(_guards()), 0, 0
    before: Issue | None = None
    for one in Issue.objects.order_by("series", "number").prefetch_related("files"):
        previous = before if before is not None and before.series == one.series else None
        held = list(one.files.all())
        findings += [*_chained(one, held, previous), *_balances(one)]
        for file in held:
            findings += _bytes(one, file)
        issues, files, before = issues + 1, files + len(held), one
    return Audit(issues, files, tuple(findings))


def _guards() -> Iterator[Finding]:
    for name in guards.missing(connection):
        yield Finding("guard", name, f"The guard {name} is not in place; `lathe upgrade` puts it back.")


def _chained(one: Issue, files: list[IssuedFile], previous: Issue | None) -> Iterator[Finding]:
    number = series_number(one.series, one.number)
    if one.number != (previous.number if previous else 0) + 1:
        yield Finding("gap", number, f"A number before {number} is missing.")
    expected = chain.link(previous.digest if previous else chain.GENESIS, actions.content(one, files))
    if one.digest != expected:
        yield Finding("chain", number, f"{number} no longer says what was issued, or does not follow the one before.")


def _balances(one: Issue) -> Iterator[Finding]:
    """The closing balance as the books give it for the same postings: they never change, so it is the same."""
    account = opening.account_of(one.party_uid, one.currency) if one.party_uid else None
    if account is None:
        return
    end = datetime.combine(Month(one.month.year, one.month.month).end.date(), time(), UTC)
    found = sums.balance(account, end, one.last_posting)
    if found != one.closing_micro:
        number = series_number(one.series, one.number)
        yield Finding("balance", number, f"{number} closes at {one.closing_micro}; the books have {found} millionths.")


def _bytes(one: Issue, file: IssuedFile) -> Iterator[Finding]:
    number = series_number(one.series, one.number)
    try:
        digest = _digest(file)
    except ObjectMissing:
        yield Finding("missing", number, f"{file.name} of {number} is not in {stores.documents().place}.")
        return
    if digest != file.sha256:
        yield Finding("bytes", number, f"{file.name} of {number} is not what was issued: its SHA-256 is another.")


def _digest(file: IssuedFile) -> str:
    made = hashlib.sha256()
    store = stores.documents()
    size = store.size(file.object_key)
    if size is None:
        raise ObjectMissing(file.object_key)
    for start in range(0, size, CHUNK):
        made.update(store.read_range(file.object_key, start, min(start + CHUNK, size)))
    return made.hexdigest()
