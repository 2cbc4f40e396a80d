"""lathe worker: do the work nobody waits for."""

from __future__ import annotations

import signal
import threading

import click

from lathe.cli import output, shop
from lathe.cli.errors import CommandError

GRACE_S = 25.0


@click.command("worker")
@click.option("--queues", default="", metavar="NAMES", help="Only these queues, separated by commas. Default: all.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Jobs at once, each in a process of its own.",
)
@click.option(
    "--grace",
    "grace_s",
    type=click.FloatRange(0, 3600),
    default=GRACE_S,
    show_default=True,
    help="Seconds that a job under way has to end when the worker is told to.",
)
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.option("--reports", type=int, hidden=True, help="The socket of the overseer that started this process.")
def command(queues: str, concurrency: int, grace_s: float, once: bool, reports: int | None) -> None:
    """Send letters, cut ahead and run every other job that nobody waits for.

    `lathe serve` does this by itself unless LATHE_JOBS_IN_WEB is 0; a worker of its own takes the load off the process
    that serves, with the same database and the same data folder, and ends a job that takes too much time or memory.
    End it with Ctrl-C or SIGTERM: jobs under way have the grace to end, and what does not is given back.

    \b
    Examples:
      lathe worker --concurrency 4
      lathe worker --queues cutting
      lathe worker --once
    """
    shop.open_shop()
    names = _queues(queues)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    if once:
        _once()
    elif reports is not None:
        _work(reports, names, grace_s, stop)
    else:
        from lathe.cli import overseeing

        output.say("Working. End with Ctrl-C.")
        overseeing.oversee(overseeing.Plan(concurrency, names, grace_s), stop)


def _queues(text: str) -> list[str]:
    from lathe.jobs import registry

    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in registry.queues()]
    if unknown:
        raise CommandError(f"There is no queue {unknown[0]!r}. There are: {', '.join(registry.queues())}.")
    return names


def _once() -> None:
    from lathe.delivery import cutting
    from lathe.jobs import runner

    try:
        output.say(f"Jobs done: {runner.run_due()}.")
    finally:
        cutting.stop()


def _work(reports: int, queues: list[str], grace_s: float, stop: threading.Event) -> None:
    """Be one of the overseer's processes."""
    from lathe.cli.overseeing import Reporter
    from lathe.delivery import cutting
    from lathe.jobs import runner

    try:
        runner.work_until(stop, queues=queues, grace_s=grace_s, notices=Reporter(reports, stop).notices())
    finally:
        cutting.stop()
