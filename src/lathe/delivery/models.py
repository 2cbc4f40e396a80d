"""Tables of what is owned and what has been cut."""

from __future__ import annotations

import uuid

from django.db import models

from lathe.accounts.models import Person
from lathe.basics import clock
from lathe.catalogue.models import Master, Release, Track


class Entitlement(models.Model):
    """What a buyer owns: one track, up to a ceiling, in the format ordered and anything no larger within its tier.

    Ends only by refund, chargeback or court order, and then says so.
    """

    class Tier(models.TextChoices):
        LOSSY = "lossy", "Lossy"
        CD = "cd", "CD lossless"
        HIRES = "hires", "Hi-res lossless"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="entitlements")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="entitlements")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="entitlements")
    order_uid = models.UUIDField(db_index=True)
    line_uid = models.UUIDField()
    format = models.CharField(max_length=64)
    tier = models.CharField(max_length=10, choices=Tier.choices)
    by_size = models.BooleanField(default=False, help_text="Bought by size: the ceiling is the ordered format itself.")
    granted_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line_uid", "track"], name="entitlement_once")]


class Rendition(models.Model):
    """A finished body in the store: master × format × build. `facts` is what its heads are made from.

    It may not be evicted before `held_until`.
    """

    key = models.CharField(max_length=64, primary_key=True)
    master = models.ForeignKey(Master, on_delete=models.CASCADE, related_name="renditions")
    format = models.CharField(max_length=64)
    build = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    facts = models.JSONField()
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(default=clock.now, db_index=True)
    held_until = models.DateTimeField(default=clock.now)
    is_stored = models.BooleanField(default=True)


class CutLease(models.Model):
    """Who is at the body of a key, encoding, storing or removing it. Runs out by itself."""

    key = models.CharField(max_length=64, primary_key=True)
    holder = models.CharField(max_length=40)
    priority = models.SmallIntegerField()
    until = models.DateTimeField()


class MadeFile(models.Model):
    """A finished file as buyers get it, with the SHA-256 that is published under its key."""

    key = models.CharField(max_length=64, primary_key=True)
    rendition = models.ForeignKey(Rendition, on_delete=models.CASCADE, related_name="files")
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    crc32 = models.PositiveBigIntegerField()
    made_at = models.DateTimeField(default=clock.now)
