"""Sees files to their end, whoever hung up meanwhile, and works out their checksums; `following` sees to bodies."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial

from lathe.delivery import following, whole
from lathe.delivery.blueprints import Blueprint
from lathe.delivery.cutting import Body


def follow(plan: Blueprint, body: Body) -> Future[None]:
    """See a file to its end: store its body when that is made, and record its checksum. Returns at once."""
    return following.begin(plan.name, body, partial(whole.finish, plan))
