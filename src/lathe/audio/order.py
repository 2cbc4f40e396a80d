"""The encoding order as a value, free of any knowledge of the codecs."""

from __future__ import annotations

from dataclasses import dataclass

UNNAMED = "kbps"
"""The option that is written without its name: `opus:128`."""


@dataclass(frozen=True)
class Format:
    """An encoding order, such as MP3 at a constant 320 kbps.

    `str` gives its one canonical text; make one with `formats.parse`.

    `options` are (name, value) pairs in the order in which the codec declares them, without those that stand at their
    default.
    """

    codec: str
    options: tuple[tuple[str, int | str], ...] = ()

    def option(self, name: str) -> int | str | None:
        """Return the value given for `name`; None where the order leaves it at its default."""
        return dict(self.options).get(name)

    def number(self, name: str, default: int) -> int:
        """Return the whole number given for `name`, or `default`."""
        value = self.option(name)
        return default if value is None else int(value)

    def without(self, *names: str) -> Format:
        """Return the same order with the named options left at their default."""
        return Format(self.codec, tuple(pair for pair in self.options if pair[0] not in names))

    def __str__(self) -> str:
        texts = [str(value) if name == UNNAMED else f"{name}={value}" for name, value in self.options]
        return f"{self.codec}:{','.join(texts)}" if texts else self.codec
