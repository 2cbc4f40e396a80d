"""Rights on the page of a release: a claim that came, and terms by hand."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lathe.backoffice import access, actions, case_page, record, release_page, subjects
from lathe.backoffice.access import operators_only
from lathe.backoffice.confirm import Field
from lathe.backoffice.errors import BackofficeError
from lathe.backoffice.record import Turn
from lathe.basics.errors import LatheError
from lathe.catalogue.models import Release
from lathe.rights import tables
from lathe.rights.cases import Claim

ASK_AND_DO = ["GET", "HEAD", "POST"]
UNUSABLE = 422


@operators_only
@require_http_methods(ASK_AND_DO)
def claim(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a claim against a release: its sale stops at once."""
    release = _release(uid)
    fields = case_page.claim_fields(release, request.POST.dict())

    def do(turn: Turn) -> str:
        sent = request.POST
        track = tables.track_of(release, sent["track"]) if sent.get("track") else None
        said = Claim(release, track, sent.get("claimant", ""), sent.get("email", ""), sent.get("claim", ""))
        actions.take_claim(claim=said, turn=turn)
        return _("The sale is stopped, and what is owed for it is held.")

    says = [
        _("The sale stops everywhere at once, and what the label is owed for it is held until the claim is settled."),
        _("The label, the claimant and you get a letter. Who bought it keeps it."),
    ]
    return _form(request, _Form(release, _("A claim against %s") % release.title, says, fields, _("Stop the sale")), do)


@operators_only
@require_http_methods(ASK_AND_DO)
def deal(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Add terms to a release by hand."""
    release = _release(uid)
    fields = case_page.deal_fields(release, request.POST.dict())

    def do(turn: Turn) -> str:
        sent = {field.name: request.POST.get(field.name, "") for field in fields}
        actions.add_deal(release=release, deal=tables.read({**sent, "upc": release.upc})[1], turn=turn)
        return _("The terms are on record, beside those that stand.")

    says = [_("The terms hold beside those that stand. Of several that hold, the one that began last counts.")]
    return _form(request, _Form(release, _("Terms for %s") % release.title, says, fields, _("Add the terms")), do)


class _Form:
    """A page with fields, and where it leads back to."""

    def __init__(self, release: Release, title: str, says: list[str], fields: list[Field], button: str) -> None:
        self.title, self.says, self.fields, self.button = title, says, fields, button
        self.subject = subjects.release(release)
        self.back = reverse("backoffice:release", args=[release.uid])


def _form(request: HttpRequest, form: _Form, do: Callable[[Turn], str]) -> HttpResponse:
    """Show a form, or do what was sent; what is wrong with it stands above, and what was typed stays."""
    error = ""
    if request.method == "POST":
        try:
            done = do(access.turn(request))
        except LatheError as wrong:
            error = str(wrong)
        else:
            messages.success(request, done)
            return redirect(form.back)
    shown = {"part": "releases", "form": form, "error": error, "number": record.next_number(form.subject)}
    return render(request, "backoffice/rights_form.html", shown, status=UNUSABLE if error else 200)


def _release(uid: UUID) -> Release:
    try:
        return release_page.one(uid)
    except BackofficeError as missing:
        raise Http404(str(missing)) from missing
