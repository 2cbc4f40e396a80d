"""The record of what operators did."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from lathe.basics import clock


class Action(models.Model):
    """One act of one operator on one thing. `subject` names the thing: 'order:<uid>', 'release:<uid>', 'jobs:<kind>',
    'party:<uid>', 'account:<row>'.

    Acts on a thing are numbered from 1 without gaps. A form carries the number its act will have, and the number is
    taken once: so two operators who press at the same moment, or one who presses twice, have one effect.
    """

    class What(models.TextChoices):
        REFUND = "refund", _("Refunded the order")
        RECEIPT = "receipt", _("Sent the receipt again")
        LINK = "link", _("Took the library link")
        PUBLISH = "publish", _("Published the release")
        WITHDRAW = "withdraw", _("Withdrew the release")
        CLAIM = "claim", _("Took a claim and stopped the sale")
        REINSTATE = "reinstate", _("Found a claim unfounded")
        REASSIGN = "reassign", _("Gave what a case held to another rights holder")
        BUYERS = "buyers", _("Refunded the buyers of a case")
        COURT = "court", _("Ended downloads by a court's order")
        PAYOUT = "payout", _("Booked a payout")
        WRITE_OFF = "write_off", _("Wrote off a balance")
        CHARGEBACK = "chargeback", _("Booked a chargeback")
        DEAL = "deal", _("Added terms")
        RETRY = "retry", _("Had dead jobs tried again")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(default=clock.now)
    operator_uid = models.UUIDField(help_text="Opaque id of the person; their address stays with their account.")
    what = models.CharField(max_length=10, choices=What.choices)
    subject = models.CharField(max_length=80)
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="action_number_once")]
