"""Why something is not sold, in the language of who reads it."""

from __future__ import annotations

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lathe.rights.rules import No


def sentence(answer: No) -> str:
    """What the buyer reads: the first reason, with its day as people write it there."""
    words = _(answer.reasons[0].sentence)
    return words.format(day=_spoken(answer)) if answer.day else words


def _spoken(answer: No) -> str:
    language = (get_language() or "en").replace("-", "_")
    return format_date(answer.day, "d MMMM y" if language.startswith("en") else "long", locale=language)
