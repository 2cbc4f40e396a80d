"""The library as its owner sees it, and as somebody sees it who ordered in the owner's name."""

from __future__ import annotations

import html
import re
import shlex
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.test import Client

from lathe.audio.formats import parse
from lathe.delivery import actions as delivery
from lathe.delivery import blueprints, folders, links, selections
from lathe.delivery.blueprints import Blueprint
from lathe.delivery.links import FileLink
from lathe.delivery.models import MadeFile, Rendition
from lathe.sales import letters, orders
from lathe.sales.models import Order
from lathe.web import progress
from tests import paying, shops
from tests.shops import Shop


def opened_by_mail(client: Client, order: Order) -> str:
    """The library page of somebody who holds nothing but the link to one order."""
    client.get(urlsplit(letters.library_link(order)).path)
    return client.get("/library/").content.decode()


def ordered(shop: Shop, *numbers: int) -> Order:
    """A paid order of some tracks as MP3, each a line."""
    filled = shops.basket(shop, track=shop.tracks[numbers[0] - 1], fmt="mp3:cbr=320")
    for number in numbers[1:]:
        shops.fill(filled, shop, track=shop.tracks[number - 1], fmt="mp3:cbr=320")
    return paying.paid(orders.place(shops.checkout(shop, filled)))


def made(plan: Blueprint) -> None:
    """Have the books say that a file was cut and what its checksum is."""
    body = {"master": plan.track.master, "format": str(plan.fmt), "build": "test", "facts": {}, "sha256": "4" * 64}
    Rendition.objects.create(key=plan.body_key, size_bytes=1000, **body)
    MadeFile.objects.create(key=plan.key, rendition_id=plan.body_key, size_bytes=1100, sha256="5" * 64, crc32=0)


def test_an_order_in_somebody_elses_name_opens_what_it_brought_and_nothing_else_of_theirs(
    shop: Shop, client: Client
) -> None:
    paying.paid(shops.placed(shop, fmt="mp3:cbr=320"))

    page = opened_by_mail(client, ordered(shop, 1, 2))

    [archive] = {token for token, name in re.findall(r"/d/([^/\"']+)/([^\"' ]+)", page) if name.endswith(".zip")}
    assert [piece.track.number for piece in selections.opened_by(links.read_file_token(archive))] == [1, 2]


def listed(page: str, name: str) -> str:
    """The path of the list of that name on a page."""
    [address] = set(re.findall(rf'href="([^"]+/{re.escape(name)})"', page))
    return urlsplit(address).path


def test_checksums_and_commands_name_files_as_the_download_does(shop: Shop, client: Client) -> None:
    order = ordered(shop, 1)
    track = shop.tracks[0]
    track.title = "Don't; n\u00ba 1"
    track.save()

    page = html.unescape(opened_by_mail(client, order))

    plan = blueprints.blueprint(track, shop.release, parse("mp3:cbr=320"))
    assert plan.name == "01 Don't; n\u00ba 1.mp3"
    [command] = re.findall(r">(curl -C - -o .*)\n", page)
    assert shlex.split(command)[4] == plan.name
    made(plan)
    sums = client.get(listed(page, "SHA256SUMS")).content.decode()
    assert sums == f"{'5' * 64}  Erik Satie \u2013 Gymnop\u00e9dies (MP3 320)/{plan.name}\n"
    assert (
        client.get(listed(page, "links.sha256")).content.decode() == f"{'5' * 64}  gymnopedies-01-gymnopedie-no-1.mp3\n"
    )


def test_a_list_keeps_a_name_of_any_script(shop: Shop, client: Client) -> None:
    page = opened_by_mail(client, ordered(shop, 1))

    answer = client.get(listed(page, "playlist.m3u8"))

    assert answer["Content-Type"] == "audio/x-mpegurl; charset=utf-8"
    assert "Gymnop%C3%A9dies%20%28MP3%20320%29.playlist.m3u8" in answer["Content-Disposition"]


def test_a_list_is_refused_where_the_link_is_no_list_s_or_nothing_is_owned_any_more(shop: Shop, client: Client) -> None:
    order = ordered(shop, 1)
    page = opened_by_mail(client, order)
    good = listed(page, "links.txt")
    [file] = client.get(good).content.decode().split()

    as_list = client.get(f"/l/{file.split('/')[-2]}/links.txt")
    as_file = client.get(good.replace("/l/", "/d/"))
    unknown = client.get(good.replace("links.txt", "links.exe"))
    delivery.end(order_uid=order.uid, reason="refund")
    ended = client.get(good)

    assert [answer.status_code for answer in (as_list, as_file, unknown, ended)] == [403, 403, 404, 403]
    assert b"not one of ours" in as_list.content
    assert b"links.meta4" in unknown.content
    assert b"You do not own this cut" in ended.content


def test_a_whole_library_opens_every_cut_as_it_was_bought_and_in_one_format_where_covered(shop: Shop) -> None:
    order = ordered(shop, 1, 2)
    paying.paid(shops.placed(shop, track=shop.tracks[2], fmt="flac"))
    whole = FileLink(shops.buyer().uid, None, None, "")

    def opened(link: FileLink) -> list[tuple[int, str]]:
        return [(piece.track.number, str(piece.fmt)) for piece in selections.opened_by(link)]

    assert opened(whole) == [(1, "mp3:cbr=320"), (2, "mp3:cbr=320"), (3, "flac")]
    assert opened(replace(whole, order_uid=order.uid)) == [(1, "mp3:cbr=320"), (2, "mp3:cbr=320")]
    assert opened(replace(whole, format="opus:128")) == [(1, "opus:128"), (2, "opus:128"), (3, "opus:128")]
    assert opened(replace(whole, format="flac")) == [(3, "flac")]


def test_what_is_owned_comes_in_another_format_that_is_covered_and_in_no_better_one(shop: Shop, client: Client) -> None:
    order = ordered(shop, 1, 2)
    page = opened_by_mail(client, order)
    assert re.findall(r'<option value="([^"]+)">', page.split('name="format"')[1].split("</select>")[0]) == [
        *("mp3:vbr=0", "mp3:cbr=128", "aac:256", "opus:128", "vorbis:q=6"),
    ]
    lossless = opened_by_mail(Client(), paying.paid(shops.placed(shop, track=shop.tracks[2], fmt="flac")))
    offered = re.findall(r'<option value="([^"]+)">', lossless.split('name="format"')[1].split("</select>")[0])
    assert offered[:3] == ["alac", "wav", "mp3:cbr=320"]
    asked = f"/library/cut/{shop.release.uid}/?order={order.uid}&format="

    good = client.get(asked + "opus:128")
    better = client.get(asked + "flac", follow=True)
    nonsense = client.get(asked + "mp3:cbr=999", follow=True)
    not_here = client.get(f"/library/cut/{shop.release.uid}/?format=opus:128")

    token, name = good["Location"].split("/")[-2:]
    assert (links.read_file_token(token).format, name) == ("opus:128", "gymnopedies-opus-128.zip")
    assert "You do not own this cut" in better.content.decode()
    assert nonsense.status_code == 200
    assert not_here.status_code == 404


def test_files_are_named_as_the_buyer_chose_and_a_bad_template_is_refused_in_words(shop: Shop, client: Client) -> None:
    opened_by_mail(client, ordered(shop, 1))

    bad = client.post("/library/folders/", {"own": "../{title}"}, follow=True).content.decode()
    good = client.post("/library/folders/", {"own": "{year}/{title}"}, follow=True).content.decode()

    assert "cannot be part of a folder template" in html.unescape(bad)
    assert "2024/Lent et douloureux.flac" in good
    aria2 = client.get(listed(good, "aria2.txt")).content.decode()
    assert " out=2024/Gymnop\u00e9die no. 1.mp3\n" in aria2


def test_a_template_is_kept_with_the_account(shop: Shop, client: Client) -> None:
    ordered(shop, 1)
    person = shops.buyer()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    client.post("/library/folders/", {"own": "", "folders": "{artist} \u2013 {album} \u2013 {track} {title}"})
    person.refresh_from_db()
    assert person.folders == "{artist} \u2013 {album} \u2013 {track} {title}"
    client.post("/library/folders/", {"folders": folders.DEFAULT})
    person.refresh_from_db()
    assert person.folders == ""


def test_an_example_is_shown_while_a_template_is_typed(shop: Shop, client: Client) -> None:
    def shown(text: str) -> str:
        return html.unescape(client.get("/library/folders/example/", {"own": text}).content.decode()).strip()

    assert shown("{label}/{title}") == "Arcueil \u00c9ditions/Lent et douloureux.flac"
    assert "{nonsense}" in shown("{nonsense}")
    assert shown("") == ""


def test_everything_and_an_order_of_several_cuts_can_be_had_at_once(shop: Shop, client: Client) -> None:
    filled = shops.basket(shop, track=shop.tracks[0], fmt="mp3:cbr=320")
    shops.fill(filled, shop, track=shop.tracks[1], fmt="flac")
    order = paying.paid(orders.place(shops.checkout(shop, filled)))
    client.force_login(shops.buyer(), backend="django.contrib.auth.backends.ModelBackend")

    page = client.get("/library/").content.decode()

    opened = {
        name: links.read_file_token(token)
        for token, name in re.findall(r"/d/([^/\"']+)/([^\"' ]+)", page)
        if name in ("library.zip", "library.tar", f"order-{order.number.lower()}.zip")
    }
    assert len(opened) == 3
    assert opened["library.zip"].order_uid is None
    assert opened[f"order-{order.number.lower()}.zip"].order_uid == order.uid


def test_a_page_beyond_the_bound_of_streams_is_told_to_ask_instead(
    shop: Shop, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "MOST_AN_ADDRESS", 0)
    refused = client.get("/library/news/", {"cut": f"{shop.release.uid}~flac~"})
    assert (refused.status_code, refused["Retry-After"]) == (429, "30")
