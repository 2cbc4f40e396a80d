"""Lists of links, for download managers and players."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lathe.delivery import links, listing
from lathe.delivery.errors import DeliveryError
from lathe.delivery.lists import LISTS
from lathe.web import disposition
from lathe.web.refusals import plain_error, status_of


@never_cache
@require_safe
def links_of(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Send a list in the form that the end of its address names, with fresh links, to whoever holds a good link."""
    form = LISTS.get(name)
    if form is None:
        known = ", ".join(LISTS)
        return plain_error(request, 404, gettext("There is no list of that name. There are: %s.") % known)
    try:
        listed = listing.of(links.read_list_token(token), form)
    except DeliveryError as refused:
        return plain_error(request, status_of(refused), str(refused))
    answer = HttpResponse(form.write(listed), content_type=f"{form.media_type}; charset=utf-8")
    answer["Content-Disposition"] = disposition.header(_file_name(listed.title, name))
    return answer


def _file_name(title: str, name: str) -> str:
    """A list's name on disk. Checksums keep theirs, for that is what people look for."""
    return name if name == "SHA256SUMS" else f"{title}.{name}"
