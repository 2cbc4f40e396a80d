"""The library: what a buyer owns, and the ways to fetch it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lathe.audio.errors import FormatError
from lathe.basics import clock
from lathe.delivery import folders, links, selections
from lathe.delivery.errors import LinkExpired, LinkInvalid, NotOwned, TemplateError
from lathe.delivery.links import FileLink
from lathe.sales import letters
from lathe.sales.models import Order
from lathe.web import folder_choice, library_bundles, library_page, library_ways, order_session

MOST_LETTERS = 20


@never_cache
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """All shelves of this visitor, newest first."""
    shelves = library_page.shelves(request)
    shown = {
        "section": "library",
        "shelves": shelves,
        "bundles": library_bundles.of(request),
        "folders": folder_choice.choices(request),
        "fields": folders.FIELDS,
        "waiting": order_session.waiting(request),
        "days": settings.LATHE_LINK_DAYS,
    }
    return render(request, "web/library.html", shown)


@never_cache
@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Open the library by the link in a letter; the session keeps the order, the address bar does not."""
    try:
        order = Order.objects.filter(uid=links.read_order_token(token)).first()
    except (LinkExpired, LinkInvalid) as refused:
        status = 410 if isinstance(refused, LinkExpired) else 403
        return render(request, "web/link_refused.html", {"reason": str(refused), "section": "library"}, status=status)
    if order is None:
        raise Http404(gettext("There is no such order any more."))
    order_session.remember(request, order)
    return redirect("web:library")


@never_cache
@require_safe
def slip(request: HttpRequest, release_uid: UUID) -> HttpResponse:
    """One slip again, while it is being cut."""
    found = library_page.slip(request, release_uid, request.GET.get("format", ""), request.GET.get("order", ""))
    if found is None:
        raise Http404(gettext("This cut is not in your library. Sign in, or use the link we mailed you."))
    return render(request, "web/parts/cut_slip.html", {"slip": found, "days": settings.LATHE_LINK_DAYS})


@never_cache
@require_safe
def another(request: HttpRequest, release_uid: UUID) -> HttpResponse:
    """Lead to a cut of another format that is covered by what this visitor owns of a release."""
    order, fmt = request.GET.get("order", ""), request.GET.get("format", "")
    for link in library_page.openings(request):
        if str(link.order_uid or "") == order:
            return _to_cut(request, replace(link, release_uid=release_uid, format=fmt))
    raise Http404(gettext("This cut is not in your library. Sign in, or use the link we mailed you."))


def _to_cut(request: HttpRequest, link: FileLink) -> HttpResponse:
    try:
        pieces = selections.opened_by(link)
    except (NotOwned, FormatError) as refused:
        messages.error(request, gettext(str(refused)))
        return redirect("web:library")
    return redirect(links.file_address(link, f"{pieces[0].release.slug}-{library_ways.stem(link)}.zip"))


@require_POST
def name_files(request: HttpRequest) -> HttpResponse:
    """Keep how this visitor wants the files in archives named."""
    asked = request.POST.get("own", "").strip() or request.POST.get("folders", "")
    try:
        template = folder_choice.save(request, asked)
    except TemplateError as wrong:
        messages.error(request, str(wrong))
    else:
        shown = folder_choice.example(str(template))
        messages.success(request, gettext("Files in archives are named like this: %s") % shown)
    return redirect("web:library")


@never_cache
@require_safe
def example_name(request: HttpRequest) -> HttpResponse:
    """What a template makes of an example, or what is wrong with it; for the page, while it is typed."""
    asked = request.GET.get("own", "").strip()
    try:
        shown = {"example": folder_choice.example(asked) if asked else ""}
    except TemplateError as wrong:
        shown = {"wrong": str(wrong)}
    return render(request, "web/parts/example_name.html", shown)


@require_POST
def mail_links(request: HttpRequest) -> HttpResponse:
    """Mail the receipts of an address again, each at most once a day. The answer never tells whether it is known."""
    email = request.POST.get("email", "").replace("\0", "").strip().lower()[:254]
    paid = Order.objects.filter(email=email, state=Order.State.PAID).order_by("-placed_at")[:MOST_LETTERS]
    for order in paid if email else ():
        letters.receipt(order=order, again=f":{clock.today().isoformat()}")
    messages.success(request, gettext("If something was bought with that address, its links are in the mail now."))
    return redirect("web:library")
