"""Letters about takedown cases: to the rights holder's people, the operator, and who claims."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from lathe.accounts.models import PartyRole
from lathe.mail import actions as mail
from lathe.rights import cases
from lathe.rights.models import Case, CaseEvent
from lathe.storefronts.models import Storefront


def tell(*, case: Case, event: CaseEvent) -> None:
    """Write to everyone concerned what happened, in the caller's transaction; each reads it in their own language.

    What the operator noted goes to the operator alone; the others read what was decided.
    """
    shop = Storefront.objects.order_by("id").first()
    if shop is None:
        return
    readers = {shop.contact_email: shop.language}
    if case.claimant_email:
        readers.setdefault(case.claimant_email, shop.language)
    for role in PartyRole.objects.filter(party_uid=case.release.label.uid).select_related("person"):
        readers.setdefault(role.person.email, role.person.language or shop.language)
    for place, (address, language) in enumerate(readers.items()):
        with translation.override(language):
            shown = {
                "case": case,
                "said": sentence(event.what),
                "note": event.note if address == shop.contact_email else "",
                "shop": shop,
            }
            subject = _("Case %(number)d: %(title)s") % {"number": case.number, "title": case.release.title}
            text = render_to_string("sales/letters/case.txt", shown)
            mail.write(key=f"case:{case.uid}:{event.number}:{place}", to=address, subject=subject, text=text)


def sentence(what: str) -> str:
    """What happened, in words."""
    known = {
        cases.RECEIVED: _("A claim was received."),
        cases.SUSPENDED: _("The sale was stopped everywhere."),
        cases.ESCROWED: _(
            "The sale was stopped everywhere, and what is owed for it is held until the claim is settled."
        ),
        cases.DOWNLOADS_ENDED: _("A court ordered that past buyers can no longer download it."),
        Case.State.REINSTATED.value: _(
            "The claim was not upheld. The music is on sale again; what was held is owed again."
        ),
        Case.State.REASSIGNED.value: _(
            "Another rights holder was found to have the right; what was held is owed to them."
        ),
        Case.State.REFUNDED.value: _("The claim was upheld. Buyers were refunded, and the music stays off sale."),
    }
    return known.get(what, what)
