"""The whole sale in a browser: search, choose FLAC and MP3, pay with the test card, download, check the files."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from mutagen.flac import FLAC
from mutagen.mp3 import MP3
from playwright.sync_api import Page, expect

from lathe.audio import decode
from tests.browser.conftest import MASTERS, Look
from tests.contracts.audio import players

pytestmark = [
    pytest.mark.needs_program("chromium"),
    pytest.mark.needs_program("flac"),
    pytest.mark.needs_program("mpg123"),
    pytest.mark.engine("sqlite"),
]

SATIE = MASTERS / "satie-gymnopedies" / "01-gymnopedie-no-1.flac"


def search_and_add(look: Look, words: str, format_name: str) -> None:
    """Find a release by the search box, choose a plain cut by its name, and put it in the basket."""
    page = look.at("/")
    page.get_by_role("searchbox").fill(words)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("Gymnop|Prélude")).first.click()
    page.wait_for_load_state()
    page.locator(".plain label", has_text=format_name).click()
    add = page.locator("aside.slip").get_by_role("button", name="Add to basket")
    add.click()
    expect(page.get_by_text("In your basket:")).to_be_visible()


def pay(page: Page, card: str) -> None:
    """Fill in the test processor's page."""
    page.get_by_label("Card number").fill(card)
    page.get_by_role("button", name=re.compile("^Pay")).click()


def download(page: Page, shelf: str, cut: str, folder: Path) -> Path:
    """Press Download on a slip of the library."""
    slip = page.get_by_role("region", name=shelf).locator(".slip", has_text=cut)
    with page.expect_download() as caught:
        slip.get_by_role("link", name="Download").click()
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    return path


def test_a_newcomer_buys_flac_and_mp3_and_gets_valid_files(look: Look, tmp_path: Path) -> None:
    search_and_add(look, "gymnopedies", "Studio master")
    search_and_add(look, "chopin preludes", "Any player")
    page = look.at("/checkout/")
    page.get_by_label("E-mail").first.fill("newcomer@example.com")

    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page.get_by_text("Without it we may not start cutting").first).to_be_visible()
    page.get_by_label(re.compile("Start cutting at once")).check()
    page.get_by_role("button", name=re.compile("^Pay")).click()

    pay(page, "4000 0000 0000 0002")
    expect(page.get_by_text(re.compile("declined", re.IGNORECASE)).first).to_be_visible()
    pay(page, "4242 4242 4242 4242")
    page.wait_for_url("**/library/**", timeout=20_000)
    expect(page.get_by_role("heading", name="Gymnopédies")).to_be_visible()

    flac = download(page, "Gymnopédies", "FLAC", tmp_path)
    assert players.run("flac", "-t", flac).returncode == 0
    assert decode.verify(flac).pcm_md5 == decode.verify(SATIE).pcm_md5
    tags = FLAC(flac)
    assert (tags["title"], tags["composer"]) == (["Gymnopédie nº 1"], ["Erik Satie"])
    assert tags.pictures[0].data[:3] == b"\xff\xd8\xff"

    archive = download(page, "Préludes, op. 28", "MP3", tmp_path)
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        opened.extractall(tmp_path)
    files = sorted(tmp_path.rglob("*.mp3"))
    assert len(files) == 3
    for file, master in zip(files, sorted((MASTERS / "chopin-preludes-op-28").glob("*.flac")), strict=True):
        players.is_clean(file)
        source = decode.probe(master).source
        rate = min(source.sample_rate_hz, 48_000)
        assert len(players.mpg123_pcm(file)) // 2 // source.channels == -(
            -source.samples * rate // source.sample_rate_hz
        )
        mp3 = MP3(file)
        assert mp3.tags is not None
        assert mp3.tags.getall("APIC")
        assert "Prélude" in str(mp3.tags["TIT2"])
    assert [item for item in look.complaints if "422" not in item] == [], "a declined card is answered with 422"
