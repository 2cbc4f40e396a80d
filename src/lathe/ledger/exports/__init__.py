"""The table of exports: what a program of another maker can read of the books. One file and one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lathe.ledger.exports import balances, beancount, journal

EXPORTS: Mapping[str, Callable[[], Iterator[str]]] = {
    "beancount": beancount.lines,
    "journal": journal.lines,
    "balances": balances.lines,
}
"""By name: makes the lines of the whole export, ended, one after the other; the books are never held in memory."""
