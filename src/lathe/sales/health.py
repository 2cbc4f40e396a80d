"""Whether the shop can sell, and if not, why."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection

from lathe.basics.errors import LatheError
from lathe.delivery import cutting
from lathe.ledger.guards import guards
from lathe.objects import stores
from lathe.objects.errors import StoreError
from lathe.payments.providers import PROVIDERS
from lathe.rights.guards import guards as decisions
from lathe.royalties.guards import guards as royalties
from lathe.storefronts.models import Storefront


def troubles() -> list[str]:
    """What keeps the shop from selling, a sentence each; empty when it can sell."""
    checks: list[Callable[[], str]] = [_storefront, _guards, _masters, _room, _encoders, _providers]
    try:
        return [trouble for trouble in (check() for check in checks) if trouble]
    except DatabaseError as broken:
        return [f"The database does not answer as it should: {broken}"]


def free_bytes() -> int:
    """The room left in the data folder for this user."""
    return shutil.disk_usage(settings.LATHE_HOME).free


def _room() -> str:
    try:
        free = free_bytes()
    except OSError as refusal:
        return f"The data folder {settings.LATHE_HOME} cannot be looked at: {refusal.strerror}."
    if free >= settings.LATHE_DISK_FLOOR_BYTES:
        return ""
    return (
        f"{free / 1e6:.0f} MB are free in {settings.LATHE_HOME}, less than LATHE_DISK_FLOOR_BYTES; a full disk stops"
        " every cut and every sale. Make room."
    )


def _storefront() -> str:
    return "" if Storefront.objects.exists() else "There is no storefront. Run `lathe init`."


def _guards() -> str:
    missing = [*guards.missing(connection), *decisions.missing(connection), *royalties.missing(connection)]
    return f"Guards of the books are missing: {', '.join(missing)}. Run `lathe upgrade`." if missing else ""


def _masters() -> str:
    try:
        stores.masters().reach()
    except StoreError as broken:
        return f"The masters cannot be read. {broken}"
    return ""


def _encoders() -> str:
    try:
        return "" if cutting.is_alive() else "No encoder is running. `lathe doctor` says why."
    except (LatheError, OSError) as broken:
        return f"The encoders do not start: {broken}"


def _providers() -> str:
    unknown = [name for name in settings.LATHE_PROVIDERS if name not in PROVIDERS]
    if unknown:
        return f"LATHE_PROVIDERS names a provider that is not there: {', '.join(unknown)}."
    return "" if settings.LATHE_PROVIDERS else "No payment provider is on. Set LATHE_PROVIDERS."
