"""Tables of money on its way in."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from lathe.basics import clock
from lathe.basics.money import Money


class Payment(models.Model):
    """One attempt to pay one order through one provider. `reference` is the provider's own id of it."""

    class State(models.TextChoices):
        STARTED = "started", "Started"
        PAID = "paid", "Paid"
        FAILED = "failed", "Failed"
        REFUNDED = "refunded", "Refunded"
        CHARGEBACK = "chargeback", "Charged back"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order_uid = models.UUIDField(db_index=True)
    provider = models.CharField(max_length=40)
    reference = models.CharField(max_length=120)
    amount_minor = models.PositiveBigIntegerField()
    refunded_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    fee_micro = models.BigIntegerField(default=0)
    chargeback_fee_micro = models.BigIntegerField(default=0)
    country = models.CharField(max_length=2, blank=True, help_text="The country of the card or account, as evidence.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    started_at = models.DateTimeField(default=clock.now)
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="payment_reference_once"),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=models.F("amount_minor")), name="payment_refund_bound"
            ),
        ]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def refunded(self) -> Money:
        return Money(self.refunded_minor, self.currency)


class Notice(models.Model):
    """A provider's signed word about a payment, kept as it came. One id of one provider counts once."""

    class Outcome(models.TextChoices):
        RECEIVED = "received", "Received"
        APPLIED = "applied", "Applied"
        REFUSED = "refused", "Refused"

    provider = models.CharField(max_length=40)
    notice_id = models.CharField(max_length=120)
    reference = models.CharField(max_length=120)
    body = models.TextField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RECEIVED)
    reason = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "notice_id"], name="notice_once")]


class DemoCharge(models.Model):
    """What the demo processor knows of a payment: its own books, as a real processor has them on its side."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        PAID = "paid", "Paid"
        CANCELLED = "cancelled", "Cancelled"
        REFUNDED = "refunded", "Refunded"
        CHARGEBACK = "chargeback", "Charged back"

    class Behaviour(models.TextChoices):
        NORMAL = "normal", "One notice, at once"
        DELAYED = "delayed", "One notice, late"
        REPEATED = "repeated", "The same notice five times"
        FORGED = "forged", "A notice with a forged signature"
        WRONG_AMOUNT = "wrong_amount", "A payment of another amount"
        FAILED_AFTER = "failed_after", "A notice of failure after the one of payment"
        FAILED_BEFORE = "failed_before", "A notice of failure before the one of payment"
        LOST = "lost", "No notice at all"
        CHARGEBACK = "chargeback", "A notice of chargeback after the one of payment"

    reference = models.CharField(max_length=60, unique=True)
    amount_minor = models.PositiveBigIntegerField()
    taken_minor = models.PositiveBigIntegerField(default=0)
    refunded_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    return_url = models.CharField(max_length=500)
    notify_url = models.CharField(max_length=500)
    behaviour = models.CharField(max_length=14, choices=Behaviour.choices, default=Behaviour.NORMAL)
    delay_s = models.PositiveSmallIntegerField(default=10)
    notices_made = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=models.F("taken_minor")), name="demo_charge_refund_bound"
            )
        ]

    @property
    def amount(self) -> Money:
        """What was asked for."""
        return Money(self.amount_minor, self.currency)

    @property
    def taken(self) -> Money:
        """What the card was charged; the same as asked for, unless it is to behave otherwise."""
        return Money(self.taken_minor, self.currency)

    @property
    def refunded(self) -> Money:
        """What was given back so far."""
        return Money(self.refunded_minor, self.currency)
