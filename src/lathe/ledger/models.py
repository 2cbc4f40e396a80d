"""Tables of the books. Guards in the database keep them append-only and balanced (see `guards`)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from lathe.basics import clock


class Account(models.Model):
    """A ledger account, named by a path: `liabilities:payable:<party uid>`. One currency each.

    Debits are positive and credits negative, so an asset's balance is positive and a liability's negative.
    """

    class Kind(models.TextChoices):
        ASSET = "asset", "Asset"
        LIABILITY = "liability", "Liability"
        EQUITY = "equity", "Equity"
        INCOME = "income", "Income"
        EXPENSE = "expense", "Expense"

    code = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "currency"], name="account_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.currency}"


class Transaction(models.Model):
    """One event in the books. `key` makes it happen once; `digest` tells a repeat from a contradiction.

    The row is written after its postings: its INSERT is the moment the database checks their sum.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=120, unique=True)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True, help_text="Opaque id of the order or payment it is about.")
    occurred_at = models.DateTimeField()
    booked_at = models.DateTimeField(help_text="When it counts: as it occurred, or later if its period was closed.")
    recorded_at = models.DateTimeField(default=clock.now)
    rate = models.CharField(max_length=80, blank=True, default="", db_default="")
    rate_source = models.CharField(max_length=80, blank=True, default="", db_default="")
    rate_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["subject"], name="transaction_by_subject")]


class Posting(models.Model):
    """An amount on an account: 10⁻⁶ of the major unit, signed, never zero; `booked_on` is its transaction's UTC day."""

    transaction = models.ForeignKey(Transaction, on_delete=models.DO_NOTHING, related_name="postings")
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="postings")
    amount_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    line = models.CharField(max_length=40, blank=True, help_text="Opaque id of the order line it is about.")
    position = models.PositiveSmallIntegerField(default=0)
    booked_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount_micro=0), name="posting_not_zero")]
        indexes = [models.Index(fields=["account", "booked_on"], name="posting_by_account_and_day")]


class Unsealed(models.Model):
    """A transaction that waits for its seal. The database puts it here itself, and lets it go once it is sealed."""

    transaction = models.OneToOneField(Transaction, on_delete=models.DO_NOTHING, related_name="unsealed")


class Seal(models.Model):
    """A transaction's place in the chain: without gaps from 1, its digest over the link before and what it says.

    A sale and what corrects one get an invoice number too: the next of their series and year, without gaps.
    """

    seq = models.BigIntegerField(primary_key=True)
    transaction = models.OneToOneField(Transaction, on_delete=models.DO_NOTHING, related_name="seal")
    series = models.CharField(max_length=8, blank=True, default="")
    number = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="seal_number_once"),
            models.CheckConstraint(
                condition=Q(series="", number__isnull=True) | (~Q(series="") & Q(number__isnull=False)),
                name="seal_number_has_series",
            ),
        ]


class DayTotal(models.Model):
    """What the sealed postings of an account booked on one day add up to. Derived: `totals.rebuild` makes it anew."""

    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="day_totals")
    day = models.DateField()
    amount_micro = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="day_total_once")]


class Period(models.Model):
    """A month that is closed: nothing is booked in it or before it any more. The chain's head at closing stands on it.

    Its balances go in first and its own row last, as with transactions: from then on it takes no more.
    """

    first_day = models.DateField(primary_key=True)
    last_day = models.DateField(unique=True)
    closed_at = models.DateTimeField(default=clock.now)
    head_seq = models.BigIntegerField()
    head_digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


class PeriodBalance(models.Model):
    """Where an account stood before the first day of a closed month and after its last. Zero at both is left out."""

    period = models.ForeignKey(Period, on_delete=models.DO_NOTHING, related_name="balances")
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="period_balances")
    opening_micro = models.BigIntegerField()
    closing_micro = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "account"], name="period_balance_once")]


class ExchangeRate(models.Model):
    """What one unit of `base` was worth in `quote` on a day, by a source. Exact: a decimal number or a fraction."""

    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    value = models.CharField(max_length=80)
    source = models.CharField(max_length=80)
    on = models.DateField()
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["base", "quote", "on"], name="exchange_rate_once")]


class TaxRecord(models.Model):
    """What tax law wants kept of a supply or its correction (Regulation (EU) 282/2011, art. 63c): no name, no address.

    It lies beside the books, not in them: their chain does not cover it. Amounts are micro and negative where a sale is
    undone. `supplied_on` is the day of the sale, for a correction too. Nothing removes it before `kept_until`.
    """

    transaction = models.OneToOneField(Transaction, on_delete=models.DO_NOTHING, related_name="tax_record")
    order_uid = models.UUIDField(db_index=True)
    supplied_on = models.DateField()
    booked_on = models.DateField(db_index=True)
    country = models.CharField(max_length=2)
    rate_bp = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    net_micro = models.BigIntegerField()
    tax_micro = models.BigIntegerField()
    evidence = models.JSONField(default=dict, help_text="Countries that signs of the buyer's place named.")
    kept_until = models.DateField()
