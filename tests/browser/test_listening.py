"""The player."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Look, looking

pytestmark = [pytest.mark.needs_program("chromium"), pytest.mark.engine("sqlite")]

RELEASE = "/releases/preludes-op-28/"


def wait_for_second(page: Page, second: float) -> None:
    """Wait until the audio has come that far; asked from here, since the page lets no string be run as script."""
    for _ in range(600):
        if page.evaluate("document.getElementById('audio').currentTime") > second:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"The audio did not come to second {second}.")


def test_a_press_plays_the_track_and_the_needle_moves(look: Look) -> None:
    page = look.at(RELEASE)

    page.locator("#player .play").click()
    wait_for_second(page, 1)

    expect(page.locator("#player .play")).to_have_attribute("aria-label", "Pause Prélude nº 4 en mi mineur")
    expect(page.locator("#player time")).to_contain_text("/ 1:49")
    expect(page.locator("#player .needle")).not_to_have_attribute("d", "M0 0V104")
    assert look.complaints == []


def test_another_track_brings_its_own_wave_and_name(look: Look) -> None:
    page = look.at(RELEASE)

    page.get_by_role("link", name="Play Prélude nº 7").click()

    expect(page.locator("#player .meta b")).to_contain_text("Prélude nº 7")
    wait_for_second(page, 0.1)
    expect(page.locator(".trk li.on .nm")).to_contain_text("Prélude nº 7")


def test_the_slider_seeks_by_keyboard(look: Look) -> None:
    page = look.at(RELEASE)
    page.locator("#player .play").click()
    wait_for_second(page, 0.1)

    page.locator("#player input").focus()
    page.keyboard.press("End")

    wait_for_second(page, 100)


def test_without_script_the_browser_s_own_player_stands_there(shop: str, chromium: Browser) -> None:
    with looking(shop, chromium, java_script_enabled=False) as seen:
        page = seen.at(RELEASE)

        assert page.locator("#player audio").is_visible()
        assert not page.locator("#player .play").is_visible()
