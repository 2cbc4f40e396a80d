"""Releases: the list, one release, and taking it into the shop or out of it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lathe.backoffice import actions, confirm, paging, release_page, subjects
from lathe.backoffice.access import operators_only
from lathe.backoffice.confirm import Act
from lathe.backoffice.errors import BackofficeError
from lathe.catalogue.models import Release


@operators_only
@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """All releases, the latest added first."""
    text, state = request.GET.get("q", "")[:200], request.GET.get("state", "")
    listing = paging.listing(request, release_page.found(text, state))
    shown = {
        "part": "releases",
        "text": text,
        "state": state,
        "states": [(release_page.PUBLISHED, _("In the shop")), (release_page.WITHDRAWN, _("Withdrawn"))],
        "listing": listing,
        "rows": release_page.rows(list(listing.page)),
    }
    return render(request, "backoffice/releases.html", shown)


@operators_only
@require_safe
def release(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One release with its papers."""
    return render(request, "backoffice/release.html", {"part": "releases", **release_page.context(_release(uid))})


@operators_only
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a release into the shop."""
    return confirm.confirmed(
        request, lambda: _publish(_release(uid)), lambda turn: actions.publish(release=_release(uid), turn=turn)
    )


@operators_only
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a release out of the shop."""
    return confirm.confirmed(
        request, lambda: _withdraw(_release(uid)), lambda turn: actions.withdraw(release=_release(uid), turn=turn)
    )


def _release(uid: UUID) -> Release:
    try:
        return release_page.one(uid)
    except BackofficeError as missing:
        raise Http404(str(missing)) from missing


def _publish(release: Release) -> Act:
    return Act(
        subject=subjects.release(release),
        part="releases",
        title=_("Publish %(title)s") % {"title": release.title},
        says=[
            _("The release shows up in the shop at once: on the home page, in lists and in the search."),
            _("It is for sale wherever a mandate and terms cover it, and nowhere else."),
        ],
        button=_("Publish"),
        back=reverse("backoffice:release", args=[release.uid]),
        back_to=release.title,
        done=_("%(title)s is in the shop now.") % {"title": release.title},
        stop=_("The release is in the shop already.") if release.is_published else "",
    )


def _withdraw(release: Release) -> Act:
    return Act(
        subject=subjects.release(release),
        part="releases",
        title=_("Withdraw %(title)s") % {"title": release.title},
        says=[
            _("The release leaves the shop's pages at once, and nobody can put it in a basket."),
            _("Orders that are placed already go on."),
            _("Who bought it keeps it and can download it as before."),
            _("You can publish it again at any time."),
        ],
        button=_("Withdraw"),
        back=reverse("backoffice:release", args=[release.uid]),
        back_to=release.title,
        done=_("%(title)s is out of the shop. Its buyers keep it.") % {"title": release.title},
        stop="" if release.is_published else _("The release is out of the shop already."),
    )
