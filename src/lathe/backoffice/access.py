"""Who may come in: operators. To everybody else who is signed in, nothing lies here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from lathe.accounts.models import Person
from lathe.backoffice.record import Turn

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

_LONGEST_NUMBER = 7


def operators_only(view: View[P]) -> View[P]:
    """Let operators through; send visitors to sign in; answer 404 to everybody else. Nothing of it is ever cached."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_operator:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def operator(request: HttpRequest) -> Person:
    """The operator who is signed in."""
    if not request.user.is_authenticated:
        raise Http404
    return request.user


def turn(request: HttpRequest) -> Turn:
    """The turn a form was sent with; 0, which is never taken, where its number is missing or forged."""
    text = request.POST.get("number", "")
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return Turn(operator(request), int(text) if is_number else 0)
