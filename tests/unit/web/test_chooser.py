"""The chooser's state: the server alone says what a form's fields stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.audio.codecs import CODECS, offered
from lathe.audio.formats import parse
from lathe.audio.source import Source
from lathe.web import chooser, ladder

HIRES = Source(96_000, 24, 2, 96_000 * 180)
CD = Source(44_100, 16, 2, 44_100 * 180)
FIELDS = {"codec": "flac", "mode": "lossless", "depth": "24", "rate": "96000", "was": "flac", "was_plain": "studio"}


def sent(**changes: str) -> dict[str, str]:
    return {**FIELDS, **changes}


def test_it_opens_on_the_studio_master() -> None:
    state = chooser.read({}, HIRES, None)

    assert (str(state.fmt), state.plain) == ("flac", "studio")


def test_it_opens_on_my_usual_where_one_is_saved() -> None:
    state = chooser.read({}, HIRES, parse("opus:96"))

    assert (str(state.fmt), state.plain) == ("opus:96", "usual")


def test_an_address_that_asks_for_nonsense_opens_on_the_studio_master() -> None:
    assert str(chooser.read({"format": "wax:78"}, HIRES, None).fmt) == "flac"


def test_a_plain_choice_fills_the_fields() -> None:
    state = chooser.read(sent(plain="any"), HIRES, None)

    assert (str(state.fmt), state.plain, state.must_redraw) == ("mp3:vbr=0", "any", True)


@pytest.mark.parametrize(
    ("form", "fmt"),
    [
        ({"plain": "any", "format": "flac"}, "mp3:vbr=0"),
        ({"plain": "usual", "format": "flac"}, "opus:96"),
        ({"format": "wav:bits=16,rate=44100"}, "wav:bits=16,rate=44100"),
        ({"plain": "gramophone", "format": "flac"}, "flac"),
    ],
    ids=["the plain choice", "my usual", "the cut shown", "no such choice"],
)
def test_the_basket_takes_the_plain_choice_that_is_on_or_the_cut_shown(form: dict[str, str], fmt: str) -> None:
    assert str(chooser.ordered(form, HIRES, parse("opus:96"))) == fmt


def test_touching_a_field_unchecks_the_plain_choice_even_without_script() -> None:
    state = chooser.read(sent(plain="studio", depth="16"), HIRES, None)

    assert (str(state.fmt), state.plain) == ("flac:bits=16", "")


def test_moving_the_slider_leaves_the_fields_alone() -> None:
    rung = ladder.default_rung("mp3", "cbr", HIRES)
    form = {"codec": "mp3", "mode": "cbr", "rung": str(rung - 1), "was": "mp3:cbr=320", "was_plain": ""}

    state = chooser.read(form, HIRES, None)

    assert (str(state.fmt), state.must_redraw) == ("mp3:cbr=256", False)


def test_a_lossy_codec_starts_with_a_variable_bitrate_at_its_own_default() -> None:
    assert str(chooser.read(sent(codec="mp3"), HIRES, None).fmt) == "mp3:vbr=0"
    assert str(chooser.read(sent(codec="opus"), HIRES, None).fmt) == "opus:128"


def test_coming_back_from_a_lossy_codec_the_master_counts_again() -> None:
    form = {"codec": "flac", "rate": "48000", "was": "opus:128", "was_plain": ""}

    assert str(chooser.read(form, HIRES, None).fmt) == "flac"


def test_more_than_the_master_has_becomes_all_it_has() -> None:
    assert str(chooser.read(sent(depth="24", rate="192000", was="flac"), CD, None).fmt) == "flac"


def test_rates_above_the_master_stay_in_view_and_are_not_possible() -> None:
    shown = chooser.fields(chooser.read({}, CD, None), CD)

    assert [cell.value for cell in shown.rates if not cell.is_possible] == [
        "48000",
        "88200",
        "96000",
        "176400",
        "192000",
    ]


@pytest.mark.parametrize("text", ["flac", "wav:bits=16", "mp3:cbr=320", "mp3:vbr=9", "opus:6", "opus:64,mode=hard"])
def test_the_fields_that_show_an_order_stand_for_that_order(text: str) -> None:
    state = chooser.read({"format": text}, HIRES, None)
    shown = chooser.fields(state, HIRES)
    on = {
        name: next((cell.value for cell in cells if cell.is_on), "")
        for name, cells in (
            ("codec", shown.codecs),
            ("mode", shown.modes),
            ("depth", shown.depths),
            ("rate", shown.rates),
        )
    }

    again = chooser.read({**on, "rung": str(shown.rung), "was": text, "was_plain": ""}, HIRES, None)

    assert (again.fmt, again.must_redraw) == (state.fmt, False)


@given(
    st.dictionaries(
        st.sampled_from(["codec", "mode", "rung", "depth", "rate", "plain", "was", "was_plain", "format"]),
        st.one_of(st.text(max_size=12), st.sampled_from([*CODECS, "vbr", "cbr", "16", "24", "48000", "flac", "any"])),
    )
)
def test_whatever_a_form_sends_an_order_comes_out_that_the_master_can_give(form: dict[str, str]) -> None:
    state = chooser.read(form, CD, None)

    assert chooser.fields(state, CD).bitrate_text
    assert 0 < chooser.share(state.fmt, CD) <= 1


@pytest.mark.parametrize("name", [name for name, codec in CODECS.items() if not codec.lossless])
def test_the_slider_of_every_lossy_codec_rises_from_left_to_right(name: str) -> None:
    for mode in ladder.modes(CODECS[name]):
        rates = [rung.bitrate_bps for rung in ladder.rungs(name, mode, CD)]

        assert len(rates) > 1
        assert rates == sorted(rates)


@pytest.mark.parametrize("name", list(CODECS))
def test_every_codec_declares_how_it_works(name: str) -> None:
    assert ladder.modes(CODECS[name])


def test_floats_can_be_chosen_where_the_codec_has_them_and_are_forgotten_elsewhere() -> None:
    wav = chooser.read(sent(codec="wav", depth="32f"), CD, None)
    assert str(wav.fmt) == "wav:bits=32f"
    shown = chooser.fields(wav, CD)
    assert [(cell.value, cell.is_on) for cell in shown.depths if cell.is_possible] == [("16", False), ("32f", True)]
    assert chooser.keeps(wav.fmt, CD) == "Keeps every bit of the master. Nothing is left out."
    assert chooser.share(wav.fmt, CD) == 1

    assert str(chooser.read(sent(codec="flac", depth="32f", was="wav:bits=32f"), CD, None).fmt) == "flac"


def test_codecs_for_old_players_come_last_and_say_so() -> None:
    shown = chooser.fields(chooser.read({}, CD, None), CD)
    noted = [cell.value for cell in shown.codecs if cell.note]

    assert noted == [name for name, codec in offered().items() if codec.for_old_players]
    assert [cell.value for cell in shown.codecs][-len(noted) :] == noted
    old = chooser.read(sent(codec="mp2"), CD, None)
    assert str(old.fmt) == "mp2:256"
    assert "old players" in chooser.fields(old, CD).hint
    assert chooser.bitrate_text(old.fmt, CD) == "256 kbps"
