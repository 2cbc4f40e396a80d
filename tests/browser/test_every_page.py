"""What holds for every page: no complaint of the browser, nothing beside the screen, nothing too small or too faint."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Look, looking

pytestmark = [pytest.mark.needs_program("chromium"), pytest.mark.engine("sqlite")]

PAGES = (
    "/",
    "/?sort=title&artist=erik-satie",
    "/releases/preludes-op-28/",
    "/releases/gymnopedies/gymnopedie-no-1/",
    "/artists/frederic-chopin/",
    "/genres/classical/",
    "/search/?q=satie",
    "/search/?q=gymnopedeis",
    "/basket/",
    "/library/",
    "/about/prices/",
    "/about/returns/",
    "/about/contact/",
    "/about/credits/",
)
WIDTHS = (320, 390, 768, 1024, 1280)

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

SMALL = """() => [...document.querySelectorAll(".btn, .icon, .nav a, .seg label, .plain label, select, summary, input")]
  .filter(e => e.checkVisibility() && !e.closest(".seg, .plain, .scr, .chk") || e.matches(".seg label, .plain label"))
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
  .filter(([, height]) => height > 0 && height < 43.5)"""

FAINT = """() => {
  const pen = Object.assign(document.createElement("canvas"), {width: 1, height: 1}).getContext("2d",
    {willReadFrequently: true});
  const rgba = colour => {
    pen.clearRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const faint = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || e.closest("svg, .vh, .skip, option")) continue;
    const [a, b] = [light(rgba(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) faint.push([e.outerHTML.slice(0, 90), (a + .05) / (b + .05)]);
  }
  return faint;
}"""


@pytest.mark.parametrize("path", PAGES)
def test_no_page_makes_the_browser_complain_or_scrolls_sideways(look: Look, path: str) -> None:
    page = look.at(path)

    beside = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        beside[width] = page.evaluate(SIDEWAYS)

    assert beside == dict.fromkeys(WIDTHS, 0)
    assert look.complaints == []


@pytest.mark.parametrize("path", ["/", "/releases/preludes-op-28/", "/library/"])
def test_what_a_thumb_must_hit_is_44_pixels_high(shop: str, chromium: Browser, path: str) -> None:
    with looking(shop, chromium, viewport={"width": 390, "height": 844}, has_touch=True) as seen:
        assert seen.at(path).evaluate(SMALL) == []


@pytest.mark.parametrize("theme", ["arcueil", "signal"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(shop: str, chromium: Browser, theme: str, scheme: str) -> None:
    with looking(shop, chromium, color_scheme=scheme) as seen:
        faint = {}
        for path in ("/", "/releases/preludes-op-28/", "/about/prices/"):
            page = seen.at(path)
            page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            page.wait_for_timeout(200)
            faint[path] = page.evaluate(FAINT)

        assert not any(faint.values()), faint


def test_a_page_that_is_not_there_says_so_in_the_shop_s_own_clothes(look: Look) -> None:
    page = look.at("/releases/never-pressed/")

    assert page.locator("h1").inner_text() == "Nothing lies here"
    assert "never-pressed" in page.locator("main").inner_text()


def test_the_way_to_the_content_is_the_first_stop_of_the_keyboard(look: Look) -> None:
    page = look.at("/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.url.endswith("#main")
