"""Signed links: to the library of one order, to files and archives, to lists of links. They expire; new ones are
given for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core import signing

from lathe.delivery.errors import LinkExpired, LinkInvalid

_ORDER = "lathe.order"
_FILE = "lathe.file.3"
_LIST = "lathe.list.1"
"""Each counts up when the form of its token changes, so that an older one is refused and not misread."""


@dataclass(frozen=True)
class FileLink:
    """What a download link opens for one owner: all they own, or of that one release, or one track.

    In `format`, as far as what is owned covers it; empty: as it was bought. With `order_uid` it opens no more than that
    order brought, whatever else the owner has: anybody may order in another's name. `folders` is the template by which
    an archive names its files; empty: the usual one.
    """

    person_uid: UUID
    release_uid: UUID | None
    track_uid: UUID | None
    format: str
    order_uid: UUID | None = None
    folders: str = ""


def file_address(link: FileLink, name: str) -> str:
    """The address of a file, or of an archive as its name's ending says: .zip or .tar."""
    return _address("d", file_token(link), name)


def list_address(link: FileLink, name: str) -> str:
    """The address of a list of what a link opens, in the form that `name` is the usual name of."""
    return _address("l", list_token(link), name)


def _address(door: str, token: str, name: str) -> str:
    return f"{settings.LATHE_BASE_URL}/{door}/{token}/{quote(name)}"


def order_token(order_uid: UUID) -> str:
    """A token that opens the library page of one order."""
    return signing.dumps(str(order_uid), salt=_ORDER, compress=False)


def read_order_token(token: str) -> UUID:
    """The order a token opens. Raises LinkExpired, LinkInvalid."""
    return UUID(str(_read(token, _ORDER)))


def file_token(link: FileLink) -> str:
    """A token that opens one file or archive."""
    return _signed(link, _FILE)


def read_file_token(token: str) -> FileLink:
    """What a token opens. Raises LinkExpired, LinkInvalid."""
    return _link(_read(token, _FILE))


def list_token(link: FileLink) -> str:
    """A token that opens lists. Whoever has a file's link cannot make it one of a list, and so not renew it."""
    return _signed(link, _LIST)


def read_list_token(token: str) -> FileLink:
    """What a list's token opens. Raises LinkExpired, LinkInvalid."""
    return _link(_read(token, _LIST))


def _signed(link: FileLink, salt: str) -> str:
    uids = (link.person_uid, link.release_uid, link.track_uid, link.order_uid)
    return signing.dumps([link.format, link.folders, *(uid.hex if uid else "" for uid in uids)], salt=salt)


def _link(value: Any) -> FileLink:
    fmt, folders, person, *names = value
    release, track, order = (UUID(name) if name else None for name in names)
    return FileLink(UUID(person), release, track, fmt, order, folders)


def _read(token: str, salt: str) -> Any:
    try:
        return signing.loads(token[:2000], salt=salt, max_age=timedelta(days=settings.LATHE_LINK_DAYS))
    except signing.SignatureExpired as late:
        raise LinkExpired("This link has expired. The files are kept for you: sign in, or ask for new links.") from late
    except signing.BadSignature as bad:
        raise LinkInvalid("This link is not one of ours. Copy it whole, or ask for new links.") from bad
