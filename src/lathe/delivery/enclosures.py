"""What comes with the music in an archive: cover, booklet, words, licence, as far as the catalogue has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lathe.catalogue.models import Release
from lathe.delivery import names, tagging
from lathe.delivery.members import Given, Kept, Member
from lathe.delivery.packings.base import Entry
from lathe.delivery.selections import PlannedFile
from lathe.objects import stores


def of(planned: Sequence[PlannedFile]) -> list[Member]:
    """What belongs to the releases and tracks of these files, once in each folder that their files lie in."""
    found = [*_of_releases(planned), *_of_tracks(planned)]
    taken = [file.path for file in planned]
    paths = names.unique([*taken, *(one.entry.path for one in found)])[len(taken) :]
    for one, path in zip(found, paths, strict=True):
        one.entry = replace(one.entry, path=path)
    return list(found)


def _of_releases(planned: Sequence[PlannedFile]) -> Iterator[Given | Kept]:
    seen = set()
    for file in planned:
        folder = file.path.rpartition("/")[0]
        if (file.piece.release.id, folder) not in seen:
            seen.add((file.piece.release.id, folder))
            yield from _of_release(file.piece.release, f"{folder}/" if folder else "")


def _of_release(release: Release, folder: str) -> Iterator[Given | Kept]:
    cover = tagging.cover(release)
    if cover:
        yield _given(release, f"{folder}cover.jpg", cover.data)
    if release.booklet_sha256:
        entry = Entry(f"{folder}booklet.pdf", release.released_on, release.booklet_bytes)
        yield Kept(entry, stores.documents(), release.booklet_sha256)
    rights = [line for line in (release.copyright, release.licence) if line]
    if rights:
        yield _given(release, f"{folder}licence.txt", "".join(f"{line}\n" for line in rights).encode())


def _of_tracks(planned: Sequence[PlannedFile]) -> Iterator[Given]:
    for file in planned:
        if file.piece.track.lyrics:
            path = f"{file.path.rpartition('.')[0]}.txt"
            yield _given(file.piece.release, path, f"{file.piece.track.lyrics}\n".encode())


def _given(release: Release, path: str, content: bytes) -> Given:
    return Given(Entry(path, release.released_on, len(content)), content)
