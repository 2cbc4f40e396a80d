"""What is sold where the visitor is, and why not the rest: a page of the catalogue, release by release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lathe.catalogue import queries
from lathe.catalogue.models import Release
from lathe.rights import queries as rights
from lathe.rights.queries import Answer, ReleaseAnswer
from lathe.rights.rules import No
from lathe.sales import refusals
from lathe.sales.quotes import Asker

PER_PAGE = 50


@dataclass(frozen=True)
class Refused:
    """A release of which something is not sold here. `whole` is why it is not sold whole, empty where it is; `tracks`
    are those not sold alone, each with why."""

    release: Release
    whole: str
    tracks: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Where:
    """A page of the catalogue by title: what is refused of it, and how many of its releases are sold without limit."""

    page: queries.Page
    refused: Sequence[Refused]
    free: int


def look(asker: Asker, number: int) -> Where:
    """One page of the answer, in a fixed number of queries."""
    page = queries.page(sort="title", number=number, per_page=PER_PAGE)
    answers = rights.availabilities(page.items, asker.territory, asker.at, asker.storefront.code)
    refused = [_refused(release, answers[release.id]) for release in page.items]
    limited = [one for one in refused if one.whole or one.tracks]
    return Where(page, limited, len(refused) - len(limited))


def _refused(release: Release, answer: ReleaseAnswer) -> Refused:
    told = [(track.title, _why(answer.tracks[track.id])) for track in release.tracks.all()]
    return Refused(release, _why(answer.release), [(title, why) for title, why in told if why])


def _why(answer: Answer) -> str:
    return refusals.sentence(answer) if isinstance(answer, No) else ""
