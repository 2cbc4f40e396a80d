"""Long lists, page by page, by their address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

PER_PAGE = 50
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Listing(Generic[M]):
    """One page of a list, with the addresses of the pages beside it; empty where there is none."""

    page: Page[M]
    before: str
    after: str


def listing(request: HttpRequest, found: QuerySet[M]) -> Listing[M]:
    """The page that the address asks for: the first for a number that is none, the last for one too high."""
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page", "1")[:9])
    return Listing(
        page=page,
        before=_address(request, page.number - 1) if page.has_previous() else "",
        after=_address(request, page.number + 1) if page.has_next() else "",
    )


def _address(request: HttpRequest, number: int) -> str:
    kept = {name: request.GET[name] for name in ("q", "state") if request.GET.get(name)}
    return f"?{urlencode({**kept, 'page': number})}"
