"""Takedown cases: the list, one case, and the ways in which it ends."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lathe.backoffice import actions, case_page, confirm, subjects, words
from lathe.backoffice.access import operators_only
from lathe.backoffice.confirm import Act, Field
from lathe.backoffice.errors import BackofficeError
from lathe.backoffice.record import Turn
from lathe.catalogue.models import Party
from lathe.rights import cases as rights
from lathe.rights.errors import RightsError
from lathe.rights.models import Case
from lathe.sales import escrow, takedowns

ASK_AND_DO = ["GET", "HEAD", "POST"]


@operators_only
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """All cases, the latest first."""
    return render(request, "backoffice/cases.html", {"part": "cases", "rows": case_page.rows()})


@operators_only
@require_safe
def case(request: HttpRequest, number: int) -> HttpResponse:
    """One case with its whole history."""
    return render(request, "backoffice/case.html", {"part": "cases", **case_page.context(_case(number))})


@operators_only
@require_http_methods(ASK_AND_DO)
def reinstate(request: HttpRequest, number: int) -> HttpResponse:
    """Find a claim unfounded."""
    return confirm.confirmed(
        request,
        lambda: _reinstate(_case(number)),
        lambda turn: actions.reinstate(case=_case(number), note=_reason(request), turn=turn),
    )


@operators_only
@require_http_methods(ASK_AND_DO)
def reassign(request: HttpRequest, number: int) -> HttpResponse:
    """Find that another party has the right."""
    chosen = request.POST.get("to", "")

    def do(turn: Turn) -> None:
        found = _case(number)
        actions.reassign(case=found, to=_heir(found, chosen), note=_reason(request), turn=turn)

    return confirm.confirmed(request, lambda: _reassign(_case(number), chosen), do)


@operators_only
@require_http_methods(ASK_AND_DO)
def refund_buyers(request: HttpRequest, number: int) -> HttpResponse:
    """Find that it should never have been sold, and give the buyers their money back."""
    return confirm.confirmed(
        request,
        lambda: _refund_buyers(_case(number)),
        lambda turn: actions.refund_buyers(case=_case(number), note=_reason(request), turn=turn),
    )


@operators_only
@require_http_methods(ASK_AND_DO)
def end_downloads(request: HttpRequest, number: int) -> HttpResponse:
    """End what past buyers hold, as a court ordered."""
    return confirm.confirmed(
        request,
        lambda: _end_downloads(_case(number)),
        lambda turn: actions.end_downloads(case=_case(number), court_order=_reason(request), turn=turn),
    )


def _reinstate(case: Case) -> Act:
    return _settled(
        case,
        title=_("Settle case %(number)d: the claim is unfounded") % {"number": case.number},
        says=[
            _("The music is on sale again, wherever a mandate and terms cover it."),
            _("What was held is owed to %(label)s again.") % {"label": case.release.label.name},
        ],
        button=_("Sell it again"),
        done=_("The case is settled; the music is on sale again."),
    )


def _reassign(case: Case, chosen: str) -> Act:
    heirs = case_page.heirs(case)
    act = _settled(
        case,
        title=_("Settle case %(number)d: another has the right") % {"number": case.number},
        says=[
            _held(case),
            _("The music stays off sale until a mandate and terms of that rights holder are on record."),
        ],
        button=_("Give it to them"),
        done=_("The case is settled; what was held is owed to the rights holder you chose."),
    )
    none = _("Nothing is agreed with anybody else yet. Import their delivery, or agree on a share; then come back.")
    options = [("", _("Choose")), *((str(party.uid), party.name) for party in heirs)]
    return replace(
        act,
        fields=[Field("to", _("Who has the right"), chosen, options=options)],
        stop=act.stop or ("" if heirs else none),
    )


def _refund_buyers(case: Case) -> Act:
    found = takedowns.outlook(case)
    paid = ", ".join(amount.show(get_language() or "en") for amount in found.prices) or _("nothing")
    says = [
        ngettext(
            "%(count)d order is refunded the way it was paid, and its files end.",
            "%(count)d orders are refunded the way they were paid, and their files end.",
            found.whole,
        )
        % {"count": found.whole}
    ]
    if found.partly:
        says.append(
            ngettext(
                "%(count)d order brought other music too: of it the disputed part goes to the buyer's balance.",
                "%(count)d orders brought other music too: of them the disputed part goes to the buyers' balances.",
                found.partly,
            )
            % {"count": found.partly}
        )
    says.append(_("For all of it the buyers paid %(paid)s.") % {"paid": paid})
    if found.left:
        says.append(
            ngettext(
                "%(count)d sold item was given away or has lost its buyer: what is held for it stays held.",
                "%(count)d sold items were given away or have lost their buyers: what is held for them stays held.",
                found.left,
            )
            % {"count": found.left}
        )
    says.append(_("Each buyer gets a letter with your reason. The music stays off sale. It cannot be undone."))
    says.append(_("Many orders take a while. If it breaks off, come back to this page and it goes on."))
    return replace(
        _settled(
            case,
            title=_("Settle case %(number)d: refund the buyers") % {"number": case.number},
            says=says,
            button=_("Refund them"),
            done=_("The case is settled; the buyers are refunded."),
        ),
        reason_label="",
    )


def _end_downloads(case: Case) -> Act:
    found = takedowns.kept(case)
    people = ngettext("%(count)d person", "%(count)d people", found.people) % {"count": found.people}
    says = [
        ngettext(
            "%(count)d track that was bought can no longer be downloaded, by %(people)s.",
            "%(count)d tracks that were bought can no longer be downloaded, by %(people)s.",
            found.entitlements,
        )
        % {"count": found.entitlements, "people": people},
        _("No money goes back by this; that is a refund."),
        _("The label, the claimant and you get a letter. It cannot be undone."),
    ]
    return Act(
        subject=subjects.release(case.release),
        part="cases",
        title=_("Case %(number)d: end downloads by a court's order") % {"number": case.number},
        says=says,
        button=_("End the downloads"),
        back=_page(case),
        back_to=_name(case),
        done=_("What was bought of it has ended."),
        stop="" if found.entitlements else _("Nobody holds anything of it any more."),
        wants_reason=True,
        reason_label=_("The court and the ruling, as in: LG Hamburg 310 O 99/26"),
    )


def _settled(case: Case, *, title: str, says: list[str], button: str, done: str) -> Act:
    """An act that settles a case."""
    return Act(
        subject=subjects.release(case.release),
        part="cases",
        title=title,
        says=[*says, _("The label, the claimant and you get a letter.")],
        button=button,
        back=_page(case),
        back_to=_name(case),
        done=done,
        stop="" if case.is_open else _("The case is settled already."),
        wants_reason=True,
        reason_label=_("Why, for the history of the case"),
    )


def _held(case: Case) -> str:
    """What is to be given, and for how many orders."""
    sums = [words.micro(micro, currency) for currency, micro in sorted(escrow.held(case).items()) if micro]
    count = len({line.order_id for line in escrow.disputed(case)})
    if not sums:
        return _("Nothing is held, so no money moves.")
    return ngettext(
        "%(sum)s, held for %(count)d order, are owed to the rights holder you choose.",
        "%(sum)s, held for %(count)d orders, are owed to the rights holder you choose.",
        count,
    ) % {"sum": ", ".join(sums), "count": count}


def _heir(case: Case, chosen: str) -> Party:
    """The party that the form named. Raises BackofficeError for one that was not offered."""
    for party in case_page.heirs(case):
        if str(party.uid) == chosen:
            return party
    raise BackofficeError(_("Choose who has the right."))


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")


def _page(case: Case) -> str:
    return reverse("backoffice:case", args=[case.number])


def _name(case: Case) -> str:
    return _("Case %(number)d") % {"number": case.number}


def _case(number: int) -> Case:
    try:
        return rights.find(number)
    except RightsError as missing:
        raise Http404(str(missing)) from missing
