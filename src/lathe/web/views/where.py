"""What is sold where the visitor is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lathe.web import visitor, where_page

LONGEST_NUMBER = 6


@require_safe
def where(request: HttpRequest) -> HttpResponse:
    """What may not be bought in the visitor's country, and why; the country can be changed there."""
    text = request.GET.get("page", "")
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    known = where_page.look(visitor.asker(request), int(text) if is_number else 1)
    return render(request, "web/where.html", {"where": known, "section": "browse"})
