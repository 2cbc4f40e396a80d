"""Raw rows of the books, written past every line of our own code."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from lathe.ledger.models import Account

MOMENT = "2026-03-14 15:09:00+00:00"


def account(code: str = "income:margin", currency: str = "EUR", kind: str = "income") -> Account:
    return Account.objects.get_or_create(code=code, currency=currency, defaults={"kind": kind})[0]


def run(sql: str, *values: object, on: BaseDatabaseWrapper = connection) -> None:  # type: ignore[assignment]
    with on.cursor() as cursor:
        cursor.execute(sql, values)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


@dataclass
class Draft:
    """A transaction to be written by hand."""

    id: UUID = field(default_factory=uuid4)
    key: str = field(default_factory=lambda: uuid4().hex)
    moment: str = MOMENT

    @property
    def raw_id(self) -> object:
        return self.id if connection.vendor == "postgresql" else self.id.hex

    def post(
        self,
        amount: object,
        account: Account,
        currency: str = "EUR",
        on: BaseDatabaseWrapper = connection,  # type: ignore[assignment]
    ) -> None:
        run(
            "INSERT INTO ledger_posting (transaction_id, account_id, amount_micro, currency, line, position, booked_on)"
            f" VALUES (%s, %s, %s, %s, '', 0, '{MOMENT[:10]}')",
            self.raw_id,
            account.pk,
            amount,
            currency,
            on=on,
        )

    def close(self, verb: str = "INSERT", on: BaseDatabaseWrapper = connection) -> None:  # type: ignore[assignment]
        run(
            f'{verb} INTO ledger_transaction (id, "key", digest, kind, subject, occurred_at, booked_at, recorded_at)'
            " VALUES (%s, %s, '', 'sale', '', %s, %s, %s)",
            self.raw_id,
            self.key,
            MOMENT,
            self.moment,
            MOMENT,
            on=on,
        )


def written(amount: int = 5) -> Draft:
    """A sound transaction, written by hand and committed."""
    draft = Draft()
    one, other = account(), account("expenses:gifts", kind="expense")
    with transaction.atomic():
        draft.post(amount, one)
        draft.post(-amount, other)
        draft.close()
    return draft
