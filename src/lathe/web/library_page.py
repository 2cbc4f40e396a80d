"""What the library shows of a cut: how much of it is made, its files, and the links that fetch them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from lathe.basics import clock
from lathe.catalogue import credits
from lathe.catalogue.models import Master, Release
from lathe.delivery import links, names, queries, selections
from lathe.delivery.links import FileLink
from lathe.delivery.queries import Shelf, ShelfCut, TrackCut
from lathe.sales import queries as sales
from lathe.sales.models import Order
from lathe.web import chooser, folder_choice, library_ways, order_session, progress, visitor
from lathe.web.library_ways import Ways
from lathe.web.progress import News, Watched

CUT_AHEAD = timedelta(hours=1)
"""How long after a purchase a cut is expected to be made ahead of its first download."""


@dataclass(frozen=True)
class File:
    """One file of a cut; `url` is absolute, signed, and works for `LATHE_LINK_DAYS` days.

    `name` is what the download calls it, so that checksums fit what lies on the buyer's disk. `play_path` leads to it
    for a player, as MP3.
    """

    number: int
    title: str
    name: str
    address: str
    url: str
    size_bytes: int
    is_made: bool
    sha256: str
    play_path: str

    @property
    def sha256_url(self) -> str:
        """Where its checksum is published, by the name that its address has."""
        return f"{self.url}.sha256"


@dataclass(frozen=True)
class Also:
    """Another format that is covered by what is owned."""

    value: str
    text: str


@dataclass(frozen=True)
class CutSlip:
    """One cut on its slip. `news` is what it says of how far it is, `made_percent` how far its needle is, 0 to 100.

    `is_watched` while it is being cut, or is to be cut ahead, which begins when it is paid: the page then waits for
    news of it.
    """

    key: str
    order: str
    release_uid: UUID
    fmt: str
    label: str
    is_lossless: bool
    is_made: bool
    is_watched: bool
    size_bytes: int
    made_percent: int
    news: News
    watched: Watched
    master: Master
    files: Sequence[File]
    ways: Ways
    also: Sequence[Also]

    @property
    def sha256(self) -> str:
        """The checksum of a cut of one file; archives are put together while they are sent and have none."""
        return self.files[0].sha256 if len(self.files) == 1 else ""

    @property
    def address(self) -> str:
        """What the stream of news calls it when it is asked for."""
        return f"{self.release_uid}~{self.fmt}~{self.order}"

    @property
    def needle(self) -> int:
        """Where the needle stands in a drawing 1000 units wide."""
        return self.made_percent * 10


@dataclass(frozen=True)
class ShelfView:
    """One release of the library."""

    release: Release
    by: str
    bought_at: datetime
    slips: Sequence[CutSlip]


def shelves(request: HttpRequest, release_uid: UUID | None = None) -> list[ShelfView]:
    """All that this visitor may fetch: what they own when signed in, and what the orders of their session brought.

    Of one release alone where it is named.
    """
    return sorted(
        (_view(shelf, opens) for opens in openings(request) for shelf in queries.library(opens, release_uid)),
        key=lambda shelf: shelf.bought_at,
        reverse=True,
    )


def openings(request: HttpRequest) -> list[FileLink]:
    """The widest links this visitor may have: to all they own, and to each order of their session that is not theirs.

    A session opens no more than its orders brought: anybody may order in another's name.
    """
    person = visitor.of(request).person
    chosen = folder_choice.of(request)
    found = [FileLink(person.uid, None, None, "", folders=chosen)] if person else []
    for order in _session_orders(request):
        if order.person is not None and order.person != person:
            found.append(FileLink(order.person.uid, None, None, "", order.uid, chosen))
    return found


def slip(request: HttpRequest, release_uid: UUID, fmt: str, order: str) -> CutSlip | None:
    """One cut of the library again, to see how far it is; None where this visitor has no such cut."""
    for shelf in shelves(request, release_uid):
        for item in shelf.slips:
            if (item.release_uid, item.fmt, item.order) == (release_uid, fmt, order):
                return item
    return None


def _session_orders(request: HttpRequest) -> list[Order]:
    paid = Order.objects.filter(uid__in=order_session.uids(request), state=Order.State.PAID)
    return list(paid.select_related("person"))


def _view(shelf: Shelf, opens: FileLink) -> ShelfView:
    is_fresh = clock.now() - shelf.bought_at < CUT_AHEAD
    slips = [_slip(shelf.release, cut, opens, is_fresh=is_fresh) for cut in shelf.cuts]
    names = ", ".join(name for name in (credits.line(shelf.release), credits.players(shelf.release)) if name)
    return ShelfView(shelf.release, names, shelf.bought_at, slips)


def _slip(release: Release, cut: ShelfCut, opens: FileLink, *, is_fresh: bool) -> CutSlip:
    own = replace(opens, release_uid=release.uid, format=str(cut.fmt))
    files = [_file(release, own, item) for item in cut.tracks]
    key, standing = _key(own), cut.standing
    is_failing = not standing.is_made and sales.is_cut_failing(cut.order_uids)
    return CutSlip(
        key=key,
        order=str(own.order_uid or ""),
        release_uid=release.uid,
        fmt=str(cut.fmt),
        label=cut.label,
        is_lossless=cut.is_lossless,
        is_made=cut.is_made,
        is_watched=not standing.is_made and (standing.is_under_way or (is_fresh and not is_failing)),
        size_bytes=cut.size_bytes,
        made_percent=standing.percent,
        news=progress.news(standing, is_failing=is_failing, is_expected=is_fresh),
        watched=Watched(key, f"{release.title}, {cut.label}", [item.body for item in cut.tracks], cut.order_uids),
        master=cut.tracks[0].track.master,
        files=files,
        ways=_ways(release, own, cut, files),
        also=[Also(str(fmt), chooser.short_label(fmt)) for fmt in cut.also],
    )


def _key(own: FileLink) -> str:
    """A name for the slip on its page, fit for an element's id."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{own.format} {str(own.order_uid or '')[:8]}".lower()).strip("-")
    return f"{own.release_uid.hex[:12] if own.release_uid else ''}-{words}"


def _ways(release: Release, own: FileLink, cut: ShelfCut, files: Sequence[File]) -> Ways:
    if len(files) == 1:
        return library_ways.to_file(replace(own, track_uid=cut.tracks[0].track.uid), files[0].address, files[0].name)
    return library_ways.to_archive(own, f"{release.slug}-{library_ways.stem(own)}")


def _file(release: Release, own: FileLink, item: TrackCut) -> File:
    place, extension = selections.place(item.track, release), item.name.rpartition(".")[2]
    address = names.address(release.slug, place, item.track.slug, extension)
    link = replace(own, track_uid=item.track.uid)
    return File(
        number=item.track.number,
        title=item.track.title,
        name=item.name,
        address=address,
        url=links.file_address(link, address),
        size_bytes=item.size_bytes,
        is_made=item.is_made,
        sha256=item.sha256,
        play_path=reverse("web:play", args=[links.file_token(link)]),
    )
