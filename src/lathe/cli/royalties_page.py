"""What `lathe royalties` shows: contracts, payments and what waits, as lines or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from lathe.basics.money import MICRO
from lathe.catalogue.models import Party
from lathe.cli import output
from lathe.royalties import queries
from lathe.royalties.rules import facts, terms
from lathe.royalties.rules.contracts import Rule
from lathe.royalties.rules.payouts import Due
from lathe.sales.replay import Report
from lathe.sales.suspense import Waiting


def show_contract(holder: Party, *, as_json: bool) -> None:
    """Every version of a contract, oldest first."""
    versions = queries.versions(holder.uid)
    if as_json:
        output.show_json([{"version": row.version, **row.terms} for row in versions])
        return
    if not versions:
        output.say(
            f"{holder.name} has no contract. What is sold waits in suspense; `lathe royalties contract` signs one."
        )
    for row in versions:
        contract = terms.contract(row.terms, row.party_uid, row.version)
        output.say(f"{holder.name}, version {row.version}, from {row.starts_on.isoformat()} on", bold=True)
        for rule in contract.rules:
            output.say(f"  {rule.name}: {_scope(rule)}")


def _scope(rule: Rule) -> str:
    """Where a rule holds and what it charges, in short; the file says the rest."""
    scope, rate = rule.scope, rule.rate
    where = [str(scope.territories), *sorted(scope.storefronts), *sorted(scope.uses)]
    days = [f"from {scope.starts_on}"] * bool(scope.starts_on) + [f"until {scope.ends_on}"] * bool(scope.ends_on)
    charged = ["a fixed sum"] if rate.fixed else [f"{rate.share} of {rate.base.value}"]
    charged += ["at least the wholesale price"] * rate.has_wholesale_floor + ["a floor"] * bool(rate.floor)
    charged += ["minimums by track"] * bool(rate.steps) + [f"{len(rate.tiers)} tiers a {rule.every}"] * bool(rate.tiers)
    return ", ".join([*where, *days]) + ": " + ", ".join(charged)


def show_due(holder: Party, found: Sequence[Due], *, as_json: bool) -> None:
    """What a party is paid, step by step, a block a currency."""
    if as_json:
        output.show_json([facts.plain(due) | {"payout": str(due.payout)} for due in found])
        return
    if not found:
        output.say(f"{holder.name} has earned nothing yet.")
    for due in found:
        output.say(f"{holder.name}, {due.period}, {due.currency}", bold=True)
        for words, micro in _steps(due):
            output.say(f"  {words:24} {_amount(micro):>16}")


def _steps(due: Due) -> list[tuple[str, int]]:
    steps = [
        ("owed before", due.opening_micro),
        ("earned", due.earned_micro),
        ("held in reserve", -due.reserve_held_micro),
        ("reserve set free", due.reserve_released_micro),
        ("advance earned back", -due.recouped_micro),
        ("carried forward", -due.carried_micro),
        ("rounding", due.rounding_micro),
        ("tax withheld", -due.withholding_micro),
        ("VAT", due.vat_micro),
    ]
    return [*(step for step in steps if step[1]), ("to be paid", due.payout_micro)]


def show_waiting(items: Sequence[Waiting]) -> None:
    """What waits in suspense, line by line."""
    for item in items:
        why = f"nobody is named for {', '.join(str(uid) for uid in item.subjects)}" if item.subjects else _no_rule(item)
        order = item.line.order
        output.say(
            f"{order.placed_at:%Y-%m-%d}  {order.number}  {item.line.title[:40]:40}"
            f" {_amount(item.amount_micro):>14} {order.currency}  {why}"
        )
    output.say("Nothing waits in suspense." if not items else f"{len(items)} lines wait.")


def show_check(report: Report, *, as_json: bool) -> None:
    """What a replay looked at, and what it found."""
    if as_json:
        output.show_json(asdict(report))
        return
    for finding in report.findings:
        output.warn(finding.sentence)
    found = f"{len(report.findings)} findings" if report.findings else "all as the books say"
    output.say(f"Replayed {report.lines} lines: {found}.")


def _no_rule(item: Waiting) -> str:
    return f"{item.line.release.label.name} has no contract that holds"


def _amount(micro: int) -> str:
    whole, part = divmod(abs(micro), MICRO)
    return f"{'-' if micro < 0 else ''}{whole}.{part:06d}"
