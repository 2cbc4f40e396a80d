"""The local time of a territory, for deals whose dates carry no zone.

A territory with several zones is given the one its capital keeps: the same day as most of its people.
"""

from __future__ import annotations

from functools import cache

from babel.core import get_global

_CAPITALS = {
    "US": "America/New_York",
    "CA": "America/Toronto",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "MX": "America/Mexico_City",
    "RU": "Europe/Moscow",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "CL": "America/Santiago",
    "ES": "Europe/Madrid",
    "PT": "Europe/Lisbon",
    "NZ": "Pacific/Auckland",
    "AR": "America/Argentina/Buenos_Aires",
}


@cache
def of(territory: str) -> str:
    """The IANA zone of an ISO 3166 territory; UTC where none is known."""
    if territory in _CAPITALS:
        return _CAPITALS[territory]
    zones = get_global("zone_territories")
    found = sorted(
        zone for zone, code in zones.items() if code == territory and "/" in zone and not zone.startswith("Etc")
    )
    return found[0] if found else "UTC"
