"""Finished files stored whole, head and tail included, where somebody else than this process is to send them.

The body alone cannot be handed over: every file has a head of its own. So a file that was downloaded once is put
together and stored beside its body, as an entry of the same cache: counted, held and evicted like a body.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from lathe.audio.build import build_id
from lathe.basics import clock
from lathe.delivery import cache, files, holds, leases, rules
from lathe.delivery.blueprints import Blueprint
from lathe.delivery.cutting import Stored
from lathe.delivery.models import MadeFile, Rendition
from lathe.objects import stores
from lathe.objects.errors import StoreError

FORMAT = "file"
"""What stands for the format of an entry that is a whole file."""
GOOD_FOR = timedelta(hours=6)
"""How long an address of the store leads to a file: the slowest download must have begun anew by then."""
_ASIDE = "whole-"

log = logging.getLogger("lathe.delivery")


@dataclass(frozen=True)
class Place:
    """Where a whole file lies: the key of its object, and an address that opens it, where the store gives such."""

    object_key: str
    url: str | None
    sha256: str


def finish(plan: Blueprint, body: Stored) -> MadeFile:
    """Publish the checksums of a finished file; where files are handed over, store it whole too."""
    made = files.record(plan, body)
    if settings.LATHE_SENDS != "itself":
        _keep(plan, body, made)
    return made


def place(plan: Blueprint) -> Place | None:
    """Where a file lies whole, held for as long as it may be read from there; None where it does not.

    Raises StoreUnavailable.
    """
    row = Rendition.objects.filter(key=plan.key, format=FORMAT, is_stored=True).first()
    made = MadeFile.objects.filter(key=plan.key).first()
    if row is None or made is None or not holds.begin(row):
        return None
    key, store = rules.object_key(plan.key), stores.renditions()
    if store.size(key) != row.size_bytes or row.sha256 != made.sha256:
        cache.lost(plan.key)
        return None
    url = store.presigned_url(key, int(GOOD_FOR.total_seconds()), plan.name)
    if url and not holds.keep_until(plan.key, clock.now() + GOOD_FOR):
        return None
    return Place(key, url, made.sha256)


def _keep(plan: Blueprint, body: Stored, made: MadeFile) -> None:
    """Store a file whole, unless it is, or another process is at it: that one stores the same."""
    old = Rendition.objects.filter(key=plan.key, is_stored=True).first()
    if old is not None and old.sha256 != made.sha256:
        cache.lost(plan.key)  # its body did not come out as before
    elif old is not None:
        return
    if not leases.take_to_publish(plan.key):
        return
    try:
        cache.make_room(made.size_bytes)
        with _aside() as path:
            with path.open("wb") as file:
                for chunk in files.whole(plan, body):
                    file.write(chunk)
            stores.renditions().put_new(rules.object_key(plan.key), path)
        _write_row(plan, made)
    except StoreError as broken:
        # It is sent by this process, then: nothing is lost but speed.
        log.warning("%s could not be stored whole: %s", plan.name, broken)
    finally:
        leases.drop(plan.key)


def _write_row(plan: Blueprint, made: MadeFile) -> None:
    now = clock.now()
    values = {
        "master": plan.track.master,
        "format": FORMAT,
        "build": build_id(),
        "size_bytes": made.size_bytes,
        "sha256": made.sha256,
        "facts": {},
        "used_at": now,
        "held_until": now,
        "is_stored": True,
    }
    Rendition.objects.update_or_create(key=plan.key, defaults=values)


@contextmanager
def _aside() -> Iterator[Path]:
    """A file beside the growing cuts; what a killed process left there goes after a day."""
    folder = settings.LATHE_HOME / "spool"
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_ASIDE}*"):
        if time.time() - left.stat().st_mtime > cache.ORPHANED_AFTER.total_seconds():
            left.unlink(missing_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=_ASIDE, dir=folder)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
