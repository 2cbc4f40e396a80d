"""What an act can be about: as the record names it, and as a page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from lathe.catalogue.models import Party, Release
from lathe.ledger.models import Account
from lathe.sales.models import Order


@dataclass(frozen=True)
class Thing:
    """A thing that was acted on: what to call it and the page it has."""

    title: str
    url: str


def order(item: Order) -> str:
    """The name of an order in the record."""
    return f"order:{item.uid}"


def release(item: Release) -> str:
    """The name of a release in the record."""
    return f"release:{item.uid}"


def jobs(kind: str) -> str:
    """The name of a kind of jobs in the record."""
    return f"jobs:{kind}"


def party(item: Party) -> str:
    """The name of a rights holder in the record."""
    return f"party:{item.uid}"


def account(item: Account) -> str:
    """The name of an account of the books in the record: its row, for codes can be too long."""
    return f"account:{item.pk}"


def things(subjects: Iterable[str]) -> dict[str, Thing]:
    """The things behind names of the record. Four queries; what is gone is called by its name."""
    names = set(subjects)
    uids = [name.partition(":")[2] for name in names if name.startswith(("order:", "release:", "party:"))]
    rows = [int(name.removeprefix("account:")) for name in names if name.startswith("account:")]
    found = {name: Thing(name, "") for name in names}
    for kind in (name.removeprefix("jobs:") for name in names if name.startswith("jobs:")):
        found[jobs(kind)] = Thing(kind, reverse("backoffice:jobs"))
    for bought in Order.objects.filter(uid__in=uids):
        title = _("Order %(number)s") % {"number": bought.number}
        found[order(bought)] = Thing(title, reverse("backoffice:order", args=[bought.uid]))
    for music in Release.objects.filter(uid__in=uids):
        found[release(music)] = Thing(music.title, reverse("backoffice:release", args=[music.uid]))
    for holder in Party.objects.filter(uid__in=uids):
        found[party(holder)] = Thing(holder.name, reverse("backoffice:money"))
    for kept in Account.objects.filter(id__in=rows):
        found[account(kept)] = Thing(kept.code, reverse("backoffice:balances"))
    return found
