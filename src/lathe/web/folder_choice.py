"""How a visitor wants the files in archives named: kept with their account, else with their session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from lathe.delivery import folders
from lathe.delivery.errors import TemplateError
from lathe.delivery.folders import Template

KEY = "folders"
_EXAMPLE = {
    "artist": "Erik Satie",
    "album": "Gymnopédies",
    "year": "2024",
    "track": "01",
    "title": "Lent et douloureux",
    "label": "Arcueil Éditions",
    "genre": "Classical",
    "format": "FLAC 16-44.1",
    "barcode": "9520000000011",
}


@dataclass(frozen=True)
class Choice:
    """A template to choose, what it makes of an example, and whether it is the visitor's."""

    text: str
    example: str
    is_on: bool


def of(request: HttpRequest) -> str:
    """The visitor's template; empty for the usual one, and where a kept one is not good any more."""
    kept = request.user.folders if request.user.is_authenticated else request.session.get(KEY, "")
    try:
        return str(folders.parse(kept)) if kept else ""
    except TemplateError:
        return ""


def save(request: HttpRequest, text: str) -> Template:
    """Keep a template for next time. Raises TemplateError."""
    template = folders.parse(text)
    kept = "" if str(template) == folders.DEFAULT else str(template)
    request.session[KEY] = kept
    if request.user.is_authenticated:
        request.user.folders = kept
        request.user.save(update_fields=["folders"])
    return template


def choices(request: HttpRequest) -> Sequence[Choice]:
    """The templates to choose from, the visitor's own among them."""
    own = of(request) or folders.DEFAULT
    return [Choice(text, example(text), text == own) for text in dict.fromkeys([*folders.PRESETS, own])]


def example(text: str) -> str:
    """What a template makes of a track. Raises TemplateError."""
    return folders.parse(text).path(_EXAMPLE, "flac")
