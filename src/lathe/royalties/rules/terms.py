"""Terms as people write them: a contract or the table of mechanicals, from a TOML file or the database's JSON.

docs/royalties.md describes the format; `contract` and `mechanicals` read it, and refuse it whole where it is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any
from uuid import UUID

from lathe.basics.territory import TerritorySet
from lathe.royalties.rules import periods
from lathe.royalties.rules.contracts import Contract, Mechanicals, Payer, Payment, Rule, Vat
from lathe.royalties.rules.rates import Base, Longer, Rate, Step, Tier
from lathe.royalties.rules.reading import Table, number, share
from lathe.royalties.rules.scopes import Scope

_NOTHING = Fraction(0)


def contract(plain: Mapping[str, Any], party: UUID, version: int = 0) -> Contract:
    """Read a contract. Raises BadTerms that names every mistake."""
    table = Table(plain)
    starts_on = table.day("starts_on", required=True) or date.min
    rules = _rules(table, Payer.LABEL)
    payment = _payment(table.table("payment"))
    table.done()
    if not table.has("rule"):
        table.complain("there is no [[rule]]; a contract needs one at least.")
    table.refuse("The contract")
    return Contract(party, version, starts_on, rules, payment)


def mechanicals(plain: Mapping[str, Any], version: int = 0) -> Mechanicals:
    """Read the table of who pays the authors. Raises BadTerms that names every mistake."""
    table = Table(plain)
    starts_on = table.day("starts_on", required=True) or date.min
    rules = _rules(table, None)
    table.done()
    table.refuse("The table of mechanicals")
    return Mechanicals(version, starts_on, rules)


def as_json(plain: Mapping[str, Any]) -> dict[str, Any]:
    """What a TOML file says as JSON holds it: dates as text."""
    return {key: _json(value) for key, value in plain.items()}


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return as_json(value)
    return [_json(item) for item in value] if isinstance(value, list) else value


def _rules(table: Table, payer: Payer | None) -> tuple[Rule, ...]:
    rules = [_rule(item, place, payer) for place, item in enumerate(table.tables("rule"), 1)]
    names = [rule.name for rule in rules]
    for name in sorted({name for name in names if names.count(name) > 1}):
        table.complain(f"two rules are named {name!r}; statements tell rules apart by their names.")
    return tuple(rules)


def _rule(table: Table, place: int, payer: Payer | None) -> Rule:
    rule = Rule(
        name=table.text("name", default=f"rule {place}"),
        scope=_scope(table),
        rate=_rate(table),
        every=table.text("tiers_count_by", default="year", allowed=periods.LENGTHS),
        payer=payer or Payer(table.text("payer", default="store", allowed=tuple(one.value for one in Payer))),
    )
    table.done()
    if payer is None and rule.rate.tiers:
        table.complain("the table of mechanicals has no tiers; name a share.")
    return rule


def _scope(table: Table) -> Scope:
    named, barred = table.texts("territories"), table.texts("except_territories")
    territories = table.made("territories", lambda: TerritorySet.of(named, barred))
    starts_on, ends_on = table.day("from"), table.day("until")
    if starts_on and ends_on and ends_on < starts_on:
        table.complain(f"it ends ({ends_on.isoformat()}) before it starts ({starts_on.isoformat()}).")
    return Scope(
        territories=territories or TerritorySet(),
        storefronts=frozenset(table.texts("storefronts")),
        uses=frozenset(table.texts("uses")),
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _rate(table: Table) -> Rate:
    rate = Rate(
        share=table.read("share", share, _NOTHING),
        base=Base(table.text("of", default="net", allowed=tuple(one.value for one in Base))),
        has_wholesale_floor=table.flag("wholesale_floor"),
        floor=table.amounts("floor"),
        fixed=table.amounts("fixed"),
        is_per_track=table.text("fixed_per", default="cut", allowed=("cut", "track")) == "track",
        steps=tuple(_step(item) for item in table.tables("minimum")),
        longer=tuple(_longer(item) for item in table.tables("longer")),
        tiers=tuple(_tier(item) for item in table.tables("tier")),
    )
    if rate.fixed and (rate.share or rate.tiers or rate.steps or rate.floor or rate.has_wholesale_floor):
        table.complain("`fixed` stands alone: with it there is no share, floor, minimum or tier.")
    ordered = {
        "minimum": [step.tracks for step in rate.steps],
        "longer": [item.over_s for item in rate.longer],
        "tier": [tier.from_unit for tier in rate.tiers],
    }
    for key, places in ordered.items():
        if any(after <= before for before, after in pairwise(places)):
            table.complain(f"the [[{key}]] tables must come in rising order; they are {places}.")
    return rate


def _step(table: Table) -> Step:
    step = Step(table.integer("tracks", 1, 10_000), table.amounts("each"))
    if not step.each:
        table.complain('`each` is missing: what a track brings at least, as in "0.05GBP".')
    table.done()
    return step


def _longer(table: Table) -> Longer:
    longer = Longer(table.integer("over_s", 1, 1_000_000), table.read("times", number, Fraction(1), required=True))
    table.done()
    return longer


def _tier(table: Table) -> Tier:
    tier = Tier(table.integer("from_unit", 1, 10**12), table.read("share", share, _NOTHING, required=True))
    table.done()
    return tier


def _payment(table: Table) -> Payment:
    payment = Payment(
        minimum=table.amounts("minimum"),
        reserve=table.read("reserve", share, _NOTHING),
        reserve_periods=table.integer("reserve_periods", 0, 60, default=0),
        withholding=table.read("withholding", share, _NOTHING),
        vat=Vat(table.text("vat", default="none", allowed=tuple(one.value for one in Vat))),
        vat_rate=table.read("vat_rate", share, _NOTHING),
    )
    table.done()
    if bool(payment.reserve) != bool(payment.reserve_periods):
        table.complain("`reserve` and `reserve_periods` belong together: how much is held back, and for how long.")
    if (payment.vat is Vat.DOMESTIC) != bool(payment.vat_rate):
        table.complain('`vat_rate` is named with vat = "domestic", and only with it.')
    return payment
