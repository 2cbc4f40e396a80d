"""Sale lines of a month, loaded in bulk with every guard of the books on, into a shop that has nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

BATCH, PARTIES, RELEASES, TRACKS = 5000, 8, 20, 10
TERRITORIES = ("DE", "FR", "AT", "NL", "GB", "CH", "US", "IT", "SE", "NO")
FORMATS = ("FLAC 24/96", "MP3 320", "Opus 160", "FLAC 16/44.1", "MP3 V0")
MONTH_START = datetime(2026, 10, 1, tzinfo=UTC)
TABLES = {
    "sales_order": (
        "id uid number storefront_id email language state currency territory evidence tax_rate_bp total_minor tax_minor"
        " balance_minor below_cost_micro gift_reason consent_text consented_at placed_at paid_at"
    ),
    "sales_orderline": (
        "uid order_id release_id track_id title format format_label size_bytes size_is_exact price_minor"
        " full_price_minor tax_minor deal_uid grant_uid party_uid position royalty_version royalties"
    ),
    "ledger_posting": "transaction_id account_id amount_micro currency line position booked_on",
    "ledger_transaction": "id key digest kind subject occurred_at booked_at recorded_at",
}
"""What is filled, and in which order: the row of a transaction closes its postings."""

Move = tuple[int, int, str]
"""An account's id, an amount in micro, and the order line."""


class _Loader:
    """Fills the tables in batches, as rows: objects would take longer than the database."""

    def __init__(self, front: Any) -> None:
        from django.db import connection

        self.front, self.chance = front, Random(1888)  # noqa: S311 - figures, no secrets
        self.accounts = _accounts()
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        self.orders = self.postings = 0
        self.moment = connection.ops.adapt_datetimefield_value
        self.day = connection.ops.adapt_datefield_value
        self.uid: Any = (lambda value: value.hex) if connection.vendor == "sqlite" else (lambda value: value)

    def flush(self) -> None:
        """One transaction of the database for some thousand of the books."""
        from django.db import connection, transaction

        self.postings += len(self.rows["ledger_posting"])
        with transaction.atomic(), connection.cursor() as cursor:
            for table, columns in TABLES.items():
                names = columns.split()
                quoted, places = ", ".join(f'"{name}"' for name in names), ", ".join(["%s"] * len(names))
                cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({places})", self.rows[table])  # noqa: S608
                self.rows[table].clear()

    def event(self, kind: str, order: UUID, at: datetime, moves: list[Move]) -> None:
        """One transaction of the books."""
        event, moment, day = self.uid(uuid4()), self.moment(at), self.day(at.date())
        self.rows["ledger_transaction"].append((event, f"{kind}:{order}", "0" * 64, kind, str(order), *[moment] * 3))
        self.rows["ledger_posting"] += [
            (event, account, amount, "EUR", line, place, day) for place, (account, amount, line) in enumerate(moves)
        ]


def _accounts() -> dict[Any, int]:
    from lathe.catalogue.models import Party
    from lathe.ledger import accounts
    from lathe.ledger.models import Account

    codes: dict[Any, str] = {
        "margin": accounts.margin(),
        "processor": accounts.processor("demo"),
        **{code: accounts.tax(code) for code in TERRITORIES},
        **{uid: accounts.payable(uid) for uid in Party.objects.values_list("uid", flat=True)},
    }
    return {
        key: Account.objects.create(code=code, currency="EUR", kind=accounts.kind(code)).id
        for key, code in codes.items()
    }


def load(lines: int) -> int:
    """Load so many sale lines; return how many postings that made."""
    from django.db import transaction

    with transaction.atomic():
        front, cuts = _shop()
        loader = _Loader(front)
    made = 0
    while made < lines:
        made += _order(loader, cuts, min(loader.chance.choice((1, 1, 2, 3)), lines - made))
        if loader.orders % BATCH == 0:
            loader.flush()
    loader.flush()
    return loader.postings


def _order(loader: _Loader, cuts: list[Any], count: int) -> int:
    """An order of so many lines, paid at a moment of October; a fortieth is refunded a day later."""
    chance = loader.chance
    loader.orders += 1
    at = MONTH_START + timedelta(seconds=chance.randrange(30 * 86_400))
    territory = chance.choices(TERRITORIES, range(10, 0, -1))[0]
    order, moves = uuid4(), list[Move]()
    for place in range(count):
        moves += _line(loader, place, territory, cuts)
    paid_micro, moment = -sum(amount for _, amount, _ in moves), loader.moment(at)
    loader.rows["sales_order"].append(
        (
            *(loader.orders, loader.uid(order), f"{loader.orders:08}", loader.front.id, "buyer@example.org", "en"),
            *("paid", "EUR", territory, "{}", 1900, paid_micro // 10_000, 0, 0, 0, "", "", moment, moment, moment),
        )
    )
    sale = [*moves, (loader.accounts["processor"], paid_micro, "")]
    loader.event("sale", order, at, sale)
    if chance.random() < 1 / 40:
        back = [(account, -amount, line) for account, amount, line in sale]
        loader.event("refund", order, min(at + timedelta(days=1), datetime(2026, 10, 31, 23, tzinfo=UTC)), back)
    return count


def _line(loader: _Loader, place: int, territory: str, cuts: list[Any]) -> list[Move]:
    from lathe.royalties.rules.decisions import RECORDING, Owed, Part

    chance, line = loader.chance, uuid4()
    release, track, party = cuts[int(chance.random() ** 2 * len(cuts))]
    gross, tax = chance.choice(((99, 16), (129, 21), (249, 40))) if track else chance.choice(((999, 160), (1299, 207)))
    net_micro, name, some = (gross - tax) * 10_000, str(line), loader.uid(line)
    owed, to = net_micro * 7 // 10, loader.accounts
    part = Part(party, RECORDING, "all sales", 1, owed)
    decided = json.dumps(
        Owed((part,), contract=1, period="2026-10", net_micro=net_micro, price_micro=gross * 10_000).plain
    )
    loader.rows["sales_orderline"].append(
        (
            *(some, loader.orders, release, track, "", "flac", chance.choice(FORMATS), 30_000_000, True, gross, gross),
            *(tax, some, some, loader.uid(party), place, 1, decided),
        )
    )
    return [(to[territory], -tax * 10_000, name), (to[party], -owed, name), (to["margin"], owed - net_micro, name)]


def _shop() -> tuple[Any, list[tuple[int, int | None, UUID]]]:
    """A storefront, and all that can be bought: releases and tracks with their party, the first parties' most often."""
    from lathe.catalogue.models import Party
    from lathe.storefronts.models import Storefront

    front = Storefront.objects.create(code="main", name="Bench", seller="Bench OHG", contact_email="op@example.org")
    cuts: list[tuple[int, int | None, UUID]] = []
    for number in range(PARTIES):
        party = Party.objects.create(name=f"Label {number + 1}", slug=f"label-{number + 1}")
        for place in range(RELEASES):
            cuts += _release(party, number * RELEASES + place)
    return front, cuts


def _release(party: Any, number: int) -> Iterator[tuple[int, int | None, UUID]]:
    from lathe.catalogue.models import Artist, Credit, Master, Recording, Release, Track

    release = Release.objects.create(
        upc=f"{4006381000000 + number}", slug=f"r-{number}", title=f"Release {number}", label=party,
        released_on=date(2024, 1, 1),
    )  # fmt: skip
    artist = Artist.objects.get_or_create(name=f"Artist {number % 40}", slug=f"a-{number % 40}")[0]
    Credit.objects.create(release=release, artist=artist, role=Credit.Role.COMPOSER)
    yield release.id, None, party.uid
    for place in range(1, TRACKS + 1):
        master = Master.objects.create(
            sha256=f"{number:032x}{place:032x}", size_bytes=1, sample_rate_hz=44_100, bits=16, channels=2,
            samples=44_100 * 180, pcm_md5="0" * 32, verdict="lossless_cd", envelope=b"",
        )  # fmt: skip
        recording = Recording.objects.create(
            title=f"Track {place}", isrc=f"DEXX1{(number * TRACKS + place) % 10**7:07}", master=master
        )
        track = Track.objects.create(
            release=release, recording=recording, number=place, title=f"Track {place}", slug=f"t-{place}"
        )
        yield release.id, track.id, party.uid
