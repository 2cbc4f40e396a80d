"""Chains of digests: what was sealed cannot be changed, taken out, moved or put in unseen."""

from __future__ import annotations

import hashlib

import pytest

from lathe.basics import chain


def sealed(*contents: str) -> list[tuple[str, str]]:
    """The contents as a chain."""
    links, before = [], chain.GENESIS
    for content in contents:
        before = chain.link(before, content)
        links.append((content, before))
    return links


def test_a_link_is_the_sha256_of_the_digest_before_it_and_its_content() -> None:
    assert chain.link(chain.GENESIS, "a") == hashlib.sha256(b"0" * 64 + b"\na").hexdigest()


def test_a_whole_chain_has_no_break() -> None:
    assert chain.first_break(sealed("a", "b", "c")) is None
    assert chain.first_break([]) is None


def test_a_later_part_is_proven_from_the_digest_before_it() -> None:
    links = sealed("a", "b", "c")
    assert chain.first_break(links[1:], before=links[0][1]) is None


@pytest.mark.parametrize(
    ("harm", "place"),
    [
        (lambda links: [links[0], ("B", links[1][1]), links[2]], 1),
        (lambda links: [links[0], links[2]], 1),
        (lambda links: [links[1], links[0], links[2]], 0),
        (lambda links: [*links, ("d", links[2][1])], 3),
    ],
    ids=["changed", "taken out", "moved", "put in"],
)
def test_the_first_break_is_named(harm: object, place: int) -> None:
    assert callable(harm)
    assert chain.first_break(harm(sealed("a", "b", "c"))) == place
