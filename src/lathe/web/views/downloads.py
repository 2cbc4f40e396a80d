"""Downloads and previews: views that say what an address stands for; `web.sending` answers by RFC 9110."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lathe.delivery import (
    archives,
    cutting,
    files,
    folders,
    links,
    names,
    packings,
    previews,
    publisher,
    selections,
)
from lathe.delivery.archives import OpenArchive
from lathe.delivery.blueprints import Blueprint
from lathe.delivery.errors import DeliveryError
from lathe.delivery.files import Known, OpenFile
from lathe.objects.errors import StoreError
from lathe.web import handover, sending, threads
from lathe.web.refusals import plain_error, status_of
from lathe.web.sending import Offer


@require_safe
def download(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """Send one file or an archive to whoever holds a good link. Counts nothing, changes nothing."""
    try:
        meant = _meant(token, name)
    except DeliveryError as refused:
        return plain_error(request, status_of(refused), str(refused))
    except StoreError as broken:
        return plain_error(request, 503, str(cutting.store_failed(name, broken)))
    return sending.answer(request, _offer(meant))


@require_safe
def checksum(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """Send the SHA-256 of one file, as `sha256sum --check` reads it; a file that is not made yet is made first, unless
    only the head of the answer is asked for: its length does not depend on it."""
    try:
        meant = _meant(token, name)
        if isinstance(meant, OpenArchive):
            return plain_error(request, 404, _("An archive has its checksums inside, in SHA256SUMS."))
        sha256 = "0" * 64 if request.method == "HEAD" else _sha256(meant)
    except DeliveryError as refused:
        return plain_error(request, status_of(refused), str(refused))
    except StoreError as broken:
        return plain_error(request, 503, str(cutting.store_failed(name, broken)))
    text, headers = f"{sha256}  {names.safe(name)}\n", {"Cache-Control": sending.CLOSED}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


@require_safe
def preview(request: HttpRequest, track_uid: str, kind: str) -> HttpResponseBase:
    """Send what a visitor may hear of a track, for the page's player."""
    try:
        plan = previews.before_buying(track_uid, kind)
    except DeliveryError as refused:
        return plain_error(request, 404, str(refused))
    return sending.answer(request, _of(plan, partial(previews.begin, plan), is_attachment=False))


@require_safe
def play(request: HttpRequest, token: str, kind: str) -> HttpResponseBase:
    """Send a track whole to the player of somebody who owns it, by the link that downloads it."""
    try:
        meant = _meant(token, "")
    except DeliveryError as refused:
        return plain_error(request, status_of(refused), str(refused))
    if isinstance(meant, OpenArchive):
        return plain_error(request, 404, _("Only a track can be played."))
    plan = previews.whole(meant.track, kind)
    return sending.answer(request, _of(plan, partial(previews.begin, plan), is_attachment=False))


def _sha256(plan: Blueprint) -> str:
    opened = _begun(plan)
    try:
        return threads.wait_for(opened.sums).sha256
    finally:
        opened.close()


def _meant(token: str, name: str) -> Blueprint | OpenArchive:
    """What a link stands for, of what its holder owns; nothing is cut by asking. Raises DeliveryError, StoreError."""
    link = links.read_file_token(token)
    if link.track_uid is not None:
        return selections.file_of(link)
    pieces = selections.opened_by(link)
    planned = selections.planned(pieces, folders.parse(link.folders))
    return archives.open_archive(selections.title(pieces), packings.of_name(name), planned)


def _begun(plan: Blueprint) -> OpenFile:
    """Open a file for its buyer, and see to it that it is made to its end and its checksum published."""
    opened = files.open_file(plan)
    if not opened.is_made or settings.LATHE_SENDS != "itself":
        publisher.follow(plan, opened.body)
    return opened


def _offer(meant: Blueprint | OpenArchive) -> Offer:
    if isinstance(meant, Blueprint):
        return replace(_of(meant, partial(_begun, meant)), place=partial(handover.place, meant))
    archive = meant
    return Offer(archive.key, archive.name, archive.media_type, lambda: Known(archive.size, ""), lambda: archive)


def _of(plan: Blueprint, begin: Callable[[], OpenFile], *, is_attachment: bool = True) -> Offer:
    return Offer(plan.key, plan.name, plan.media_type, partial(files.look, plan), begin, is_attachment)
