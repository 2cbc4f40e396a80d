"""Sums over what a report covers, made by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Sum

from lathe.ledger.models import Posting
from lathe.reports import kinds
from lathe.reports.kinds import GIVEN, RETURNED, SOLD
from lathe.reports.material import Context, Earnings, Share, Sums
from lathe.reports.rules import Month
from lathe.reports.source import sql
from lathe.reports.source.sql import Account

MONTHS = 12
"""How many months the plot of earnings over time shows."""


def sums(extract: str) -> Sums:
    """Lines, units, what was earned and what moved the account otherwise. One query."""
    found = sql.rows(
        f"SELECT kind, CASE WHEN line = '' THEN 0 ELSE 1 END, count(*), sum(owed) FROM {extract} GROUP BY 1, 2"  # noqa: S608
    )
    return Sums(
        lines=sum(count for _, _, count, _ in found),
        units=sum(count * kinds.units(kind) for kind, is_sale, count, _ in found if is_sale),
        earned_micro=sum(int(owed) for _, is_sale, _, owed in found if is_sale),
        other_micro=sum(int(owed) for _, is_sale, _, owed in found if not is_sale),
    )


def balance(account: Account, before: object, cut: int) -> int:
    """What the party is owed by all that occurred before a moment, within the first `cut` postings."""
    found = Posting.objects.filter(account=account.id, transaction__occurred_at__lt=before, id__lte=cut)
    return -(found.aggregate(total=Sum("amount_micro"))["total"] or 0)


def contexts(extract: str) -> list[Context]:
    """What was sold by kind of sale and territory; what moved only a balance is left out. One query."""
    found = sql.rows(
        f"SELECT territory, kind, count(*), sum(gross), sum(tax), sum(owed) FROM {extract} WHERE line <> ''"  # noqa: S608
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )
    made: dict[tuple[bool, str], list[int]] = defaultdict(lambda: [0] * 5)
    for territory, kind, count, gross, tax, owed in found:
        meaning = kinds.meaning(kind)
        counts = (count if meaning in (SOLD, GIVEN) else 0, count if meaning == RETURNED else 0)
        sums_of = made[meaning == GIVEN, territory]
        for place, amount in enumerate((*counts, int(gross), int(tax), int(owed))):
            sums_of[place] += amount
    return [Context(is_gift, territory, *amounts) for (is_gift, territory), amounts in sorted(made.items())]


def earnings(extract: str, account: Account, cut: int, month: Month) -> Earnings:
    """What was earned, by month, territory, format and release. Four queries."""
    titles = f"(SELECT e.*, r.title AS title FROM {extract} e JOIN catalogue_release r ON r.id = e.release_id) AS e"  # noqa: S608
    return Earnings(
        by_month=_by_month(account, cut, month),
        by_territory=_largest_first(_by("territory", extract)),
        by_format=_largest_first(_by_format(_by("format", extract))),
        by_release=_largest_first(_by("title", titles)),
    )


def _by(column: str, source: str) -> list[Share]:
    found = sql.rows(
        f"SELECT {column}, kind, count(*), sum(owed) FROM {source} WHERE line <> '' GROUP BY 1, 2"  # noqa: S608
    )
    return _merged(Share(name, kinds.units(kind) * count, int(owed)) for name, kind, count, owed in found)


def _by_format(shares: Iterable[Share]) -> list[Share]:
    """A codec's cuts together: 'MP3 320' and 'MP3 V0' are MP3."""
    return _merged(Share(share.name.partition(" ")[0], share.units, share.owed_micro) for share in shares)


def _merged(shares: Iterable[Share]) -> list[Share]:
    made: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for share in shares:
        made[share.name][0] += share.units
        made[share.name][1] += share.owed_micro
    return [Share(name, units, owed) for name, (units, owed) in made.items()]


def _largest_first(shares: Sequence[Share]) -> list[Share]:
    return sorted(shares, key=lambda share: (-share.owed_micro, share.name))


def _by_month(account: Account, cut: int, month: Month) -> list[Share]:
    """The year up to a month, empty months too; postings about a sale line alone."""
    first = month.back(MONTHS - 1)
    found = sql.rows(
        f"SELECT {_month()}, -sum(p.amount_micro) FROM ledger_posting p"  # noqa: S608 - our own words
        " JOIN ledger_transaction t ON t.id = p.transaction_id WHERE p.account_id = %s AND p.id <= %s"
        " AND t.occurred_at >= %s AND t.occurred_at < %s AND p.line <> '' GROUP BY 1",
        [account.id, cut, sql.moment(first.start), sql.moment(month.end)],
    )
    owed = dict(found)
    every = [first]
    while every[-1] < month:
        every.append(every[-1].next)
    return [Share(str(one), 0, int(owed.get(str(one), 0))) for one in every]


def _month() -> str:
    """The month of a transaction in UTC, as in '2026-10'."""
    if connection.vendor == "postgresql":
        return "to_char(t.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM')"
    return "substr(t.occurred_at, 1, 7)"
