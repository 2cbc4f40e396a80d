"""The kinds of store: one file and one line each. What opens a store is named by the scheme of its address."""

from __future__ import annotations

from collections.abc import Callable

from lathe.objects.addresses import Address
from lathe.objects.base import Store
from lathe.objects.kinds.local import LocalStore
from lathe.objects.kinds.s3 import S3Store

KINDS: dict[str, Callable[[Address], Store]] = {
    "file": LocalStore,
    "s3": S3Store,
}
