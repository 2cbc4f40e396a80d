"""The catalogues: what is marked for translation is found, and German has all of it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from django.conf import LazySettings
from django.utils import translation

from lathe.web import languages

ROOT = Path(__file__).resolve().parents[3]


def test_a_template_s_words_are_found_with_their_plurals() -> None:
    source = (
        b"{% load i18n %}<p>{% translate 'Basket' %}</p>"
        b"{% blocktranslate count n=x %}{{ n }} item{% plural %}{{ n }} items{% endblocktranslate %}"
    )

    found = list(languages.extract_templates(io.BytesIO(source), {}, [], {}))

    assert [message for _, _, message, _ in found] == ["Basket", ("%(n)s item", "%(n)s items")]


def test_sentences_that_pure_rooms_hold_are_found() -> None:
    source = b"""
class Reason(Enum):
    NO_DEAL = "Not for sale yet."
    CODE = "nodeal"
class Mp3:
    title = "MP3"
    name = "mp3"
def open():
    raise Closed("The shop is closed.")
"""

    found = {message for _, _, message, _ in languages.extract_sentences(io.BytesIO(source), {}, [], {})}

    assert found == {"Not for sale yet.", "MP3", "The shop is closed."}


def german() -> Catalog:
    with (ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale="de")


def test_german_has_every_word_of_the_source() -> None:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    catalogue = german()

    found = extract_from_dir(ROOT / "src" / "lathe", methods, options)
    missing = {message for _, _, message, _, _ in found if message not in catalogue}

    assert missing == set(), "Renew the catalogue; lathe/web/languages.py says how."


def test_german_leaves_nothing_untranslated_and_keeps_every_blank_to_fill() -> None:
    catalogue = german()

    untranslated = [message.id for message in catalogue if message.id and not all([message.string, *message.string])]
    wrong = [(message.id, str(error)) for message in catalogue for error in message.check(catalogue)]

    assert (untranslated, wrong) == ([], [])


def test_catalogues_are_compiled_once_and_again_when_they_change(tmp_path: Path, settings: LazySettings) -> None:
    source = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Basket"\nmsgstr "Korb"\n'
    )
    settings.LOCALE_PATHS = [tmp_path]

    assert languages.compile_catalogues() == [source.with_suffix(".mo")]
    assert languages.compile_catalogues() == []
    assert [path.name for path in sorted(source.parent.iterdir())] == ["django.mo", "django.po"]


@pytest.mark.parametrize(("language", "word"), [("en", "Basket"), ("de", "Korb")])
def test_the_shop_speaks_its_languages(language: str, word: str) -> None:
    with translation.override(language):
        assert translation.gettext("Basket") == word
