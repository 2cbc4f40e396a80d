"""Tables of royalties. All but the count of units are append-only, and the database keeps them so (see `guards`)."""

from __future__ import annotations

from django.db import models

from lathe.basics import clock


class ContractVersion(models.Model):
    """One version of the contract with a party: the terms as JSON, as docs/royalties.md describes them."""

    party_uid = models.UUIDField()
    version = models.PositiveIntegerField()
    starts_on = models.DateField()
    terms = models.JSONField()
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party_uid", "version"], name="contract_version_once")]


class MechanicalsVersion(models.Model):
    """One version of the table of who pays authors where, and how much; the operator's, one for the shop."""

    version = models.PositiveIntegerField(unique=True)
    starts_on = models.DateField()
    terms = models.JSONField()
    recorded_at = models.DateTimeField(default=clock.now)


class SplitVersion(models.Model):
    """One version of who shares in a recording or work: counts of `whole`, which the database adds up.

    `shares` is a list of {"party": uid or null, "count": n} in an order that decides ties.
    """

    subject_uid = models.UUIDField(help_text="Opaque id of the recording or work.")
    version = models.PositiveIntegerField()
    starts_on = models.DateField()
    whole = models.BigIntegerField()
    shares = models.JSONField()
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_uid", "version"], name="split_version_once")]


class Settlement(models.Model):
    """What was settled with a party for a period in a currency: `facts` are those of `rules.payouts.Due`."""

    party_uid = models.UUIDField()
    period = models.CharField(max_length=7)
    currency = models.CharField(max_length=3)
    facts = models.JSONField()
    settled_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party_uid", "period", "currency"], name="settlement_once"),
        ]


class UnitCount(models.Model):
    """How many units a party has sold in a period under rules with tiers. Its row orders settlements; each order line
    keeps the number it was given, so that the count can be made again from them."""

    party_uid = models.UUIDField()
    period = models.CharField(max_length=7)
    units = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party_uid", "period"], name="unit_count_once")]
