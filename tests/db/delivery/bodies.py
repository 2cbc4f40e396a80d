"""Bodies for tests of the cache: rows and objects, without an encoder."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from lathe.basics import clock
from lathe.catalogue.models import Master
from lathe.delivery import rules
from lathe.delivery.models import Rendition
from lathe.objects import stores

SIZE = 1000


def key_of(name: str) -> str:
    """A key as real ones are."""
    return hashlib.sha256(name.encode()).hexdigest()


def stored(name: str, *, used_s_ago: int = 0, held_s: int = -1) -> str:
    """A body in the store with its row; returns its key."""
    key, content = key_of(name), name.encode() * (SIZE // len(name))
    stores.renditions().put_new(rules.object_key(key), content)
    sha256, now = hashlib.sha256(content).hexdigest(), clock.now()
    Rendition.objects.create(
        key=key,
        master=_master(),
        format="wav",
        build="b",
        size_bytes=len(content),
        sha256=sha256,
        facts={"size_bytes": len(content), "sha256": sha256},
        used_at=now - timedelta(seconds=used_s_ago),
        held_until=now + timedelta(seconds=held_s),
    )
    return key


def _master() -> Master:
    return Master.objects.get_or_create(
        sha256="0" * 64,
        defaults={
            "size_bytes": 1,
            "sample_rate_hz": 44_100,
            "bits": 16,
            "channels": 2,
            "samples": 1,
            "envelope": b"",
            "verdict": "lossless_cd",
        },
    )[0]


def objects() -> set[str]:
    """The keys of what lies in the store."""
    return {rules.key_of_object(entry.key) for entry in stores.renditions().entries()}
