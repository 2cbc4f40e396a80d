"""lathe jobs: what waits, what failed, and a fresh start for what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from lathe.cli import output, shop
from lathe.cli.errors import CommandError

if TYPE_CHECKING:
    from lathe.jobs.models import Trouble
    from lathe.jobs.terms import Pending

SHOWN = 50


@click.group("jobs")
def command() -> None:
    """Look at the work nobody waits for: what is pending, what failed, what was given up.

    \b
    Examples:
      lathe jobs list
      lathe jobs retry mail.send
    """


@command.command("list")
@click.option("--kind", default="", metavar="KIND", help="Only jobs of this kind.")
@click.option("--dead", "only_dead", is_flag=True, help="Only those that were given up.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, with every job.")
def list_jobs(kind: str, only_dead: bool, as_json: bool) -> None:
    """List the jobs that are not done, in the order they are taken, and those that were given up.

    \b
    Examples:
      lathe jobs list
      lathe jobs list --dead --json
    """
    shop.open_shop()
    from lathe.jobs import engines, queries

    pending = [] if only_dead else engines.current().pending(kind)
    dead = list(queries.dead().filter(kind=kind) if kind else queries.dead())
    if as_json:
        output.show_json({"pending": [asdict(job) for job in pending], "dead": [_plain(job) for job in dead]})
        return
    _list("Pending", [_waiting(job) for job in pending])
    _list("Given up", [f"{job.kind:24} {job.key:40} {job.last_error}" for job in dead])


@command.command("show")
@click.argument("kind")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(kind: str, key: str, as_json: bool) -> None:
    """Show one job: whether it waits or runs, and how it failed last.

    \b
    Example:
      lathe jobs show mail.send receipt:4f1c
    """
    shop.open_shop()
    from lathe.jobs import engines, queries

    pending = next((job for job in engines.current().pending(kind) if job.key == key), None)
    trouble = queries.trouble(kind, key)
    if pending is None and trouble is None:
        raise CommandError(f"There is no job {kind} {key}: it was done, or never asked for. `lathe jobs list` has all.")
    if as_json:
        output.show_json(
            {"pending": asdict(pending) if pending else None, "trouble": _plain(trouble) if trouble else None}
        )
        return
    if pending is not None:
        output.say(_waiting(pending))
    if trouble is not None:
        output.say(f"Failed {trouble.attempts} times, last {trouble.failed_at:%Y-%m-%d %H:%M:%S} UTC:")
        output.say(f"  {trouble.last_error}")
        if trouble.dead_at:
            output.say(f"Given up. When its cause is put right: lathe jobs retry {kind} {key}")


@command.command("retry")
@click.argument("kind")
@click.argument("key", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def retry(kind: str, key: str | None, as_json: bool) -> None:
    """Give the dead jobs of a kind, or one of them, a fresh start. A worker takes them at once.

    \b
    Examples:
      lathe jobs retry mail.send
      lathe jobs retry sales.return_money 0c1f9c1e-5d1c-4b7e-9a57-1f2a3b4c5d6e
    """
    shop.open_shop()
    from lathe.jobs import actions, registry

    registry.kind_of(kind)
    count = actions.retry_dead(kind=kind, key=key)
    if key is not None and not count:
        raise CommandError(f"The job {kind} {key} was not given up. `lathe jobs list --dead` has those that were.")
    if as_json:
        output.show_json({"retried": count})
    else:
        output.say(f"Jobs that get a fresh start: {count}.")


def _list(title: str, lines: Sequence[str]) -> None:
    output.say(f"{title}: {len(lines)}", bold=True)
    for line in lines[:SHOWN]:
        output.say(f"  {line}")
    if len(lines) > SHOWN:
        output.say(f"  and {len(lines) - SHOWN} more; --json has them all")


def _waiting(job: Pending) -> str:
    when = f"due {job.due_at:%Y-%m-%d %H:%M:%S} UTC" if job.due_at else "due at once"
    state = "running" if job.state == "running" else when
    tried = f", attempt {job.attempts}" if job.attempts else ""
    return f"{job.kind:24} {job.key:40} {state}{tried}"


def _plain(trouble: Trouble) -> dict[str, Any]:
    names = ("kind", "key", "attempts", "failed_at", "dead_at", "last_error")
    return {name: getattr(trouble, name) for name in names}
