"""Names and tiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.audio.source import Source
from lathe.delivery import rules
from lathe.delivery.rules import Tier


@given(st.text(max_size=400))
def test_a_file_name_is_safe_on_every_disk(title: str) -> None:
    name = rules.file_name(number=4, disc=1, discs=1, title=title, extension="flac")
    assert name.endswith(".flac")
    assert len(name.encode()) <= 220
    assert not set(name) & set('/\\:*?"<>|\0\n\r')


def test_discs_are_told_apart_in_names() -> None:
    assert rules.file_name(number=4, disc=2, discs=2, title="Prélude", extension="mp3") == "2-04 Prélude.mp3"


@pytest.mark.parametrize(
    ("lossless", "bits", "rate", "tier"),
    [(False, 16, 44_100, Tier.LOSSY), (True, 16, 48_000, Tier.CD), (True, 24, 44_100, Tier.HIRES)],
)
def test_a_cut_has_the_tier_of_what_it_keeps(lossless: bool, bits: int, rate: int, tier: Tier) -> None:
    assert rules.tier(lossless=lossless, output=Source(rate, bits, 2, 100, None)) is tier
