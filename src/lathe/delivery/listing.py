"""Lists of links: every file that a link opens, with a fresh link of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lathe.catalogue import credits
from lathe.delivery import folders, links, selections
from lathe.delivery.links import FileLink
from lathe.delivery.lists.base import Entry, Listed, ListForm
from lathe.delivery.selections import PlannedFile


def of(link: FileLink, form: ListForm) -> Listed:
    """The list of what a link opens, as of now. Raises NotOwned, TemplateError."""
    pieces = selections.opened_by(link)
    files = selections.planned(pieces, folders.parse(link.folders))
    return Listed(selections.title(pieces), links.list_address(link, form.name), entries(link, files))


def entries(link: FileLink, files: Sequence[PlannedFile]) -> list[Entry]:
    """The files with links that open no more than `link` does."""
    return [_entry(link, file) for file in files]


def _entry(link: FileLink, file: PlannedFile) -> Entry:
    release, track = file.piece.release, file.piece.track
    own = replace(link, release_uid=release.uid, track_uid=track.uid, format=str(file.piece.fmt), folders="")
    return Entry(
        url=links.file_address(own, file.address),
        path=file.path,
        address=file.address,
        title=track.title,
        artist=credits.line(release),
        duration_s=track.master.duration_s,
        size=file.size,
        sha256=file.sha256,
    )
