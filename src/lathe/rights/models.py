"""Tables of mandate and terms. Parties, releases and tracks are named by their opaque ids."""

from __future__ import annotations

import copy
import uuid
from functools import lru_cache

from django.db import models
from django.db.models import Q

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.basics.territory import TerritorySet
from lathe.catalogue.models import Party, Release, Track
from lathe.rights.rules import MAKE_AVAILABLE, PAY_AS_YOU_GO, PERMANENT_DOWNLOAD


@lru_cache(maxsize=4096)
def _territories(inside: tuple[str, ...], outside: tuple[str, ...]) -> TerritorySet:
    """What a row says. It holds ISO codes alone, and is read as it is: a set of nothing covers nothing."""
    return TerritorySet(frozenset(inside), frozenset(outside))


class Grant(models.Model):
    """Proof of mandate: a signed document by which a rights holder lets the shop sell its repertoire.

    Dates are inclusive. Territories are ISO 3166 codes; an empty list of included ones means worldwide. `right` is
    named as DDEX does (MakeAvailable carries a sale). `repertoire` holds the opaque ids of releases and recordings;
    empty is all that the grantor delivers. `storefronts` holds codes; empty is all. A row is one version: what is
    said anew is a row of its own, and the one before is marked as replaced.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    grantor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="grants")
    right = models.CharField(max_length=40, default=MAKE_AVAILABLE)
    territories_in = models.JSONField(default=list, blank=True)
    territories_out = models.JSONField(default=list, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    signed_by = models.CharField(max_length=200, help_text="All who signed, parted by semicolons.")
    signed_on = models.DateField()
    document_sha256 = models.CharField(max_length=64)
    document_name = models.CharField(max_length=200)
    repertoire = models.JSONField(default=list, blank=True)
    storefronts = models.JSONField(default=list, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grantor", "document_sha256", "right"],
                condition=Q(replaced_at__isnull=True),
                name="grant_document_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grantor}: {self.document_name}"

    @property
    def territories(self) -> TerritorySet:
        return _territories(tuple(self.territories_in), tuple(self.territories_out))

    @property
    def signatories(self) -> list[str]:
        return [name.strip() for name in self.signed_by.split(";") if name.strip()]


class Deal(models.Model):
    """Terms for one release, or for one track of it sold alone (DDEX: a track release with a deal of its own).

    `model` and `use` are named as DDEX does; only PayAsYouGoModel with PermanentDownload is sold. `price_minor` is the
    retail price, tax included; `floor_minor` the lowest retail price that may be asked; `wholesale_minor` the PPD, net
    of tax, where the terms name one. A deal without a retail price has it from the rate card: by `price_code` and
    `price_type`, or as the operator's contract says. `clip_s`: how many seconds of a track may be heard before it is
    bought, where they name that. Dates are inclusive; `starts_at` and `ends_at` say it to the second in their place
    (ISO 8601; without a zone it is the buyer's own time). `instant_tracks` are opaque ids of the tracks that a
    pre-order gives at once. `storefronts` holds codes; empty is all.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="deals")
    track = models.ForeignKey(Track, null=True, blank=True, on_delete=models.CASCADE, related_name="deals")
    model = models.CharField(max_length=40, default=PAY_AS_YOU_GO)
    use = models.CharField(max_length=40, default=PERMANENT_DOWNLOAD)
    territories_in = models.JSONField(default=list, blank=True)
    territories_out = models.JSONField(default=list, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    starts_at = models.CharField(max_length=40, blank=True)
    ends_at = models.CharField(max_length=40, blank=True)
    pre_order_from = models.DateField(null=True, blank=True)
    instant_tracks = models.JSONField(default=list, blank=True)
    storefronts = models.JSONField(default=list, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    price_minor = models.PositiveIntegerField(null=True, blank=True)
    price_code = models.CharField(max_length=40, blank=True)
    price_type = models.CharField(max_length=40, blank=True)
    floor_minor = models.PositiveIntegerField(default=0)
    wholesale_minor = models.PositiveIntegerField(null=True, blank=True)
    clip_s = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: heard whole before buying.")
    recorded_at = models.DateTimeField(default=clock.now)
    replaced_at = models.DateTimeField(null=True, blank=True, help_text="A deal that was replaced stays as evidence.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gte=models.F("floor_minor")), name="deal_price_over_floor"),
            models.CheckConstraint(
                condition=Q(price_code="") | Q(price_minor__isnull=True, wholesale_minor__isnull=True),
                name="deal_price_code_alone",
            ),
        ]

    @property
    def territories(self) -> TerritorySet:
        return _territories(tuple(self.territories_in), tuple(self.territories_out))

    @property
    def is_for_sale(self) -> bool:
        """Whether its commercial model and use are what this shop sells by."""
        return (self.model, self.use) == (PAY_AS_YOU_GO, PERMANENT_DOWNLOAD)

    @property
    def price(self) -> Money:
        """The retail price. Raises ValueError where the deal has none of its own: see `at_rate`."""
        if self.price_minor is None:
            raise ValueError(f"The deal {self.uid} has no price of its own; the rate card has it.")
        return Money(self.price_minor, self.currency)

    def at_rate(self, rate: Rate) -> Deal:
        """This deal with what the rate card says of its price: for this sale only, never to be saved."""
        priced = copy.copy(self)
        priced.currency, priced.price_minor = rate.currency, rate.price_minor
        priced.floor_minor = max(self.floor_minor if self.currency == rate.currency else 0, rate.floor_minor)
        if self.wholesale_minor is None:
            priced.wholesale_minor = rate.wholesale_minor
        return priced

    @property
    def floor(self) -> Money:
        return Money(self.floor_minor, self.currency)

    @property
    def wholesale(self) -> Money | None:
        return None if self.wholesale_minor is None else Money(self.wholesale_minor, self.currency)


class Rate(models.Model):
    """One line of the operator's rate card: what a price code comes to, from a day on, in a territory and a currency.

    An empty `code` is for deals that name no code: wholesale prices alone, or as the contract says; it is for whole
    releases or for single tracks. An empty `territory` is every other. `price_minor` is the retail price, tax included;
    `wholesale_minor` the PPD, net of tax. The latest that has begun counts, the one for the territory first; no line is
    ever changed.
    """

    class Scope(models.TextChoices):
        ANY = "", "Releases and tracks"
        RELEASE = "release", "Releases"
        TRACK = "track", "Tracks"

    code = models.CharField(max_length=40, blank=True)
    price_type = models.CharField(max_length=40, blank=True)
    scope = models.CharField(max_length=10, choices=Scope.choices, blank=True, default=Scope.ANY)
    territory = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3)
    price_minor = models.PositiveIntegerField()
    floor_minor = models.PositiveIntegerField(default=0)
    wholesale_minor = models.PositiveIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gte=models.F("floor_minor")), name="rate_price_over_floor"),
        ]


class Suspension(models.Model):
    """A stop sign on a release or a track, set and lifted by hand."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="suspensions")
    track = models.ForeignKey(Track, null=True, blank=True, on_delete=models.CASCADE, related_name="suspensions")
    reason = models.CharField(max_length=300)
    since = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True, blank=True)


class Decision(models.Model):
    """One decision that something may be sold, made when its order was placed; append-only by the database's guards.

    `content` says all of it as JSON (see `decisions`), opaque ids and no personal data; the other columns repeat what
    decisions are looked for by.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line_uid = models.UUIDField(unique=True, help_text="Opaque id of the order line that was sold on it.")
    order_uid = models.UUIDField(db_index=True)
    release_uid = models.UUIDField()
    track_uid = models.UUIDField(null=True)
    territory = models.CharField(max_length=2)
    at = models.DateTimeField()
    content = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["release_uid", "territory", "at"], name="decision_by_release")]


class Seal(models.Model):
    """One link of the chain of decisions: `digest` covers the decision's content and the digest before (basics.chain).

    Append-only by the database's guards. Numbers begin at 1 and have no gaps.
    """

    number = models.BigIntegerField(primary_key=True)
    decision = models.OneToOneField(Decision, on_delete=models.DO_NOTHING, related_name="seal")
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=clock.now)


class Case(models.Model):
    """A claim that something is sold without right. `number` is what people read out; `events` are its whole history.

    `claimant` and `claim` may name people; neither is ever chained or posted.
    """

    class State(models.TextChoices):
        SUSPENDED = "suspended", "Sales stopped"
        REINSTATED = "reinstated", "Back on sale"
        REASSIGNED = "reassigned", "Given to another rights holder"
        REFUNDED = "refunded", "Buyers refunded"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="cases")
    track = models.ForeignKey(Track, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    suspension = models.OneToOneField(Suspension, on_delete=models.PROTECT, related_name="case")
    claimant = models.CharField(max_length=200)
    claimant_email = models.EmailField(max_length=254, blank=True)
    claim = models.TextField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.SUSPENDED)
    received_at = models.DateTimeField(default=clock.now)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.SUSPENDED


class CaseEvent(models.Model):
    """One thing that happened in a case, in order from 1; append-only by the database's guards."""

    case = models.ForeignKey(Case, on_delete=models.DO_NOTHING, related_name="events")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    what = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    by_uid = models.UUIDField(null=True, help_text="Opaque id of the operator.")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="case_event_once")]
