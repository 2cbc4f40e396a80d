"""Tables of baskets and orders."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from lathe.accounts.models import Person
from lathe.basics import clock
from lathe.basics.money import Money
from lathe.catalogue.models import Release, Track
from lathe.storefronts.models import Storefront


class Basket(models.Model):
    """What a visitor means to buy. The visitor's session holds `uid`, nothing else does."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    storefront = models.ForeignKey(Storefront, on_delete=models.CASCADE)
    touched_at = models.DateTimeField(default=clock.now)


class BasketLine(models.Model):
    """One cut wanted: a release, or one track of it, in a format (canonical text)."""

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    release = models.ForeignKey(Release, on_delete=models.CASCADE)
    track = models.ForeignKey(Track, null=True, blank=True, on_delete=models.CASCADE)
    format = models.CharField(max_length=64)
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["basket", "release"], condition=Q(track__isnull=True), name="basket_release_once"
            ),
            models.UniqueConstraint(fields=["basket", "track"], name="basket_track_once"),
        ]


class Order(models.Model):
    """An order. `number` is what people read out; `uid` is the opaque id the books hold.

    Prices include tax; `tax_rate_bp` is in basis points (1900 for 19 %). E-mail and evidence stay here, outside the
    ledger.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Waiting for payment"
        PAID = "paid", "Paid"
        REFUNDED = "refunded", "Refunded"
        CHARGEBACK = "chargeback", "Charged back"
        ABANDONED = "abandoned", "Given up"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    storefront = models.ForeignKey(Storefront, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders")
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=12, default="en")
    basket_uid = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    currency = models.CharField(max_length=3)
    territory = models.CharField(max_length=2)
    evidence = models.JSONField(default=dict)
    tax_rate_bp = models.PositiveIntegerField()
    total_minor = models.PositiveBigIntegerField()
    tax_minor = models.PositiveBigIntegerField()
    balance_minor = models.PositiveBigIntegerField(default=0, help_text="The part paid from the buyer's balance.")
    below_cost_micro = models.PositiveBigIntegerField(
        default=0, help_text="What the shop adds to this sale, by what was reckoned at checkout: millionths."
    )
    gift_reason = models.CharField(max_length=300, blank=True, help_text="Set where the shop gave it; nothing is paid.")
    consent_text = models.TextField()
    consented_at = models.DateTimeField()
    placed_at = models.DateTimeField(default=clock.now)
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(balance_minor__lte=models.F("total_minor")), name="order_balance_bound"),
            models.CheckConstraint(condition=Q(tax_minor__lte=models.F("total_minor")), name="order_tax_bound"),
        ]

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency)

    @property
    def due(self) -> Money:
        """What a provider must collect: the total less the balance used."""
        return Money(self.total_minor - self.balance_minor, self.currency)


class OrderLine(models.Model):
    """One cut sold, with all that its price and its right rested on at that moment."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    release = models.ForeignKey(Release, on_delete=models.PROTECT)
    track = models.ForeignKey(Track, null=True, blank=True, on_delete=models.PROTECT)
    title = models.CharField(max_length=300)
    format = models.CharField(max_length=64)
    format_label = models.CharField(max_length=40)
    size_bytes = models.PositiveBigIntegerField()
    size_is_exact = models.BooleanField()
    price_minor = models.PositiveBigIntegerField()
    full_price_minor = models.PositiveBigIntegerField(help_text="What it costs who owns nothing of it.")
    tax_minor = models.PositiveBigIntegerField()
    deal_uid = models.UUIDField()
    grant_uid = models.UUIDField()
    party_uid = models.UUIDField()
    wholesale_micro = models.BigIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField()
    royalty_version = models.PositiveIntegerField(null=True, blank=True)
    royalties = models.JSONField(
        default=dict, help_text="What was decided for it: see `lathe.royalties.rules.decisions`."
    )
    refunded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.order.currency)

    @property
    def full_price(self) -> Money:
        return Money(self.full_price_minor, self.order.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.order.currency)


class Refund(models.Model):
    """Money given back for an order, whole. One a order; its ledger transaction undoes the sale's own postings."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="refund")
    reason = models.CharField(max_length=300)
    made_by = models.UUIDField(help_text="Opaque id of the operator.")
    made_at = models.DateTimeField(default=clock.now)
