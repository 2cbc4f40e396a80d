"""What speaks against a master, in words for a label."""

from __future__ import annotations


def said(kind: str, hz: float, at_s: float | None = None) -> str:
    """Return what a doubt says, to go on from a file's name and a colon; empty for a verdict that is none.

    `hz` is where its sound ends, `at_s` the moment of a cut where that is known.
    """
    khz = f"{hz / 1000:.1f} kHz"
    where = {None: "begins or ends", 0.0: "begins"}.get(at_s, "ends")
    sentences = {
        "silent": "it is silent from beginning to end",
        "lossy_born": f"its sound ends hard at {khz}, as if it had once been an MP3",
        "upsampled": f"its sound ends hard at {khz}: it seems to have been made from a recording of 44.1 or 48 kHz",
        "padded": "its lower bits are empty: it holds 16 bits of sound",
        "cut_off": f"its music {where} at full level, as if part of it had been cut away",
    }
    return sentences.get(kind, "")


def sure(confidence: float) -> str:
    """Return a confidence from 0 to 1 in words."""
    return "this is certain" if confidence >= 1 else f"we are {round(100 * confidence)} % sure"
