"""lathe library: what somebody owns; give them music, or their links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lathe.cli import output, shop
from lathe.cli.errors import CommandError
from lathe.cli.values import FORMAT

if TYPE_CHECKING:
    from lathe.audio.formats import Format
    from lathe.delivery.links import FileLink
    from lathe.delivery.selections import PlannedFile


@click.group("library")
def command() -> None:
    """Give somebody music, or the links to what they own.

    \b
    Example:
      lathe library links nadia@example.org --format flac
    """


@command.command("give")
@click.argument("account")
@click.argument("release")
@click.option("--format", "fmt", type=FORMAT, default="flac", show_default=True, help="See lathe formats.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; the person reads it in the letter.")
@click.option("--key", metavar="KEY", default="", help="A key of your own: the same key again gives nothing more.")
def give(account: str, release: str, fmt: Format, reason: str, key: str) -> None:
    """Give ACCOUNT (an address) a RELEASE (its barcode, or its name in its page's address), at the shop's expense.

    The rights holder is owed what a sale would bring them. The person gets a letter with the link.

    \b
    Example:
      lathe library give nadia@example.org gymnopedies --format flac --reason "The file of last week was broken"
    """
    shop.open_shop()
    from lathe.accounts import actions as accounts
    from lathe.catalogue import queries as catalogue
    from lathe.sales import gifts
    from lathe.storefronts import queries as storefronts

    music = catalogue.find(release)
    person = accounts.for_email(email=account)
    key = key or f"{person.uid} {music.uid} {fmt}"
    order = gifts.give_music(gifts.Gift(storefronts.for_host(""), person, music, fmt, reason, key))
    if order is None:
        output.say(f"{person.email} owns {music.title} in {fmt} already. Nothing was given.")
    else:
        output.say(f"{person.email} owns {music.title} in {fmt} now: order {order.number}. A letter says so.")


@command.command("links")
@click.argument("account")
@click.option("--format", "fmt", type=FORMAT, default=None, help="As far as it is covered. Default: as it was bought.")
@click.option("--make", is_flag=True, help="Cut what is not made yet, so that every size and SHA-256 is known.")
@click.option("--as", "form", metavar="NAME", default="links.txt", show_default=True, help="The form of the list.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; what is not known yet is null.")
def links(account: str, fmt: Format | None, make: bool, form: str, as_json: bool) -> None:
    """Print links to all that ACCOUNT (an address) owns: the same as in their library, signed, for as many days.

    NAME is one of links.txt, aria2.txt, playlist.m3u8, links.meta4, SHA256SUMS, links.sha256.

    \b
    Examples:
      lathe library links nadia@example.org --format opus:128 --make
      lathe library links nadia@example.org --as links.meta4 > nadia.meta4
    """
    shop.open_shop()
    from lathe.accounts import queries as accounts
    from lathe.delivery import listing
    from lathe.delivery.errors import NotOwned
    from lathe.delivery.links import FileLink
    from lathe.delivery.lists import LISTS

    if form not in LISTS:
        raise click.UsageError(f"There is no list {form}. There are {', '.join(LISTS)}.")
    person = accounts.by_email(account)
    link = FileLink(person.uid, None, None, str(fmt or ""), folders=person.folders)
    try:
        if make:
            _make(_files(link))
        if as_json:
            output.show_json(_plain(link))
        else:
            click.echo(LISTS[form].write(listing.of(link, LISTS[form])), nl=False)
    except NotOwned as nothing:
        what = f"nothing that covers {fmt}" if fmt else "nothing"
        raise CommandError(f"{person.email} owns {what}. Give them music with `lathe library give`.") from nothing


def _files(link: FileLink) -> list[PlannedFile]:
    from lathe.delivery import folders, selections

    return selections.planned(selections.opened_by(link), folders.parse(link.folders))


def _make(files: list[PlannedFile]) -> None:
    from lathe.delivery import cutting, precut

    waiting = [file.blueprint for file in files if file.made is None]
    try:
        with output.bars() as bars:
            precut.publish(waiting, bars.counter("Cutting", len(waiting)))
    finally:
        cutting.stop()


def _plain(link: FileLink) -> list[dict[str, Any]]:
    from lathe.delivery import listing

    files = _files(link)
    return [
        {
            "release": file.piece.release.title,
            "barcode": file.piece.release.upc,
            "disc": file.piece.track.disc_number,
            "number": file.piece.track.number,
            "title": entry.title,
            "format": str(file.piece.fmt),
            "path": entry.path,
            "url": entry.url,
            "size": entry.size,
            "sha256": entry.sha256,
        }
        for file, entry in zip(files, listing.entries(link, files), strict=True)
    ]
