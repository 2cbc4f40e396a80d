"""What the list and the page of releases show: whether a release is in the shop, and what stops its sale where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lathe.audio import formats
from lathe.backoffice import record, subjects, words
from lathe.backoffice.errors import BackofficeError
from lathe.basics import clock
from lathe.catalogue import queries as catalogue
from lathe.catalogue import rules
from lathe.catalogue.models import Release
from lathe.rights import queries as rights
from lathe.rights.queries import Answer, ReleaseAnswer
from lathe.rights.rules import No
from lathe.sales import offers, refusals
from lathe.sales.quotes import Asker, Quote, ReleaseQuote
from lathe.storefronts import queries as storefronts
from lathe.storefronts.models import Storefront

PUBLISHED, WITHDRAWN = "published", "withdrawn"


@dataclass(frozen=True)
class Standing:
    """Whether something is sold in a country; `stop` is why not, empty when it is."""

    country: str
    stop: str


@dataclass(frozen=True)
class Row:
    """One release of the list, with its standing in every home territory."""

    release: Release
    standings: Sequence[Standing]


@dataclass(frozen=True)
class TrackStanding:
    """One track sold alone, and what the measurement says of its master."""

    title: str
    verdict: str
    standings: Sequence[Standing]


def found(text: str, state: str) -> QuerySet[Release]:
    """Releases, the latest added first: those that `text` fits, and those in or out of the shop.

    Every word of `text` must begin a word of title, label or barcode; accents and capitals do not matter.
    """
    every = catalogue.releases(include_unpublished=True).order_by("-added_at", "-id")
    wanted = rules.words(text)
    if wanted:
        every = every.filter(id__in=_fitting(wanted))
    if state in {PUBLISHED, WITHDRAWN}:
        every = every.filter(is_published=state == PUBLISHED)
    return every


def _fitting(wanted: Sequence[str]) -> list[int]:
    named = Release.objects.values_list("id", "title", "label__name", "upc")
    known = [(number, rules.terms(f"{title} {label} {upc}")) for number, title, label, upc in named]
    return [number for number, terms in known if all(any(term.startswith(word) for term in terms) for word in wanted)]


def one(uid: UUID) -> Release:
    """One release, in the shop or out of it. Raises BackofficeError."""
    release = catalogue.releases(include_unpublished=True).filter(uid=uid).first()
    if release is None:
        raise BackofficeError(_("This release is not in the catalogue any more."))
    return release


def rows(releases: Sequence[Release]) -> list[Row]:
    """The releases of a page with their standings. Four queries for each home territory."""
    answers = _answers(releases)
    return [
        Row(release, [_standing(code, given[release.id].release) for code, given in answers.items()])
        for release in releases
    ]


def context(release: Release) -> dict[str, Any]:
    """Everything the page of a release shows."""
    answers, refused = _answers([release]), _below_cost(release)
    return {
        "release": release,
        "standings": [
            _standing(code, given[release.id].release, refused[code].whole) for code, given in answers.items()
        ],
        "tracks": [
            TrackStanding(
                track.title,
                words.verdict(track.master),
                [
                    _standing(code, given[release.id].tracks[track.id], refused[code].tracks[track.id])
                    for code, given in answers.items()
                ],
            )
            for track in release.tracks.all()
        ],
        "papers": rights.on_record(release),
        "record": record.of(subjects.release(release)),
    }


def _answers(releases: Sequence[Release]) -> dict[str, dict[int, ReleaseAnswer]]:
    now = clock.now()
    return {code: rights.availabilities(releases, code, now, front) for code, front in storefronts.homes().items()}


def _below_cost(release: Release) -> dict[str, ReleaseQuote]:
    """What is offered in each home territory at the price of the studio master, where below cost may be refused."""
    fronts = {front.code: front for front in Storefront.objects.all()}
    best = formats.parse("flac")
    return {
        code: offers.release(release, best, Asker(fronts[name], code)) for code, name in storefronts.homes().items()
    }


def _standing(code: str, answer: Answer, quote: Quote | None = None) -> Standing:
    if quote is not None and quote.is_below_cost:
        return Standing(words.country(code), _("refused: as FLAC it is below cost"))
    return Standing(words.country(code), refusals.sentence(answer) if isinstance(answer, No) else "")
