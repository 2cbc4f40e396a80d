"""People are found by their address, and made once, however many orders come at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import connection

from lathe.accounts import actions as people
from tests.plugins.databases import OwnDatabase

THREADS = 8


def found(email: str) -> UUID:
    try:
        return people.for_email(email=email).uid
    finally:
        connection.close()


def test_orders_at_the_same_moment_make_one_guest(own_database: OwnDatabase) -> None:
    addresses = [f"nadia{number}@example.org" for number in range(10)]

    with ThreadPoolExecutor(THREADS) as threads:
        uids = list(threads.map(found, [address for address in addresses for _ in range(THREADS)]))

    assert len(set(uids)) == len(addresses)
