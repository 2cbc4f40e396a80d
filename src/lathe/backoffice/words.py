"""The shop's codes in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from babel import Locale
from babel.numbers import format_percent
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lathe.basics.money import show_micro
from lathe.basics.territory import TerritorySet
from lathe.catalogue.models import Master, Party
from lathe.delivery.models import Entitlement
from lathe.ledger import accounts
from lathe.ledger.models import Account, Transaction
from lathe.payments.models import Notice, Payment
from lathe.payments.providers import PROVIDERS
from lathe.sales.models import Order

_SHOWN_AS_CREDIT = {accounts.LIABILITY, accounts.INCOME, accounts.EQUITY}


def country(code: str) -> str:
    """A country's name; the code where the language has none."""
    return str(Locale.parse(get_language() or "en", sep="-").territories.get(code, code))


def language(code: str) -> str:
    """A language's name; the code where it has none."""
    return str(Locale.parse(get_language() or "en", sep="-").languages.get(code, code))


def countries(territories: TerritorySet) -> str:
    """A set of countries: 'Everywhere', 'Germany, France', 'Everywhere except Japan'."""
    inside = ", ".join(sorted(country(code) for code in territories.included)) or _("Everywhere")
    if not territories.excluded:
        return inside
    outside = ", ".join(sorted(country(code) for code in territories.excluded))
    return _("%(inside)s except %(outside)s") % {"inside": inside, "outside": outside}


def order_state(state: str) -> str:
    """What has become of an order."""
    return {
        Order.State.PENDING: _("Waiting for payment"),
        Order.State.PAID: _("Paid"),
        Order.State.REFUNDED: _("Refunded"),
        Order.State.CHARGEBACK: _("Charged back"),
        Order.State.ABANDONED: _("Given up"),
    }[Order.State(state)]


def payment_state(state: str) -> str:
    """What has become of a payment."""
    return {
        Payment.State.STARTED: _("Started"),
        Payment.State.PAID: _("Paid"),
        Payment.State.FAILED: _("Failed"),
        Payment.State.REFUNDED: _("Given back"),
        Payment.State.CHARGEBACK: _("Charged back"),
    }[Payment.State(state)]


def notice_outcome(outcome: str) -> str:
    """What the shop did with a notice."""
    return {
        Notice.Outcome.RECEIVED: _("received"),
        Notice.Outcome.APPLIED: _("taken"),
        Notice.Outcome.REFUSED: _("refused"),
    }[Notice.Outcome(outcome)]


def tier(name: str) -> str:
    """How good a cut somebody owns."""
    return {
        Entitlement.Tier.LOSSY: _("Lossy"),
        Entitlement.Tier.CD: _("CD lossless"),
        Entitlement.Tier.HIRES: _("Hi-res lossless"),
    }[Entitlement.Tier(name)]


def verdict(master: Master) -> str:
    """What the measurement of a master says of it, and how sure that is."""
    known = {
        "lossless_hires": _("Lossless, high resolution"),
        "lossless_narrow": _("Lossless, with little above what a CD holds"),
        "lossless_cd": _("Lossless"),
        "silent": _("Silent from beginning to end"),
        "lossy_born": _("Looks as if it had once been lossy"),
        "upsampled": _("Looks upsampled"),
        "padded": _("16 bits of sound in a larger box"),
        "cut_off": _("Begins or ends at full level, as if cut off"),
    }
    if master.verdict not in known:
        return _("Not judged")
    sure = format_percent(master.verdict_confidence, locale=Locale.parse(get_language() or "en", sep="-"))
    return _("%(verdict)s (%(sure)s sure)") % {"verdict": known[master.verdict], "sure": sure}


def provider(name: str) -> str:
    """A payment provider as buyers know it; its name where this version has it no more."""
    return PROVIDERS[name].title if name in PROVIDERS else name


def evidence(source: str) -> str:
    """Where a sign of the buyer's country came from."""
    known = {
        "stated": _("What the buyer chose"),
        "address": _("Network address"),
        "payment": _("Card or account"),
    }
    return known.get(source, source)


def event(transaction: Transaction) -> str:
    """What a transaction in the books is about."""
    if transaction.key.startswith("hold-release:"):
        return _("Balance set free")
    known = {
        "sale": _("Sale"),
        "gift": _("Gift"),
        "refund": _("Refund"),
        "hold": _("Balance set aside"),
        "true-up": _("Price brought to the exact size"),
        "escrow": _("Held apart, or set free, for a case about rights"),
        "overpaid": _("Payment put on the balance"),
        "chargeback": _("Payment charged back"),
        "payment-lost": _("Payment lost"),
        "bad-file": _("Credit for a bad file"),
        "suspense-release": _("Royalties released from suspense"),
    }
    return known.get(transaction.kind, transaction.kind)


def account(code: str, parties: Mapping[str, str]) -> str:
    """A ledger account; `parties` gives names by opaque id, as text."""
    root, _colon, rest = code.partition(":")
    group, _colon, whose = rest.partition(":")
    known = {
        "buyer": _("The buyer's balance"),
        "held": _("Set aside for this order"),
        "payable": _("Owed to %(who)s") % {"who": parties.get(whose, whose)},
        "payout": _("To be paid to %(who)s") % {"who": parties.get(whose, whose)},
        "reserve": _("In reserve for %(who)s") % {"who": parties.get(whose, whose)},
        "advance": _("Advance to %(who)s") % {"who": parties.get(whose, whose)},
        "bank": _("Bank"),
        "escrow": _("Held until a case about rights is settled"),
        "tax": _("Tax for %(country)s") % {"country": country(whose)},
        "processor": _("Held by the payment provider (%(provider)s)") % {"provider": provider(whose)},
        "fees": _("Fee of the payment provider (%(provider)s)") % {"provider": provider(whose)},
        "margin": _("Left to the shop"),
        "gifts": _("Given away by the shop"),
        "bad-files": _("Given back for bad files"),
        "chargebacks": _("Cost of chargebacks (%(provider)s)") % {"provider": provider(whose)},
        "suspense": _("In suspense: it is not known yet whose it is"),
    }
    return known.get(group, code) if root in accounts.KINDS else code


def amount_micro(micro: int, of: Account) -> int:
    """A posting's amount as people count it: what is owed or earned is positive, as is what is held or spent."""
    return -micro if of.kind in _SHOWN_AS_CREDIT else micro


def party_names(uids: Iterable[UUID]) -> dict[str, str]:
    """Names of rights holders by their opaque ids, as text."""
    return {str(uid): name for uid, name in Party.objects.filter(uid__in=set(uids)).values_list("uid", "name")}


def micro(amount: int, currency: str) -> str:
    """An amount of the books in the reader's language, with four decimals."""
    return show_micro(amount, currency, (get_language() or "en").replace("-", "_"))
