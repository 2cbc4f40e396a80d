"""A buyer waits for a cut in the library: it tells how far it is, without being asked, and plays what is owned."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import serving
from tests.browser.conftest import INIT, MASTERS, PATIENCE_MS, Look, _lathe, looking
from tests.browser.test_a_newcomer_buys import pay
from tests.browser.test_listening import wait_for_second

pytestmark = [pytest.mark.needs_program("chromium"), pytest.mark.engine("sqlite")]


@pytest.fixture(scope="module")
def slow_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A shop where nobody cuts ahead: a cut waits until somebody downloads it."""
    home = tmp_path_factory.mktemp("waiting")
    known = {name: value for name, value in os.environ.items() if not name.startswith("LATHE_")}
    environ = {**known, "LATHE_HOME": str(home), "LATHE_ENCODERS": "1", "LATHE_JOBS_IN_WEB": "0"}
    _lathe(environ, *INIT)
    _lathe(environ, "import", str(MASTERS / "chopin-preludes-op-28"))
    with serving.started(environ, home / "serve.log") as running:
        yield running.address


@pytest.fixture
def look(slow_shop: str, chromium: Browser) -> Iterator[Look]:
    with looking(slow_shop, chromium) as seen:
        yield seen


def buy(look: Look, format_name: str) -> Page:
    """Buy the release in a format and go on to the library."""
    page = look.at("/releases/preludes-op-28/")
    page.locator(".plain label", has_text=format_name).click()
    page.locator("aside.slip").get_by_role("button", name="Add to basket").click()
    expect(page.get_by_text("In your basket:")).to_be_visible()
    look.at("/checkout/")
    page.get_by_label("E-mail").first.fill("waiting@example.com")
    page.get_by_label(re.compile("Start cutting at once")).check()
    page.get_by_role("button", name=re.compile("^Pay")).click()
    pay(page, "4242 4242 4242 4242")
    page.wait_for_url("**/library/**", timeout=PATIENCE_MS)
    return page


def fetch(page: Page) -> None:
    with page.expect_download(timeout=PATIENCE_MS) as caught:
        page.locator(".slip").first.get_by_role("link", name="Download").click()
    caught.value.path()


def test_the_page_tells_and_says_aloud_when_a_cut_is_ready_and_plays_it(look: Look) -> None:
    page = buy(look, "Any player")
    expect(page.locator(".slip .words")).to_have_text("About to be cut")
    expect(page.locator("#cut-news")).to_have_text(re.compile("MP3.*: About to be cut"))
    page.get_by_role("button", name="Links", exact=True).click()

    fetch(page)

    expect(page.locator(".slip .stat")).to_contain_text("ready", timeout=PATIENCE_MS)
    expect(page.locator("#cut-news")).to_have_text(re.compile("MP3.*: ready"))
    expect(page.locator("[data-waits]")).to_have_count(0)
    # What was unfolded stays so when the news take the slip's place.
    page.get_by_role("link", name=re.compile("^Play Prélude nº 7")).click()
    wait_for_second(page, 0.5)
    assert page.evaluate("document.getElementById('audio').currentSrc").endswith(".opus")
    assert look.complaints == []


def test_where_no_stream_comes_through_the_page_asks_instead(look: Look) -> None:
    look.page.route("**/library/news/**", lambda route: route.fulfill(status=429, body="too many"))
    page = buy(look, "Studio master")

    fetch(page)

    expect(page.locator(".slip .stat").first).to_contain_text("ready", timeout=PATIENCE_MS)
    assert [one for one in look.complaints if "429" not in one] == []


def test_a_stream_that_a_proxy_keeps_back_is_given_up(look: Look) -> None:
    look.page.clock.install()
    look.page.route("**/library/news/**", lambda route: None)  # never answered
    page = buy(look, "Phone")

    with page.expect_request(lambda request: "/library/slip/" in request.url, timeout=PATIENCE_MS):
        page.clock.fast_forward(13_000)
        page.clock.fast_forward(4_000)
