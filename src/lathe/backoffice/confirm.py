"""The page between wanting and doing: it says in plain words what will happen, and its button does it, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lathe.backoffice import access, record
from lathe.backoffice.record import Turn
from lathe.basics.errors import LatheError

CONFLICT, UNUSABLE = 409, 422


@dataclass(frozen=True)
class Field:
    """One field of a form: `options` make it a select, and `value` is what stands in it."""

    name: str
    label: str
    value: str
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Act:
    """An act as its page shows it.

    `says` are sentences about what will happen; `stop` says why it cannot be done, and is empty where it can; `back`
    is the address to return to, called `back_to`, in a `part` of the backoffice; `done` is what the next page says.
    `fields` are asked for besides. `reason_label` says whom the reason is for; empty: the buyer.
    """

    subject: str
    part: str
    title: str
    says: Sequence[str]
    button: str
    back: str
    back_to: str
    done: str = ""
    stop: str = ""
    fields: Sequence[Field] = ()
    wants_reason: bool = False
    reason_label: str = ""


def confirmed(request: HttpRequest, act: Callable[[], Act], do: Callable[[Turn], None]) -> HttpResponse:
    """Ask on GET and do on POST. What an act is refused for is said on its own page; what was typed stays there.

    `act` is asked for anew after a refusal, since the thing has changed then.
    """
    asked = act()
    if request.method != "POST":
        return ask(request, asked)
    if asked.wants_reason and not request.POST.get("reason", "").strip():
        lacking = _("Say why.") if asked.reason_label else _("Say why. The buyer reads it in our letter.")
        return ask(request, asked, status=UNUSABLE, field_error=lacking)
    try:
        do(access.turn(request))
    except LatheError as wrong:
        return ask(request, act(), status=CONFLICT, error=str(wrong))
    messages.success(request, asked.done)
    return redirect(asked.back)


def ask(request: HttpRequest, act: Act, *, status: int = 200, error: str = "", field_error: str = "") -> HttpResponse:
    """The page with the button."""
    shown = {
        "part": act.part,
        "act": act,
        "number": record.next_number(act.subject),
        "reason": request.POST.get("reason", ""),
        "error": error,
        "field_error": field_error,
    }
    return render(request, "backoffice/confirm.html", shown, status=status)
