"""Checks of the data folder: can it be written, is there room, are the masters there."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings

from lathe.catalogue.models import Master, Release
from lathe.cli.doctor.findings import Finding, note, ok, wrong
from lathe.objects import stores
from lathe.rights.models import Grant
from lathe.sales import health

LOW_BYTES = 5_000_000_000


def folder() -> list[Finding]:
    """Whether the data folder can be written, and how much room it has."""
    home: Path = settings.LATHE_HOME
    try:
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(b"lathe")
    except OSError as refusal:
        return [
            wrong("folder", f"{home} cannot be written: {refusal.strerror}.", "Give it to the user that runs Lathe.")
        ]
    free = health.free_bytes()
    room = f"{free / 1e9:.1f} GB are free in {home}."
    if free < settings.LATHE_DISK_FLOOR_BYTES:
        return [wrong("folder", room, "Make room; a full disk stops every cut.")]
    if free < LOW_BYTES:
        return [note("folder", room, "LATHE_RENDITIONS_MAX_MB may ask for more than there is.")]
    return [ok("folder", room)]


def masters() -> Finding:
    """Whether the file of every master lies in the store with its right size."""
    sizes = {entry.key: entry.size_bytes for entry in stores.masters().entries()}
    count, lost = 0, []
    for master in Master.objects.order_by("sha256").iterator(chunk_size=1000):
        count += 1
        if sizes.get(master.object_key) != master.size_bytes:
            lost.append(master.object_key)
    if lost:
        sentence = f"{len(lost)} of {count} masters are missing or cut short, the first is {lost[0]}."
        return wrong("masters", sentence, "Import them again, or restore them from a backup.")
    return ok("masters", f"All {count} masters are in the store.")


def documents() -> Finding:
    """Whether the document of every grant and the cover of every release lie in the store."""
    grants, covers = ({entry.key for entry in store.entries()} for store in (stores.documents(), stores.covers()))
    lost = [f"the grant {grant.document_name}" for grant in Grant.objects.all() if grant.document_sha256 not in grants]
    for release in Release.objects.exclude(cover_sha256=""):
        if f"{release.cover_sha256}-640.webp" not in covers:
            lost.append(f"the cover of {release.title}")
    if lost:
        return wrong(
            "documents", f"{len(lost)} are missing, the first is {lost[0]}.", "Import again, or restore a backup."
        )
    return ok("documents", "Every grant and every cover is in the store.")
