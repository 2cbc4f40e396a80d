"""The lease table of the embedded engine, and what both engines keep of jobs that are over."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lathe.basics import clock


class Job(models.Model):
    """Work that the embedded engine has to do: one row for each (kind, key) until it is done.

    `due_at` is empty for what is due at once. `leased_by` names the worker at it, `beats` counts up while that one
    lives. `mark` changes with every ask, so that one that comes while the job runs is not lost.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    queue = models.CharField(max_length=40, default="default")
    priority = models.IntegerField(default=0)
    asked_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True)
    mark = models.CharField(max_length=32, default="")
    attempts = models.PositiveIntegerField(default=0)
    leased_by = models.CharField(max_length=40, blank=True, default="")
    beats = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="job_once")]
        indexes = [
            models.Index(fields=["-priority", "id"], condition=Q(leased_by=""), name="job_next"),
            models.Index(fields=["leased_by"], condition=~Q(leased_by=""), name="job_leased"),
        ]


class Trouble(models.Model):
    """How a job failed last, until it succeeds; `dead_at` is set once it is given up."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    attempts = models.PositiveIntegerField()
    failed_at = models.DateTimeField(default=clock.now)
    dead_at = models.DateTimeField(null=True, blank=True, db_index=True)
    last_error = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="trouble_once")]


class Round(models.Model):
    """When a scheduled kind of job was asked for last; the sign that some worker is alive."""

    kind = models.CharField(max_length=60, primary_key=True)
    last_at = models.DateTimeField()


class Tally(models.Model):
    """How many attempts of a kind ended so and took so long, for the metrics.

    `class_ms` is the upper bound of a class of durations, 0 for what lasted longer than the last one.
    """

    kind = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10)
    class_ms = models.PositiveIntegerField()
    count = models.PositiveBigIntegerField(default=0)
    total_ms = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "outcome", "class_ms"], name="tally_once")]
