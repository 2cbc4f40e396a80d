"""The outbox."""

from __future__ import annotations

from django.db import models

from lathe.basics import clock


class Letter(models.Model):
    """A letter to send. `key` keeps one event from writing two; `sent_at` is empty until the mail server took it."""

    key = models.CharField(max_length=120, unique=True)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    written_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
