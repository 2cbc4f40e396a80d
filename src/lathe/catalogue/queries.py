"""Reads of the catalogue. Every list comes with what its cards need, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from django.db.models import Count, F, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.fields import FloatField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from lathe.basics import clock
from lathe.catalogue import rules
from lathe.catalogue.errors import CatalogueError
from lathe.catalogue.models import Artist, Credit, Release, Track, WorkRecording

SORTS = {
    "newest": ("-released_on", "-id"),
    "title": ("title", "id"),
    "length": ("-length_s", "id"),
}


@dataclass(frozen=True)
class Page:
    """One page of a list and the length of the whole."""

    items: Sequence[Release]
    total: int
    number: int
    per_page: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.per_page))


def shown(release: str = "") -> Q:
    """What picks releases that may be shown now: published, and no embargo stands. `release` names the way to them."""
    to = f"{release}__" if release else ""
    is_free = Q(**{f"{to}embargo_until__isnull": True}) | Q(**{f"{to}embargo_until__lte": clock.now()})
    return Q(**{f"{to}is_published": True}) & is_free


def releases(*, include_unpublished: bool = False) -> QuerySet[Release]:
    """Releases with label, credits and tracks (their masters too) fetched."""
    tracks = Track.objects.select_related("recording__master").order_by("disc_number", "number")
    every = Release.objects.select_related("label").prefetch_related(
        Prefetch("tracks", queryset=tracks), Prefetch("credits", queryset=Credit.objects.select_related("artist"))
    )
    return every if include_unpublished else every.filter(shown())


def new_releases(limit: int = 8) -> list[Release]:
    """The latest releases first."""
    return list(releases().order_by("-released_on", "-id")[:limit])


def page(
    *, sort: str = "newest", genre: str = "", artist: str = "", master: str = "", number: int = 1, per_page: int = 50
) -> Page:
    """A page of the whole catalogue, narrowed by genre or artist (slugs) or by the best master ('24-96000').

    Unknown sorts read as newest; a page past the end is the last.
    """
    found = releases()
    if genre:
        found = found.filter(genre_slug=_plain(genre))
    if artist:
        found = found.filter(id__in=Credit.objects.filter(artist__slug=_plain(artist)).values("release"))
    if master:
        found = found.filter(id__in=_with_master(master))
    total = found.count()
    last = max(1, -(-total // per_page))
    number = min(max(1, number), last)
    ordered = _with_length(found).order_by(*SORTS.get(sort, SORTS["newest"]))
    return Page(list(ordered[(number - 1) * per_page : number * per_page]), total, number, per_page)


def release(slug: str, *, include_unpublished: bool = False) -> Release:
    """One release by its slug. Raises CatalogueError."""
    try:
        return releases(include_unpublished=include_unpublished).get(slug=_plain(slug))
    except Release.DoesNotExist as missing:
        raise CatalogueError(_("There is no release “%s” in this shop.") % slug) from missing


def find(text: str) -> Release:
    """One release, sold or withdrawn, by its barcode or its slug. Raises CatalogueError."""
    found = releases(include_unpublished=True).filter(upc=_plain(text)[:14]).first()
    return found or release(text, include_unpublished=True)


def _plain(slug: str) -> str:
    """A slug as it may stand in a query: PostgreSQL takes no NUL."""
    return slug.replace("\0", "")


def track(release_slug: str, track_slug: str) -> Track:
    """One track of a published release, with its release. Raises CatalogueError."""
    home = release(release_slug)
    for item in home.tracks.all():
        if item.slug == track_slug:
            item.release = home
            return item
    raise CatalogueError(_("%(release)s has no track “%(track)s”.") % {"release": home.title, "track": track_slug})


def artist(slug: str) -> Artist:
    """One artist who is credited on a published release. Raises CatalogueError."""
    found = Artist.objects.filter(shown("credits__release"), slug=slug).distinct().first()
    if found is None:
        raise CatalogueError(_("There is no artist “%s” in this shop.") % slug)
    return found


def releases_of(person: Artist) -> list[Release]:
    """The releases an artist is credited on, newest first."""
    return list(releases().filter(id__in=person.credits.values("release")).order_by("-released_on", "-id"))


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list, with how many releases it leaves."""

    slug: str
    name: str
    count: int


def genres() -> list[Facet]:
    """The genres with releases, the fullest first."""
    rows = (
        Release.objects.filter(shown())
        .exclude(genre_slug="")
        .values("genre_slug")
        .annotate(name=Min("genre"), count=Count("id"))
        .order_by("-count", "name")
    )
    return [Facet(row["genre_slug"], row["name"], row["count"]) for row in rows]


def composers() -> list[Facet]:
    """The composers, or main artists where a release names no composer, by name."""
    rows = (
        Artist.objects.filter(shown("credits__release"), credits__role=Credit.Role.COMPOSER)
        .annotate(count=Count("credits__release", distinct=True))
        .order_by("name")
    )
    return [Facet(row.slug, row.name, row.count) for row in rows[:100]]


def masters() -> list[Facet]:
    """The kinds of master, best first, with how many releases have one as their best."""
    best = Release.objects.filter(shown()).annotate(
        bits=Max("tracks__recording__master__bits"), rate=Max("tracks__recording__master__sample_rate_hz")
    )
    counts: dict[tuple[int, int], int] = {}
    for row in best.values("bits", "rate"):
        if row["bits"]:
            counts[row["bits"], row["rate"]] = counts.get((row["bits"], row["rate"]), 0) + 1
    labels = sorted(counts, reverse=True)
    return [Facet(f"{bits}-{rate}", rules.master_label(bits, rate), counts[bits, rate]) for bits, rate in labels]


def duration_s(item: Release) -> float:
    """Length of all tracks."""
    return sum(track.master.duration_s for track in item.tracks.all())


def best_master(item: Release) -> str:
    """The best of its masters as people write it: '24/96'. Empty for a release without tracks."""
    masters = [track.master for track in item.tracks.all()]
    if not masters:
        return ""
    return rules.master_label(max(m.bits for m in masters), max(m.sample_rate_hz for m in masters))


def _with_length(found: QuerySet[Release]) -> QuerySet[Release]:
    length = Sum(
        Cast(F("recording__master__samples"), FloatField()) / Cast(F("recording__master__sample_rate_hz"), FloatField())
    )
    own = Track.objects.filter(release=OuterRef("pk")).order_by().values("release").annotate(length=length)
    return found.annotate(length_s=Subquery(own.values("length")))


def _with_master(facet: str) -> QuerySet[Release]:
    bits, _, rate = facet.partition("-")
    if not (bits.isascii() and bits.isdigit() and rate.isascii() and rate.isdigit()) or len(facet) > 12:
        return Release.objects.none()
    best = Release.objects.annotate(
        bits=Max("tracks__recording__master__bits"), rate=Max("tracks__recording__master__sample_rate_hz")
    )
    return best.filter(Q(bits=int(bits)) & Q(rate=int(rate)))


def works_in(recording_ids: Collection[int]) -> dict[UUID, tuple[tuple[UUID, Fraction], ...]]:
    """The protected works of recordings with their parts, by the recording's uid; one query.

    A recording of works that are all free has none; one of which nobody has said its works is not among the keys.
    """
    found: dict[UUID, list[tuple[UUID, Fraction]]] = defaultdict(list)
    rows = WorkRecording.objects.filter(recording__in=recording_ids).order_by("position", "id")
    for recording, work, part, is_protected in rows.values_list(
        "recording__uid", "work__uid", "part", "work__is_protected"
    ):
        found[recording] += [(work, Fraction(part))] if is_protected else []
    return {recording: tuple(works) for recording, works in found.items()}
