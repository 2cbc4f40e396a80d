"""Tables of reports: what was issued, and what reports and banks need to know of a party.

What is issued is never changed or removed, by guards in the database (see `guards`).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from lathe.basics import clock


class Issue(models.Model):
    """One report as it was issued: its number, what it covers, and a digest that covers it and the issue before it.

    `party_uid` is empty for a report on the whole shop. It covers the postings before the end of `month` (its first
    day) within the first `last_posting` of the books, less what the issue before it for the same party and currency
    covered. Amounts are micro; owed is positive. The row is written after its files: it closes them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    party_uid = models.UUIDField(null=True, blank=True)
    month = models.DateField()
    currency = models.CharField(max_length=3)
    opening_micro = models.BigIntegerField()
    closing_micro = models.BigIntegerField()
    last_posting = models.PositiveBigIntegerField()
    books_head = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="issue_number_once"),
            models.UniqueConstraint(fields=["series", "party_uid", "month", "currency"], name="issue_once"),
            models.UniqueConstraint(
                fields=["series", "month", "currency"], condition=Q(party_uid__isnull=True), name="issue_shop_once"
            ),
        ]


class IssuedFile(models.Model):
    """One file of an issued report. Its bytes lie in the documents store under `object_key`."""

    issue = models.ForeignKey(Issue, on_delete=models.DO_NOTHING, related_name="files")
    report = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["issue", "report"], name="issued_file_once")]

    @property
    def object_key(self) -> str:
        """Where the bytes lie in the documents store."""
        return f"reports/{self.sha256[:2]}/{self.sha256}"


class Particulars(models.Model):
    """What reports and banks need to know of a party, or of the shop.

    `whom` is the party's opaque id, or 'shop'. `dpid` is a DDEX Party Id. Bank details stand here, never in the ledger.
    """

    SHOP = "shop"

    whom = models.CharField(max_length=36, unique=True)
    dpid = models.CharField(max_length=18, blank=True)
    account_holder = models.CharField(max_length=70, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    edited_at = models.DateTimeField(default=clock.now)
