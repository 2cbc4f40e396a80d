"""What is to be paid out: the payouts of the periods that were settled for a month's end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from lathe.basics.money import Money
from lathe.catalogue.models import Party
from lathe.reports.material import Due
from lathe.reports.models import Particulars
from lathe.reports.rules import Window
from lathe.royalties import queries as royalties


def dues(window: Window, currency: str) -> list[Due]:
    """Every party that a settled period which ends with the window pays anything, by name. Three queries.

    What is owed to somebody the catalogue does not know is left to the operator, who sees it in the ledger.
    """
    last_day = (window.end - timedelta(days=1)).date()
    owed = {due.party: due.payout for due in royalties.payouts_until(last_day, currency)}
    parties = {party.uid: party.name for party in Party.objects.filter(uid__in=owed)}
    bank = {item.whom: item for item in Particulars.objects.filter(whom__in=[str(uid) for uid in owed])}
    return [
        _due(uid, name, owed[uid], bank.get(str(uid)))
        for uid, name in sorted(parties.items(), key=lambda pair: pair[1])
    ]


def _due(uid: UUID, name: str, amount: Money, bank: Particulars | None) -> Due:
    if bank is None:
        return Due(uid, name, amount, name, "", "")
    return Due(uid, name, amount, bank.account_holder or name, bank.iban, bank.bic)
