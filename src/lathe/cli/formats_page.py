"""The page of formats in Markdown: advice written by hand, tables asked of the codecs. It makes docs/formats.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lathe.audio import formats, plan
from lathe.audio.source import Source
from lathe.cli.codec_facts import MOST_CHANNELS, CodecFacts, allowed

_ADVICE = Path(__file__).with_suffix(".txt")
_COMPARED = ("wav", "flac", "mp3:cbr=320", "aac:256", "mp3:vbr=0", "opus:160", "opus:128", "opus:96")
_MINUTE = Source(44_100, 16, 2, 44_100 * 60)
_BEFOREHAND = {
    "A": "Its size is known to the byte beforehand.",
    "B": "It begins to arrive at once; its size is known when it is made.",
    "C": "It arrives when it is made, which takes seconds.",
}
"""What the delivery classes mean to a buyer."""


def text(found: Sequence[CodecFacts]) -> str:
    """Return the page."""
    parts = [_ADVICE.read_text(encoding="utf-8"), *_room(), "\n## Every format\n"]
    for facts in found:
        parts += ["\n", *_codec(facts)]
    return "".join(parts)


def _room() -> Iterator[str]:
    yield "A minute of stereo from a CD takes about:\n\n| format | MB |\n|---|---|\n"
    for order in _COMPARED:
        size = plan.body_size(formats.parse(order), _MINUTE)
        yield f"| `{order}` | {size.estimate_bytes / 1e6:.1f} |\n"
    yield "\nThe shop shows the size of each file before you buy: exact where it is known, else the most it can be.\n"


def _codec(facts: CodecFacts) -> Iterator[str]:
    codec = facts.codec
    yield f"### {codec.title} (`{codec.name}`, .{codec.extension})\n\n{codec.sentence}\n\n"
    yield f"- {_kept(facts)} {_channels(facts)} {_rates(facts)}\n"
    yield f"- {_sizes(facts)}\n"
    yield f"- Offered where the program `{codec.program}` is installed.\n" if codec.program else ""
    for option in codec.options:
        yield f"- `{option.name}`: {allowed(option)}. {option.sentence}\n"


def _kept(facts: CodecFacts) -> str:
    kept = "Lossless." if facts.codec.lossless else "Lossy."
    return f"{kept} {'Plays without gaps.' if facts.codec.gapless else 'Leaves small gaps between tracks.'}"


def _channels(facts: CodecFacts) -> str:
    most = facts.channels[-1]
    if facts.channels == list(range(1, most + 1)):
        return "Mono to 7.1." if most == MOST_CHANNELS else "Mono and stereo."
    return f"Channels: {', '.join(map(str, facts.channels))}."


def _rates(facts: CodecFacts) -> str:
    rates = facts.rates_hz
    if facts.codec.lossless:
        return "The master's own rate, or a lower one."
    texts = [f"{rate / 1000:g}" for rate in rates]
    return f"At {texts[0]} kHz." if len(texts) == 1 else f"At {', '.join(texts[:-1])} or {texts[-1]} kHz."


def _sizes(facts: CodecFacts) -> str:
    """Say when the file arrives; where that hangs on the order, once for each kind of order."""
    if facts.codec.program:
        return _BEFOREHAND["C"]  # A program hands its file over at its end, whatever the class.
    orders: dict[str, list[str]] = {}
    for order, letter in facts.classes.items():
        orders.setdefault(letter, []).append(f"`{order}`")
    if len(orders) == 1:
        return _BEFOREHAND[next(iter(orders))]
    return " ".join(f"{', '.join(alike)}: {_BEFOREHAND[letter]}" for letter, alike in orders.items())
