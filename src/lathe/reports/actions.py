"""Writes of reports: issuing them, for good, and what is known of those they name."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

from django.db import IntegrityError, connections, transaction
from django.db.models import Max

from lathe.basics import chain, clock
from lathe.ledger import sealing
from lathe.objects import stores
from lathe.reports import opening, preparing, rules
from lathe.reports import workers as processes
from lathe.reports.errors import ReportError
from lathe.reports.formats import series_named
from lathe.reports.models import Issue, IssuedFile, Particulars
from lathe.reports.opening import Wanted
from lathe.reports.preparing import Place, Prepared

TRIES = 5
"""How often an issue is made anew because another took its number meanwhile."""


def issue(*, series: str, wanted: Wanted) -> Issue:
    """Make a report for good: numbered, its bytes and their digest kept, the head of the sealed books on it.

    Raises ReportError.
    """
    series_named(series)
    sealing.seal()
    for _ in range(TRIES):
        place = Place(series, _next_number(series), opening.settled_posting(), preparing.moment())
        with _folder() as folder:
            [prepared] = preparing.prepare(wanted, [place], folder)
            made = _record(prepared)
        if made is not None:
            return made
    raise ReportError(f"Others issue {series} at this moment. Nothing was issued here; try again in a minute.")


def issue_all(
    *, wanted: Sequence[tuple[Wanted, Sequence[str]]], workers: int = 1, advance: Callable[[], None] = lambda: None
) -> list[Issue]:
    """Issue series for many parties, one number after the other; `workers` processes prepare them, party by party.

    Stops at the first that cannot be issued (ReportError); those before it stand, and a second call goes on from there.
    """
    issued: list[Issue] = []
    sealing.seal()
    with _folder() as folder:
        for prepared in _prepared(_placed(wanted), folder, workers):
            for one in prepared():
                made = _record(one)
                if made is None:
                    raise ReportError(f"Others issue reports at this moment; {len(issued)} were issued. Go on later.")
                issued.append(made)
            advance()
    return issued


Job = tuple[Wanted, list[Place]]


def _placed(wanted: Sequence[tuple[Wanted, Sequence[str]]]) -> list[Job]:
    """Numbers for all of them, in order."""
    cut, at = opening.settled_posting(), preparing.moment()
    numbers: dict[str, int] = {}
    placed = []
    for one, names in wanted:
        for name in names:
            numbers[name] = numbers[name] + 1 if name in numbers else _next_number(name)
        placed.append((one, [Place(name, numbers[name], cut, at) for name in names]))
    return placed


def _prepared(jobs: Sequence[Job], folder: Path, workers: int) -> Iterator[Callable[[], list[Prepared]]]:
    """Each party in order, as something that waits for it; prepared here where one worker is enough."""
    if workers < 2 or len(jobs) < 2:
        yield from (partial(preparing.prepare, *job, _own(folder, count)) for count, job in enumerate(jobs))
        return
    connections.close_all()
    with processes.pool(workers) as pool:
        begun = [pool.submit(preparing.prepare, *job, _own(folder, count)) for count, job in enumerate(jobs)]
        try:
            yield from (future.result for future in begun)
        finally:
            _give_up(begun)


def _give_up(begun: Sequence[Future[list[Prepared]]]) -> None:
    for future in begun:
        future.cancel()


def _own(folder: Path, count: int) -> Path:
    own = folder / str(count)
    own.mkdir()
    return own


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lathe-reports-") as name:
        yield Path(name)


def _next_number(series: str) -> int:
    return int(Issue.objects.filter(series=series).aggregate(last=Max("number"))["last"] or 0) + 1


def _record(prepared: Prepared) -> Issue | None:
    """Write an issue down, its bytes first. None where another took its number or its month meanwhile."""
    for file in prepared.files:
        stores.documents().put_new(_key(file.sha256), file.path)
        file.path.unlink()
    try:
        with transaction.atomic():
            return _rows(prepared)
    except IntegrityError:
        if Issue.objects.filter(series=prepared.place.series, number=prepared.place.number).exists():
            return None
        raise


def _key(sha256: str) -> str:
    return IssuedFile(sha256=sha256).object_key


def _rows(prepared: Prepared) -> Issue:
    """The files first, then the issue: its INSERT is the moment the database closes them."""
    wanted, place, heading = prepared.wanted, prepared.place, prepared.heading
    made = Issue(
        id=uuid4(),
        series=place.series,
        number=place.number,
        party_uid=wanted.party.uid if wanted.party else None,
        month=wanted.month.first_day,
        currency=wanted.currency,
        opening_micro=heading.opening_micro,
        closing_micro=heading.closing_micro,
        last_posting=place.cut,
        books_head=heading.books_head,
        issued_at=place.at,
    )
    files = [
        IssuedFile(
            issue=made,
            report=file.report,
            name=file.name,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            sha256=file.sha256,
        )
        for file in prepared.files
    ]
    before = Issue.objects.filter(series=place.series, number=place.number - 1).first()
    made.digest = chain.link(before.digest if before else chain.GENESIS, content(made, files))
    IssuedFile.objects.bulk_create(files)
    made.save(force_insert=True)
    return made


def content(made: Issue, files: Sequence[IssuedFile]) -> str:
    """What an issue's digest covers, as text: all of its row and of its files."""
    return json.dumps(
        [
            *(made.series, made.number, str(made.party_uid or ""), made.month.isoformat(), made.currency),
            *(made.opening_micro, made.closing_micro, made.last_posting, made.books_head, made.issued_at.isoformat()),
            [[file.report, file.name, file.media_type, file.size_bytes, file.sha256] for file in files],
        ],
        separators=(",", ":"),
    )


def describe(*, whom: str, changes: dict[str, str]) -> Particulars:
    """Enter what is known of a party (by its opaque id) or of 'shop'; what is not among the changes stays.

    `changes` may have dpid, account_holder, iban and bic; an empty text forgets one. Raises ReportError.
    """
    checked = {name: rules.particular(name, text) for name, text in changes.items()}
    with transaction.atomic():
        known, _ = Particulars.objects.select_for_update().get_or_create(whom=whom)
        for name, text in checked.items():
            setattr(known, name, text)
        known.edited_at = clock.now()
        known.save()
    return known
