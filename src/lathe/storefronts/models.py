"""Tables of storefronts."""

from __future__ import annotations

from django.db import models

from lathe.storefronts.rules import BelowCost, Pricing, SizePrice


class Storefront(models.Model):
    """A shop front. `size_price_minor` is what a megabyte (10⁶ bytes of body) costs where pricing is by size."""

    class Theme(models.TextChoices):
        ARCUEIL = "arcueil", "Arcueil"
        SIGNAL = "signal", "Signalwerk"

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    domain = models.CharField(max_length=253, blank=True, help_text="Host name; empty answers all others.")
    theme = models.CharField(max_length=20, choices=Theme.choices, default=Theme.ARCUEIL)
    language = models.CharField(max_length=12, default="en")
    currency = models.CharField(max_length=3, default="EUR")
    home_territory = models.CharField(max_length=2, default="DE")
    sells_to = models.JSONField(
        default=list, blank=True, help_text="ISO codes of the countries sold to; empty: the EU."
    )
    seller = models.CharField(max_length=200, help_text="Who sells, as printed on receipts.")
    contact_email = models.EmailField()
    pricing = models.CharField(
        max_length=10, choices=[(p.value, p.value) for p in Pricing], default=Pricing.BY_TRACK.value
    )
    size_price_minor = models.PositiveIntegerField(default=3)
    below_cost = models.CharField(
        max_length=10,
        choices=[(p.value, p.value) for p in BelowCost],
        default=BelowCost.FLAG.value,
        help_text="What becomes of a sale that costs more than it brings.",
    )
    payment_fee_bp = models.PositiveIntegerField(
        default=0, help_text="What a payment costs, in basis points of it, where a sale's cost is reckoned beforehand."
    )
    payment_fee_minor = models.PositiveIntegerField(default=0, help_text="What each payment costs besides.")

    def __str__(self) -> str:
        return self.name

    @property
    def size_price(self) -> SizePrice:
        return SizePrice(minor_per_megabyte=self.size_price_minor, currency=self.currency)
