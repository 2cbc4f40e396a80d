"""Lists of links as programs read them."""

from __future__ import annotations

from xml.etree import ElementTree

from lathe.delivery.lists import LISTS
from lathe.delivery.lists.base import Entry, Listed

MADE = Entry(
    url="https://shop.example/d/abc:1:x/preludes-01.flac",
    path="Clara Beispiel/2024 Préludes & <more>/01 Lent.flac",
    address="preludes-01.flac",
    title="Lent",
    artist="Frédéric Chopin",
    duration_s=61.6,
    size=1234,
    sha256="a" * 64,
)
WAITING = Entry(
    url="https://shop.example/d/abc:1:y/preludes-02.flac",
    path="Clara Beispiel/2024 Préludes & <more>/02 Vif.flac",
    address="preludes-02.flac",
    title="Vif\n#EXTINF:1,\x0bnot another",
    artist="",
    duration_s=2.2,
    size=None,
    sha256=None,
)
LISTED = Listed("Préludes", "https://shop.example/l/abc:1:z/links.meta4", [MADE, WAITING])


def test_the_plain_list_is_a_url_a_line() -> None:
    assert LISTS["links.txt"].write(LISTED).splitlines() == [MADE.url, WAITING.url]


def test_aria2_is_told_names_and_the_checksums_there_are() -> None:
    assert LISTS["aria2.txt"].write(LISTED) == (
        f"{MADE.url}\n out={MADE.path}\n checksum=sha-256={MADE.sha256}\n{WAITING.url}\n out={WAITING.path}\n"
    )


def test_a_title_of_several_lines_stays_on_one_in_a_playlist() -> None:
    lines = LISTS["playlist.m3u8"].write(LISTED).splitlines()
    assert lines == [
        *("#EXTM3U", "#PLAYLIST:Préludes", "#EXTINF:62,Frédéric Chopin - Lent", MADE.url),
        *("#EXTINF:2,Vif #EXTINF:1, not another", WAITING.url),
    ]


def test_a_metalink_has_sizes_and_hashes_where_they_are_known() -> None:
    root = ElementTree.fromstring(LISTS["links.meta4"].write(LISTED))  # noqa: S314 - our own text
    space = {"m": "urn:ietf:params:xml:ns:metalink"}
    origin = root.find("m:origin", space)
    assert origin is not None
    assert (origin.get("dynamic"), origin.text) == ("true", LISTED.url)
    made, waiting = root.findall("m:file", space)
    assert made.get("name") == MADE.path
    assert made.findtext("m:size", namespaces=space) == "1234"
    digest = made.find("m:hash", space)
    assert digest is not None
    assert (digest.get("type"), digest.text) == ("sha-256", MADE.sha256)
    assert made.findtext("m:url", namespaces=space) == MADE.url
    assert waiting.find("m:size", space) is None
    assert waiting.find("m:hash", space) is None


def test_checksums_name_what_is_made_as_it_was_fetched() -> None:
    assert LISTS["SHA256SUMS"].write(LISTED) == f"{MADE.sha256}  {MADE.path}\n"
    assert LISTS["links.sha256"].write(LISTED) == f"{MADE.sha256}  {MADE.address}\n"
