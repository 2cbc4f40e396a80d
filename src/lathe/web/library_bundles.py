"""What of a library can be fetched at once: all of it, and what one order brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext

from lathe.delivery import queries
from lathe.delivery.links import FileLink
from lathe.sales.models import Order
from lathe.web import library_page, library_ways
from lathe.web.library_ways import Ways

Cut = tuple[int, str]
"""A release by its row, and a format."""


@dataclass(frozen=True)
class Bundle:
    """Several cuts that can be fetched at once. `order` is None for a whole library."""

    key: str
    title: str
    order: Order | None
    count: int
    ways: Ways


def of(request: HttpRequest) -> list[Bundle]:
    """What this visitor may fetch at once; nothing that is a single cut, which has a slip of its own."""
    return [bundle for opens in library_page.openings(request) for bundle in _bundles(opens)]


def _bundles(opens: FileLink) -> Iterator[Bundle]:
    by_order: dict[UUID, set[Cut]] = defaultdict(set)
    for order_uid, release_id, fmt in queries.holding(opens).values_list("order_uid", "release_id", "format"):
        by_order[order_uid].add((release_id, fmt))
    everything = set().union(*by_order.values())
    if opens.order_uid is None and len(everything) > 1:
        ways = library_ways.to_archive(opens, "library")
        yield Bundle("library", gettext("Everything you own"), None, len(everything), ways)
    for order in Order.objects.filter(uid__in=[uid for uid, cuts in by_order.items() if len(cuts) > 1]):
        yield _of_order(replace(opens, order_uid=order.uid), order, len(by_order[order.uid]))


def _of_order(opens: FileLink, order: Order, count: int) -> Bundle:
    title = gettext("Order %(number)s") % {"number": order.number}
    ways = library_ways.to_archive(opens, f"order-{order.number.lower()}")
    return Bundle(f"order-{order.number.lower()}", title, order, count, ways)
