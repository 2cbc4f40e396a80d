"""What waits behind the scenes: letters no mail server took, and jobs that failed for good."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lathe.backoffice import actions, confirm, paging, record, subjects
from lathe.backoffice.access import operators_only
from lathe.backoffice.confirm import Act
from lathe.jobs import queries as jobs
from lathe.mail import queries as mail


@operators_only
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The letters that wait in the outbox, and why."""
    shown = {"part": "overview", "listing": paging.listing(request, mail.waiting())}
    return render(request, "backoffice/letters.html", shown)


@operators_only
@require_safe
def dead_jobs(request: HttpRequest) -> HttpResponse:
    """The jobs that failed at their last attempt, and how."""
    kinds = sorted(set(jobs.dead().order_by().values_list("kind", flat=True)))
    shown = {"part": "overview", "kinds": kinds, "listing": paging.listing(request, jobs.dead())}
    return render(request, "backoffice/jobs.html", shown)


@operators_only
@require_http_methods(["GET", "HEAD", "POST"])
def retry(request: HttpRequest, kind: str) -> HttpResponse:
    """Have the dead jobs of a kind tried again."""
    return confirm.confirmed(request, lambda: _retry(kind), lambda turn: actions.retry_jobs(kind=kind, turn=turn))


def _retry(kind: str) -> Act:
    if not kind.isprintable():
        raise Http404
    dead = jobs.dead().filter(kind=kind).count()
    if not dead and not record.of(subjects.jobs(kind)):
        raise Http404(_("The shop knows no such kind of job."))
    return Act(
        subject=subjects.jobs(kind),
        part="overview",
        title=_("Try %(kind)s again") % {"kind": kind},
        says=[
            ngettext(
                "%(count)d dead job gets a fresh start and runs within seconds.",
                "%(count)d dead jobs get a fresh start and run within seconds.",
                dead,
            )
            % {"count": dead},
            _("A job that was done in part does not do that part twice."),
        ],
        button=_("Try again"),
        back=reverse("backoffice:jobs"),
        back_to=_("Dead jobs"),
        done=_("The jobs run again. What fails once more comes back here."),
        stop="" if dead else _("No job of this kind is dead."),
    )
