"""Checks of the database: reachable, up to date, guarded, adding up, and no work stuck in it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection

from lathe.basics import clock
from lathe.cli import shop
from lathe.cli.doctor.findings import Finding, note, ok, wrong
from lathe.cli.errors import CommandError
from lathe.jobs import engines, queries, reconcile
from lathe.ledger import checks
from lathe.mail.models import Letter
from lathe.reports.guards import guards as reports_guards
from lathe.reports.models import Issue
from lathe.rights.guards import guards as rights_guards
from lathe.rights.models import Decision, Seal
from lathe.royalties.guards import guards as royalties_guards
from lathe.storefronts.models import Storefront

PATIENCE = timedelta(minutes=5)
"""For a job that is due. One that cuts may keep a single worker busy for a while."""
MOST_APART_S = 2
NOT_CHAINED_FOR = timedelta(hours=2)


def database() -> Finding:
    """Whether the database answers and has every change of this version."""
    try:
        waiting = shop.pending()
    except CommandError as failure:
        return wrong("database", str(failure), "Start the database, or correct LATHE_DATABASE_URL.")
    if waiting is None:
        return wrong("database", "There is no shop in this data folder.", "Run `lathe init` or `lathe demo`.")
    if waiting:
        return wrong("database", f"{len(waiting)} changes are not applied.", "Back it up, then run `lathe upgrade`.")
    return ok("database", f"{connection.display_name} answers and is up to date.")


def clocks() -> Finding:
    """Whether this machine's clock agrees with the database's: nodes share the work by moments."""
    if connection.vendor != "postgresql":
        return ok("clocks", "The database is on this machine and goes by its clock.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart_s = abs((cursor.fetchone()[0] - clock.now()).total_seconds())
    if apart_s > MOST_APART_S:
        sentence = f"This machine's clock and the database's are {apart_s:.0f} s apart."
        return wrong("clocks", sentence, "Set both, by NTP best: several nodes share the work by the clock.")
    return ok("clocks", "This machine's clock and the database's agree.")


def ledger() -> Finding:
    """Whether the books are guarded and add up, looked at from the outside."""
    report = checks.check()
    if report.is_sound:
        said = f"{report.transactions} transactions add up, {report.seals} are sealed, and the guards are on."
        return ok("ledger", said)
    first = report.findings[0]
    todos = {"guard": "Run `lathe upgrade`: it puts them back.", "total": "Run `lathe ledger rebuild`."}
    todo = todos.get(first.code, "Stop selling, and look at a backup.")
    return wrong("ledger", f"{len(report.findings)} findings, the first: {first.sentence}", todo)


def decisions() -> Finding:
    """Whether the decisions behind sales are guarded and being chained. `lathe rights verify` proves the chain."""
    missing = rights_guards.missing(connection)
    if missing:
        return wrong(
            "decisions", f"Guards are missing: {', '.join(missing)}.", "Run `lathe upgrade`: it puts them back."
        )
    late = Decision.objects.filter(seal__isnull=True, at__lt=clock.now() - NOT_CHAINED_FOR).count()
    if late:
        sentence = f"{late} of more than {NOT_CHAINED_FOR // timedelta(hours=1)} hours ago are not chained yet."
        return note("decisions", sentence, "A worker chains them once a minute: run `lathe serve` or `lathe worker`.")
    return ok("decisions", f"{Seal.objects.count()} are chained, and their guards are on.")


def terms() -> Finding:
    """Whether contracts, splits and settlements are guarded."""
    missing = royalties_guards.missing(connection)
    if missing:
        return wrong("terms", f"Guards of royalties are missing: {', '.join(missing)}.", "Run `lathe upgrade`.")
    return ok("terms", "Contracts, splits and settlements are guarded.")


def issued() -> Finding:
    """Whether the database keeps what was issued from being changed. `lathe reports check --issued` looks deeper."""
    gone = reports_guards.missing(connection)
    if gone:
        return wrong("issued", f"{gone[0]} is not in place.", "Run `lathe upgrade`: it puts it back.")
    return ok("issued", f"{Issue.objects.count()} reports were issued, and the guards are on.")


def storefront() -> Finding:
    """Whether there is a shop front."""
    first = Storefront.objects.order_by("id").first()
    if first is None:
        return wrong("storefront", "There is no storefront.", "Run `lathe init`.")
    return ok("storefront", f"{first.name}, in {first.currency}, from {first.home_territory}.")


def jobs() -> list[Finding]:
    """Whether work that nobody waits for is done: some of it given up, or no worker there to do it."""
    return [_given_up(), _worker()]


def _given_up() -> Finding:
    dead = queries.dead()
    first = dead.first()
    if first is None:
        waiting = sum(item.waiting for item in engines.current().census())
        return ok("jobs", f"None was given up; {waiting} wait.")
    sentence = f"{dead.count()} were given up, the latest: {first.kind}: {first.last_error}"
    return wrong("jobs", sentence, f"Put its cause right, then run `lathe jobs retry {first.kind}`.")


def _worker() -> Finding:
    wait, seen = queries.longest_wait(), queries.last_sign()
    begin = "Run `lathe serve` or `lathe worker`."
    if wait > PATIENCE:
        minutes = wait // timedelta(minutes=1)
        return wrong("worker", f"A job has waited for {minutes} minutes, and no worker takes it.", begin)
    if seen is None:
        return note("worker", "No worker has ever worked here.", begin)
    if abs(clock.now() - seen) > 2 * reconcile.EVERY:
        return note("worker", f"No worker has worked since {seen:%Y-%m-%d %H:%M} UTC.", begin)
    return ok("worker", f"One works; {settings.LATHE_JOBS} keeps the jobs.")


def letters() -> Finding:
    """Whether letters are stuck."""
    stuck = Letter.objects.filter(sent_at__isnull=True, attempts__gt=0)
    first = stuck.order_by("-written_at").first()
    if first is not None:
        return note("letters", f"{stuck.count()} could not be sent yet: {first.last_error}", "They are tried again.")
    return ok("letters", "Every letter is on its way.")
