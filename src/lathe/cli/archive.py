"""A backup: one tar with the database, the masters, the documents, the covers, and a manifest of SHA-256."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import lathe
from lathe.basics import clock
from lathe.cli.errors import CommandError
from lathe.objects.base import Store

MANIFEST = "manifest.json"
SQLITE, POSTGRES = "lathe.sqlite3", "database.pgdump"
STORES = ("masters", "documents", "covers")
KEEPSAKES = ("secret-key",)
FORMAT = 1
_LARGEST_MANIFEST_BYTES = 1_000_000_000
_PIECE_BYTES = 1 << 20
_NAME = re.compile(r"(?:masters|documents|covers)/[0-9a-z][0-9a-z./-]{0,190}", re.ASCII)

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Member:
    """A file to put into a backup under a name."""

    name: str
    path: Path


@dataclass(frozen=True)
class Contents:
    """What a backup holds, and by name the stores it leaves where they are: S3, which is no file of this machine."""

    members: list[Member]
    elsewhere: dict[str, str]


def contents(home: Path, database: Path, stores: Mapping[str, Store]) -> Contents:
    """What belongs into a backup: the copy of the database first, then what it names. Renditions can be made again."""
    found = [Member(database.name, database)]
    found += [Member(name, home / name) for name in KEEPSAKES if (home / name).is_file()]
    elsewhere: dict[str, str] = {}
    for name in STORES:
        store = stores[name]
        if store.is_local:
            found += [Member(f"{name}/{key}", path) for key, path in _files_of(store)]
        else:
            elsewhere[name] = store.place
    return Contents(found, elsewhere)


def _files_of(store: Store) -> Iterator[tuple[str, Path]]:
    for key in sorted(entry.key for entry in store.entries()):
        path = store.local_path(key)
        if path is not None:
            yield key, path


def pack(target: Path, contents: Contents, progress: Progress) -> int:
    """Write the tar, aside first and then into place, readable by its owner alone; returns its size in bytes."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    total = sum(member.path.stat().st_size for member in contents.members) or 1
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _pack(file, contents, lambda name, done: progress(name, done / total))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def _pack(file: IO[bytes], contents: Contents, advance: Callable[[str, int], None]) -> None:
    files: dict[str, dict[str, object]] = {}
    done = 0
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member in contents.members:
            info = _info(member.name, member.path.stat().st_size)
            with member.path.open("rb") as source:
                hashing = _Hashing(source)
                tar.addfile(info, hashing)
            files[member.name] = {"size": info.size, "sha256": hashing.hexdigest()}
            done += info.size
            advance(member.name, done)
        manifest = {
            "format": FORMAT,
            "lathe": lathe.__version__,
            "made_at": clock.now().isoformat(),
            "files": files,
            "elsewhere": contents.elsewhere,
        }
        data = json.dumps(manifest, indent=1).encode("utf-8")
        tar.addfile(_info(MANIFEST, len(data)), io.BytesIO(data))


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(clock.now().timestamp())
    return info


class _Hashing(io.RawIOBase):
    """A file that hashes what is read from it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self._digest.update(piece)
        return piece

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def unpack(source: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Unpack a backup into an empty folder and check every file against the manifest, which is returned.

    Raises CommandError where it is no backup, is damaged, or holds what no backup holds.
    """
    try:
        with source.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
            found, manifest = _unpack(tar, folder, lambda name: progress(name, file.tell() / source.stat().st_size))
    except (tarfile.TarError, EOFError) as wrong:
        raise CommandError(f"{source} is no backup, or it is damaged ({wrong}). Take another one.") from wrong
    if not manifest:
        raise CommandError(f"{source} has no manifest at its end: it is not whole. Take another one.")
    _compare(found, _files(manifest, source), source)
    return manifest


def _unpack(
    tar: tarfile.TarFile, folder: Path, advance: Callable[[str], None]
) -> tuple[dict[str, tuple[int, str]], dict[str, Any]]:
    found: dict[str, tuple[int, str]] = {}
    manifest: dict[str, Any] = {}
    for info in tar:
        content = tar.extractfile(info) if info.isfile() else None
        if content is None or not _belongs(info.name) or info.name in found:
            raise CommandError(f"The backup holds {info.name[:100]!r}, which no backup holds. Nothing was restored.")
        if info.name == MANIFEST:
            manifest = _manifest(content, info.size)
            continue
        found[info.name] = _write(content, folder / info.name)
        advance(info.name)
    return found, manifest


def _belongs(name: str) -> bool:
    is_object = bool(_NAME.fullmatch(name)) and ".." not in name and "//" not in name
    return is_object or name in (MANIFEST, SQLITE, POSTGRES, *KEEPSAKES)


def _write(content: IO[bytes], path: Path) -> tuple[int, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        for piece in _pieces(content):
            digest.update(piece)
            target.write(piece)
            size += len(piece)
    return size, digest.hexdigest()


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(_PIECE_BYTES):
        yield piece


def _manifest(content: IO[bytes], size: int) -> dict[str, Any]:
    if size > _LARGEST_MANIFEST_BYTES:
        raise CommandError("The backup's manifest is too large to be one. Nothing was restored.")
    try:
        manifest = json.loads(content.read())
    except ValueError as wrong:
        raise CommandError("The backup's manifest cannot be read. Nothing was restored.") from wrong
    if not isinstance(manifest, dict) or not isinstance(manifest.setdefault("elsewhere", {}), dict):
        raise CommandError("The backup's manifest cannot be read. Nothing was restored.")
    return manifest


def _files(manifest: dict[str, Any], source: Path) -> dict[str, tuple[int, str]]:
    if manifest.get("format") != FORMAT:
        raise CommandError(f"{source} was made by a version of Lathe that writes backups in another way.")
    try:
        return {name: (int(file["size"]), str(file["sha256"])) for name, file in manifest["files"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise CommandError("The backup's manifest cannot be read. Nothing was restored.") from wrong


def _compare(found: dict[str, tuple[int, str]], wanted: dict[str, tuple[int, str]], source: Path) -> None:
    wrong = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise CommandError(f"{source} is damaged: {wrong[0]}{more} differs from the manifest. Nothing was restored.")
