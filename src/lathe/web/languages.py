"""The shop's languages: gettext catalogues compiled by babel, and what of the source goes into them.

`babel.cfg` names the extractors below. To renew the catalogues, with DJANGO_SETTINGS_MODULE=lathe.config.settings:

    pybabel extract -F babel.cfg --no-location -o /tmp/django.pot src/lathe
    pybabel update -i /tmp/django.pot -d locale -D django --no-fuzzy-matching --ignore-obsolete
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

Found = tuple[int, str, str | tuple[str, ...], Sequence[str]]
"""What babel expects of an extractor: line, function, message or messages, comments."""

_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"(?:\b(?P<name>n?gettext)|(?<!\w)_)\(\s*(?P<one>{_STRING})(?:\s*,\s*(?P<many>{_STRING}))?")
_SPOKEN = frozenset({"sentence", "title"})


def compile_catalogues() -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; returns those written."""
    written = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                _compile(source, target)
                written.append(target)
    return written


def _compile(source: Path, target: Path) -> None:
    """Write the compiled form aside and move it into place: several processes may start at once."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)


def extract_templates(
    file: IO[bytes], keywords: Mapping[str, object], comment_tags: Sequence[str], options: Mapping[str, str]
) -> Iterator[Found]:
    """Yield what a Django template marks for translation."""
    text = templatize(file.read().decode("utf-8"))
    for call in _CALL.finditer(text):
        line = text.count("\n", 0, call.start()) + 1
        messages = [ast.literal_eval(call[part]) for part in ("one", "many") if call[part]]
        yield line, call["name"] or "gettext", messages[0] if len(messages) == 1 else tuple(messages), []


def extract_sentences(
    file: IO[bytes], keywords: Mapping[str, object], comment_tags: Sequence[str], options: Mapping[str, str]
) -> Iterator[Found]:
    """Yield sentences that pure rooms hold as data and pages show: values of enums, attributes called `sentence` or
    `title`, and the texts of errors."""
    for node in ast.walk(ast.parse(file.read())):
        for text in _sentences(node):
            yield node.lineno if isinstance(node, ast.stmt) else 1, "gettext", text, []


def _sentences(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ClassDef):
        is_enum = any(isinstance(base, ast.Name) and base.id.endswith("Enum") for base in node.bases)
        for line in node.body:
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                text = _text(line.value)
                if text and (line.targets[0].id in _SPOKEN or (is_enum and " " in text)):
                    yield text
    elif isinstance(node, ast.FunctionDef) and node.name in _SPOKEN:
        yield from (text for line in ast.walk(node) if isinstance(line, ast.Return) and (text := _text(line.value)))
    elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
        text = _text(node.exc.args[0])
        if text:
            yield text


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
