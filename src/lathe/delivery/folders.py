"""Folder templates: how a buyer wants the files of an archive named, as in '{artist}/{year} {album}/{track} {title}'.

A template is words, a few fields in braces, and slashes. It makes paths of the catalogue's words alone, each of them
a safe name, so that no template leads out of the folder where an archive is unpacked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lathe.delivery import names
from lathe.delivery.errors import TemplateError

FIELDS = ("artist", "album", "year", "track", "title", "label", "genre", "format", "barcode")
DEFAULT = "{artist} – {album} ({format})/{track} {title}"
PRESETS = (
    DEFAULT,
    "{artist}/{year} {album}/{track} {title}",
    "{label}/{barcode} {album}/{track} {title}",
    "{artist} – {album} – {track} {title}",
)
"""Templates to choose from; the first is what a buyer gets who chose none."""
LONGEST = 120
MOST_PARTS = 5
LONGEST_PATH = 210
"""Characters of a path, its extension left out: Windows takes 260 with the folder above."""
_WORDS = re.compile(r"(?:\{[a-z]+\}|[\w \-–—.,()\[\]&'+!#])+")
_FIELD = re.compile(r"\{([a-z]+)\}")
_LOOSE_ENDS = " -–—_.,"


@dataclass(frozen=True)
class Template:
    """A template that was read: one text a part of the path, the last of them the file's."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join(self.parts)

    def path(self, words: Mapping[str, str], extension: str) -> str:
        """The path of a file whose fields have these words. A folder of which nothing is left is left out."""
        most = LONGEST_PATH // len(self.parts)
        filled = [names.safe(_filled(part, words), most=most) for part in self.parts]
        stem = filled[-1] or names.safe(words["title"], most=most) or "_"
        return "/".join([*(folder for folder in filled[:-1] if folder), f"{stem}.{extension}"])


def parse(text: str) -> Template:
    """Read a template; empty text is the default. Raises TemplateError that says what is wrong and what may stand."""
    if len(text) > LONGEST:
        raise TemplateError(_("A folder template has at most %s characters.") % LONGEST)
    parts = tuple(part.strip() for part in (text.strip() or DEFAULT).split("/"))
    if len(parts) > MOST_PARTS:
        raise TemplateError(_("A folder template has at most %s parts between slashes.") % MOST_PARTS)
    for part in parts:
        _check(part)
    if not {"title", "track"} & set(_FIELD.findall(parts[-1])):
        raise TemplateError(_("The last part names the file, so it needs {title} or {track}."))
    return Template(parts)


def _check(part: str) -> None:
    unknown = [name for name in _FIELD.findall(part) if name not in FIELDS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        words = {"field": f"{{{unknown[0]}}}", "known": known}
        raise TemplateError(_("There is no field %(field)s for folders. There are %(known)s.") % words)
    if not _WORDS.fullmatch(part) or not _FIELD.search(part):
        raise TemplateError(
            _(
                "“%s” cannot be part of a folder template: each part between slashes has a field in braces, "
                "and beside it letters, digits, blanks and . , - ( ) [ ] & ' + ! # _ alone."
            )
            % part
        )


def _filled(part: str, words: Mapping[str, str]) -> str:
    """A part with its fields filled in; what is left loose at its ends where a field is empty goes too."""
    filled = _FIELD.sub(lambda field: words[field.group(1)], part)
    is_whole = all(words[name] for name in _FIELD.findall(part))
    return filled if is_whole else filled.replace("()", "").replace("[]", "").strip(_LOOSE_ENDS)
