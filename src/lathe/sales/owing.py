"""What the lines of an order owe to whom: decided once, by the terms of the day of the order, and kept on the line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from uuid import UUID

from lathe.basics.money import Money
from lathe.catalogue.models import Track
from lathe.catalogue.queries import works_in
from lathe.rights.rules import PERMANENT_DOWNLOAD
from lathe.royalties import actions as royalties
from lathe.royalties import queries as agreed
from lathe.royalties.rules import owing, suspense
from lathe.royalties.rules.decisions import Owed, Part
from lathe.royalties.rules.owing import Piece, Sold, Terms
from lathe.royalties.rules.periods import Period
from lathe.royalties.rules.scopes import Ask
from lathe.sales import taxes
from lathe.sales.models import Order, OrderLine
from lathe.sales.rules import LineTerms

Works = Mapping[UUID, tuple[tuple[UUID, Fraction], ...]]


@dataclass(frozen=True)
class Worth:
    """A line at a price with its tax: as it was sold, by its exact size, or what it is worth as a gift."""

    line: OrderLine
    price: Money
    tax: Money
    is_upgrade: bool

    @classmethod
    def sold(cls, line: OrderLine) -> Worth:
        return cls(line, line.price, line.tax, line.price_minor != line.full_price_minor)

    @classmethod
    def at(cls, line: OrderLine, price: Money, *, is_upgrade: bool) -> Worth:
        return cls(line, price, taxes.part(price, line.order.tax_rate_bp), is_upgrade)


def decide(order: Order, worths: Sequence[Worth]) -> list[LineTerms]:
    """Decide what each line owes, count its unit where tiers do, and keep the decision on the line.

    A fixed number of queries but for the counts. Lines come with release, tracks, recordings and masters fetched.
    """
    made = [
        _terms(worth, owing.owed(sold, terms))
        for worth, (sold, terms) in zip(worths, counted(order, asked(order, worths)), strict=True)
    ]
    keep([(worth.line, item.owed) for worth, item in zip(worths, made, strict=True)])
    return made


def foresee(order: Order, lines: Sequence[OrderLine]) -> list[LineTerms]:
    """What each line would owe if it were settled now; counts and keeps nothing. Five queries at most.

    Lines may be ones that are not saved: those that a page asks about.
    """
    worths = [Worth.sold(line) for line in lines]
    known = asked(order, worths)
    counters = [_counter(order, sold, terms) for sold, terms in known]
    units = agreed.units(counter for counter in counters if counter)
    return [
        _terms(worth, owing.owed(replace(sold, unit=units[counter] + 1) if counter else sold, terms))
        for worth, (sold, terms), counter in zip(worths, known, counters, strict=True)
    ]


def kept(line: OrderLine) -> LineTerms:
    """What was decided for a line, as it is kept."""
    worth = Worth.sold(line)
    return _terms(worth, Owed.read(line.royalties) if line.royalties else _again(worth, _before_splits(line)))


def again(line: OrderLine, price: Money) -> LineTerms:
    """What a line owes at another price by the very rule, split and unit that were decided for it."""
    decided = Owed.read(line.royalties) if line.royalties else _before_splits(line)
    worth = Worth.at(line, price, is_upgrade=line.price_minor != line.full_price_minor)
    return _terms(worth, _again(worth, decided))


def replayed(line: OrderLine) -> Owed:
    """The decision of a line made once more from all that it keeps: it must be the same, unless suspense changed it."""
    decided = Owed.read(line.royalties)
    sold = as_kept(_sold(Worth.sold(line), decided.works), decided)
    return owing.owed(sold, agreed.as_decided(sold, decided))


def of_recording(lines: Iterable[OrderLine], recording: UUID) -> dict[UUID, list[Part]]:
    """What the parties of one recording are owed of each line, by the line's uid and the versions that decided it.

    Left out are lines that do not keep it: settled before there were splits, or with a part that waited in suspense and
    got its party since. Lines come as for `decide`, with storefront; three queries for each set of versions.
    """
    found: dict[UUID, list[Part]] = {}
    agreements: dict[tuple[object, ...], Terms] = {}
    for line in lines:
        decided = Owed.read(line.royalties) if line.royalties else None
        if decided is None or decided.is_resolved:
            continue
        sold = as_kept(_sold(Worth.sold(line), decided.works), decided)
        versions = (sold.seller, decided.contract, decided.mechanicals, *sorted(decided.splits.items()))
        if versions not in agreements:
            agreements[versions] = agreed.as_decided(sold, decided)
        found[line.uid] = owing.of_recording(sold, agreements[versions], recording)
    return found


def as_kept(sold: Sold, decided: Owed) -> Sold:
    """A cut at the price, and with the number, that its decision was made for."""
    return replace(
        sold,
        price_micro=decided.price_micro,
        net_micro=decided.net_micro,
        is_upgrade=decided.is_upgrade,
        unit=decided.unit,
        period=decided.period,
    )


def keep(decided: Sequence[tuple[OrderLine, Owed]]) -> None:
    """Write decisions on their lines."""
    for line, owed in decided:
        line.royalties, line.royalty_version = owed.plain, owed.contract
        OrderLine.objects.filter(id=line.id).update(royalties=line.royalties, royalty_version=line.royalty_version)


def asked(order: Order, worths: Sequence[Worth]) -> list[tuple[Sold, Terms]]:
    """What was sold in each line, and what is agreed by now for the day of the order; four queries at most.

    Works are looked for only where the store may have to pay their authors.
    """
    day = order.placed_at.date()
    table = agreed.mechanicals_on(day)
    recordings = {track.recording_id for worth in worths for track in tracks_of(worth.line)}
    works = works_in(recordings) if table is not None and table.may_cost_the_store else {}
    sold = [_sold(worth, works) for worth in worths]
    return list(zip(sold, agreed.each(sold, day, table), strict=True))


def _again(worth: Worth, decided: Owed) -> Owed:
    sold = replace(_sold(worth, decided.works), unit=decided.unit, period=decided.period)
    made = owing.owed(sold, agreed.as_decided(sold, decided))
    return suspense.rescaled(decided, made) if decided.is_resolved else made


def _before_splits(line: OrderLine) -> Owed:
    """A line that was settled when a version of the contract was all there was to keep."""
    return Owed(parts=(), contract=line.royalty_version)


def _terms(worth: Worth, owed: Owed) -> LineTerms:
    return LineTerms(worth.line.uid, worth.price, worth.tax, owed)


def _sold(worth: Worth, works: Works) -> Sold:
    line, order = worth.line, worth.line.order
    ask = Ask(order.territory, PERMANENT_DOWNLOAD, order.storefront.code, order.placed_at.date(), order.currency)
    return Sold(
        seller=line.party_uid,
        ask=ask,
        price_micro=worth.price.micro,
        net_micro=(worth.price - worth.tax).micro,
        ppd_micro=line.wholesale_micro,
        pieces=tuple(_piece(track, works) for track in tracks_of(line)),
        is_upgrade=worth.is_upgrade,
    )


def _piece(track: Track, works: Works) -> Piece:
    master, recording = track.master, track.recording
    return Piece(recording.uid, master.samples * 1000 // master.sample_rate_hz, works.get(recording.uid))


def tracks_of(line: OrderLine) -> list[Track]:
    """The tracks of a line: the one, or all of its release."""
    return [line.track] if line.track else list(line.release.tracks.all())


def counted(order: Order, asked: Sequence[tuple[Sold, Terms]]) -> list[tuple[Sold, Terms]]:
    """The cuts with their numbers among their parties', where the rules that decide have tiers.

    Counters are taken in a fixed order, so that two settlements never wait for each other.
    """
    made = list(asked)
    wanted = [
        (place, counter) for place, (sold, terms) in enumerate(asked) if (counter := _counter(order, sold, terms))
    ]
    for place, (party_uid, period) in sorted(wanted, key=lambda item: (str(item[1][0]), str(item[1][1]), item[0])):
        sold, terms = made[place]
        unit = royalties.count_unit(party_uid=party_uid, period=period)
        made[place] = (replace(sold, unit=unit, period=str(period)), terms)
    return made


def _counter(order: Order, sold: Sold, terms: Terms) -> tuple[UUID, Period] | None:
    """Whose units of which period the rule that decides counts; None where it has no tiers."""
    rule = owing.rule_of(sold, terms)
    return (sold.seller, Period.of(order.placed_at.date(), rule.every)) if rule and rule.rate.tiers else None
