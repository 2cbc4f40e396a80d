"""The table of checks, and how they are run: a check that breaks is a finding too."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lathe.basics.errors import LatheError
from lathe.cli import shop
from lathe.cli.doctor import machine
from lathe.cli.doctor.findings import Finding, ok, wrong

Check = Callable[[], Finding | list[Finding]]

MACHINE: tuple[Check, ...] = (machine.python, machine.packages, machine.encoders, machine.time)


def run() -> Iterator[Finding]:
    """Run every check that can be run here: those of the shop want settings that can be read and a database."""
    for check in MACHINE:
        yield from _findings(check)
    try:
        shop.load()
    except LatheError as wrong_setting:
        yield wrong("settings", str(wrong_setting), "Correct the variable; `docs/settings.md` lists them all.")
        return
    yield ok("settings", "Every LATHE_ variable can be read.")
    yield from _of_shop()


def _of_shop() -> Iterator[Finding]:
    from lathe.cli.doctor import books, settings, storage, stores

    wanted: tuple[Check, ...] = (
        storage.folder,
        stores.check,
        settings.secret,
        settings.address,
        settings.mail,
        settings.providers,
    )
    for check in wanted:
        yield from _findings(check)
    state = books.database()
    yield state
    if state.state == "ok":
        inside: tuple[Check, ...] = (
            books.clocks,
            books.storefront,
            books.ledger,
            books.decisions,
            books.terms,
            books.issued,
            storage.masters,
            storage.documents,
        )
        for check in (*inside, books.jobs, books.letters):
            yield from _findings(check)


def _findings(check: Check) -> list[Finding]:
    try:
        found = check()
    except Exception as failure:
        name = check.__name__
        return [wrong(name, f"The check broke: {type(failure).__name__}: {failure}", "Tell the makers of Lathe.")]
    return found if isinstance(found, list) else [found]
