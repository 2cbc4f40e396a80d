"""Writes about people."""

from __future__ import annotations

from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lathe.accounts.errors import AccountError
from lathe.accounts.models import PartyRole, Person


def for_email(*, email: str) -> Person:
    """Find the person behind an address, or make one without a password (a guest).

    A guest becomes an account holder by proving the address: signing in with a code from a letter. For that the
    address is kept as one that is not proven yet; else allauth would ask for a second code after the first.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise AccountError(_("“%s” is not an e-mail address. Check it, your files are sent there.") % email) from wrong
    person = Person.objects.filter(email=address).first()
    if person is not None:
        return person
    try:
        return _guest(address)
    except IntegrityError:  # somebody else has made them since
        return Person.objects.get(email=address)


@transaction.atomic
def _guest(address: str) -> Person:
    person = Person.objects.create_user(address)
    EmailAddress.objects.create(user=person, email=address, primary=True)
    return person


def let_speak_for(*, person: Person, party_uid: UUID) -> None:
    """Let a person read the statements of a rights holder."""
    PartyRole.objects.get_or_create(person=person, party_uid=party_uid)
