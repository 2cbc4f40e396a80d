"""The form of the hosted page: a test card, and how the processor is to behave."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from lathe.basics import clock
from lathe.payments.models import DemoCharge
from lathe.payments.providers.demo import cards
from lathe.payments.providers.demo.cards import Answer
from lathe.payments.providers.demo.processor import LONGEST_DELAY_S, Manner

REFUSALS = {
    Answer.DECLINED: _("The card was declined. Try another card; nothing was charged."),
    Answer.INSUFFICIENT: _("The card has too little money on it. Try another card; nothing was charged."),
    Answer.UNKNOWN: _("This is not one of the test cards. Take one from the list, and never type a real card here."),
}
"""What the page says of a card that does not pay."""

_EXPIRY = re.compile(r"(0[1-9]|1[0-2]) ?/ ?(?:20)?(\d\d)")
_DIGITS = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}


def _countries() -> list[tuple[str, Any]]:
    return [("", _("As the card says")), *countries]


class CardForm(forms.Form):
    """A card in plain fields. Browsers are asked not to fill in a real one."""

    number = forms.CharField(
        label=_("Card number"),
        max_length=40,
        initial="4242 4242 4242 4242",
        widget=forms.TextInput(attrs=_DIGITS),
        error_messages={"required": _("Type the number of a test card.")},
    )
    expiry = forms.CharField(
        label=_("Valid until"),
        max_length=9,
        initial="12/34",
        widget=forms.TextInput(attrs=_DIGITS),
        error_messages={"required": _("Type the month and year the card is valid until, as in 12/34.")},
    )
    cvc = forms.RegexField(
        r"^\d{3,4}$",
        label=_("Security code"),
        initial="123",
        widget=forms.TextInput(attrs=_DIGITS),
        error_messages={
            "required": _("Type the security code: three digits, any will do."),
            "invalid": _("The security code has three or four digits."),
        },
    )
    country = forms.ChoiceField(label=_("Country of the card"), choices=_countries, required=False)
    behaviour = forms.ChoiceField(label=_("Notices to the shop"), choices=DemoCharge.Behaviour.choices, required=False)
    delay_s = forms.IntegerField(
        label=_("Seconds a late notice waits"), min_value=0, max_value=LONGEST_DELAY_S, initial=10, required=False
    )

    def clean_number(self) -> str:
        """Refuse a number that is no test card before anything else is looked at."""
        number: str = self.cleaned_data["number"]
        if cards.read(number).answer is Answer.UNKNOWN:
            raise forms.ValidationError(REFUSALS[Answer.UNKNOWN])
        return number

    def clean_expiry(self) -> str:
        text: str = self.cleaned_data["expiry"]
        found = _EXPIRY.fullmatch(text.strip())
        if found is None:
            raise forms.ValidationError(_("Write the month and the year, as in 12/34."))
        today = clock.today()
        if (2000 + int(found[2]), int(found[1])) < (today.year, today.month):
            raise forms.ValidationError(_("The card is no longer valid."))
        return text

    def manner(self) -> Manner:
        """How the charge is to behave, of a valid form."""
        given = self.cleaned_data
        delay_s = given["delay_s"]
        return Manner(given["behaviour"] or Manner().behaviour, Manner().delay_s if delay_s is None else delay_s)
