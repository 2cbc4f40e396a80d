"""LAME through lameenc, set as the lame program sets it."""

from __future__ import annotations

import lameenc

from lathe.audio.containers import mpeg
from lathe.audio.order import Format

QUALITY = 3
"""The algorithm setting that the lame program uses by default (0 is slowest, 9 worst)."""
ABR, VBR_NEW = 3, 4


def encoder(fmt: Format, stream: mpeg.Stream) -> lameenc.Encoder:
    """Return a fresh encoder for an MP3 order. It gives frames alone, without LAME's own tag frame."""
    made = lameenc.Encoder()
    made.silence()
    made.set_in_sample_rate(stream.sample_rate_hz)
    made.set_out_sample_rate(stream.sample_rate_hz)
    made.set_channels(stream.channels)
    made.set_quality(QUALITY)
    if fmt.option("cbr") is not None:
        made.set_bit_rate(fmt.number("cbr", 0))
    elif fmt.option("abr") is not None:
        made.set_vbr(ABR)
        made.set_vbr_mean_bitrate_kbps(fmt.number("abr", 0))
    else:
        made.set_vbr(VBR_NEW)
        made.set_vbr_quality(fmt.number("vbr", 0))
    return made
