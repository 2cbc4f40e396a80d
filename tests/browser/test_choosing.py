"""The chooser: with script, by keyboard alone, and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Look, looking

pytestmark = [pytest.mark.needs_program("chromium"), pytest.mark.engine("sqlite")]

RELEASE = "/releases/preludes-op-28/"
NO_SCRIPT = {"java_script_enabled": False}


def choose(page: Page, name: str) -> None:
    page.locator(f"#{name}").check(force=True)


def test_the_chooser_opens_with_the_studio_master_and_all_prices_in_view(look: Look) -> None:
    page = look.at(RELEASE)

    expect(page.locator("#cut")).to_have_text("FLAC 24/96")
    assert page.locator(".plain .p").all_inner_texts() == ["2.49\u00a0€"] * 3


def test_touching_a_field_unchecks_the_plain_choice_and_shows_the_new_cut(look: Look) -> None:
    page = look.at(RELEASE)

    choose(page, "codec-mp3")

    expect(page.locator("#cut")).to_have_text("MP3 V0")
    expect(page.locator("#rung-says")).to_have_text("≈ 245 kbps")
    expect(page.locator("#mode-lossless")).to_be_disabled()
    expect(page.locator("#rate-96000")).to_be_disabled()
    assert page.locator("[name=plain]:checked").count() == 0
    assert look.complaints == []


def test_a_plain_choice_fills_the_fields(look: Look) -> None:
    page = look.at(RELEASE)

    choose(page, "plain-phone")

    expect(page.locator("#cut")).to_have_text("Opus 128")
    expect(page.locator("#codec-opus")).to_be_checked()
    expect(page.locator("#plain-phone")).to_be_checked()
    expect(page.locator("#why")).to_have_text("Opus always works at 48 kHz.")


def test_the_keyboard_reaches_every_setting_and_keeps_its_place(look: Look) -> None:
    page = look.at(RELEASE)

    page.locator("#codec-flac").focus()
    for label in ("ALAC 24/96", "WavPack 24/96", "TTA 24/96", "WAV 24/96", "AIFF 24/96", "MP3 V0"):
        page.keyboard.press("ArrowRight")
        expect(page.locator("#cut")).to_have_text(label)
    expect(page.locator("#codec-mp3")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#mode-vbr")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#cut")).to_have_text("MP3 320")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")

    expect(page.locator("#cut")).to_have_text("MP3 256")
    expect(page.locator("#rung")).to_be_focused()
    assert look.complaints == []


def test_a_rate_above_the_master_stays_in_view_and_cannot_be_chosen(look: Look) -> None:
    page = look.at("/releases/gymnopedies/")

    expect(page.locator("#rate-192000")).to_be_visible()
    expect(page.locator("#rate-192000")).to_be_disabled()
    expect(page.locator("#why")).to_have_text("The master is 44.1 kHz. We never stretch it.")


def test_what_was_chosen_goes_into_the_basket_without_leaving_the_page(look: Look) -> None:
    page = look.at(RELEASE)
    choose(page, "plain-any")
    expect(page.locator("#cut")).to_have_text("MP3 V0")

    page.locator("#stub").get_by_role("button", name="Add to basket").click()

    expect(page.locator("#basket-link .num")).to_have_text("1")
    expect(page.locator("#said")).to_contain_text("In your basket: Préludes, op. 28, MP3 V0.")
    assert page.url.endswith(RELEASE)


def test_who_holds_the_button_down_while_the_price_changes_has_pressed_it(look: Look) -> None:
    page = look.at(RELEASE)
    page.locator("#stub").get_by_role("button", name="Add to basket").hover()
    page.mouse.down()
    page.evaluate("document.getElementById('plain-any').click()")
    expect(page.locator("#cut")).to_have_text("MP3 V0")

    page.mouse.up()

    expect(page.locator("#said")).to_contain_text("In your basket: Préludes, op. 28, MP3 V0.")
    expect(page.locator("#basket-link .num")).to_have_text("1")


def test_my_usual_is_remembered_and_opens_the_next_chooser(look: Look) -> None:
    page = look.at(RELEASE)
    choose(page, "codec-opus")
    expect(page.locator("#cut")).to_have_text("Opus 128")

    page.get_by_role("button", name="Save as my usual").click()
    look.at("/releases/gymnopedies/")

    expect(page.locator("#plain-usual")).to_be_checked()
    expect(page.locator("#cut")).to_have_text("Opus 128")


def test_without_script_a_button_shows_the_price_and_the_basket_takes_the_cut(shop: str, chromium: Browser) -> None:
    with looking(shop, chromium, **NO_SCRIPT) as seen:
        page = seen.at(RELEASE)
        choose(page, "codec-wav")

        page.get_by_role("button", name="Show price").click()
        assert page.locator("#cut").inner_text() == "WAV 24/96"
        page.locator("#stub").get_by_role("button", name="Add to basket").click()

        assert page.locator("h1").inner_text() == "Basket"
        assert "WAV 24/96" in page.locator(".item").inner_text()


def test_without_script_the_basket_takes_the_plain_choice_that_is_on(shop: str, chromium: Browser) -> None:
    with looking(shop, chromium, **NO_SCRIPT) as seen:
        page = seen.at(RELEASE)
        page.locator(".plain label", has_text="Any player").click()

        page.locator("#stub").get_by_role("button", name="Add to basket").click()

        assert "MP3 V0" in page.locator(".item").inner_text()


def test_a_choice_made_before_the_script_has_come_is_priced_once_it_is_there(look: Look) -> None:
    page = look.page
    chosen = """document.addEventListener("readystatechange", () => {
        if (document.readyState === "interactive") document.querySelector("#plain-any").checked = true;
    })"""
    page.add_init_script(chosen)

    look.at(RELEASE)

    expect(page.locator("#cut")).to_have_text("MP3 V0")


def test_without_script_an_order_without_consent_comes_back_as_it_was_filled_in(shop: str, chromium: Browser) -> None:
    with looking(shop, chromium, **NO_SCRIPT) as seen:
        page = seen.at("/releases/gymnopedies/")
        page.locator("#stub").get_by_role("button", name="Add to basket").click()
        page.get_by_role("link", name="Check out").click()
        page.get_by_label("E-mail, for the receipt").fill("nadia@example.org")

        page.get_by_role("button", name="Pay 0.99").click()

        assert "Tick the box" in page.locator("#consent-says").inner_text()
        assert page.get_by_label("E-mail, for the receipt").input_value() == "nadia@example.org"
        assert not page.locator("#consent").is_checked()


def test_with_script_missing_consent_moves_the_focus_to_the_box(look: Look) -> None:
    page = look.at("/releases/gymnopedies/")
    page.locator("#stub").get_by_role("button", name="Add to basket").click()
    expect(page.locator("#basket-link .num")).to_have_text("1")
    look.at("/checkout/")

    page.get_by_role("button", name="Pay 0.99").click()

    expect(page.locator("#consent")).to_be_focused()
    expect(page.locator("#consent-says")).to_contain_text("Tick the box")


def test_another_country_changes_the_tax_at_once(look: Look) -> None:
    page = look.at("/releases/gymnopedies/")
    page.locator("#stub").get_by_role("button", name="Add to basket").click()
    expect(page.locator("#basket-link .num")).to_have_text("1")
    look.at("/checkout/")
    expect(page.locator("#sum")).to_contain_text("VAT 19\u00a0% (Germany)")

    page.get_by_label("Country, for the tax").select_option("LU")

    expect(page.locator("#sum")).to_contain_text("VAT 17\u00a0% (Luxembourg)")


def test_the_search_answers_while_one_types_and_forgives_an_error(look: Look) -> None:
    page = look.at("/search/")

    page.locator("#q2").press_sequentially("gymnopedeis")

    expect(page.locator("#hits")).to_contain_text("Shown for “gymnopedies”.")
    expect(page.locator("#hits .list")).to_contain_text("Satie: Gymnopédies")
    assert look.complaints == []
