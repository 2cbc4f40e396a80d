"""What is known of a codec, asked of the codec itself: for lists, for programs, and for the page of formats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lathe.audio import formats, plan
from lathe.audio.codecs import offered
from lathe.audio.codecs.base import Codec, DeliveryClass, Option
from lathe.audio.errors import FormatError
from lathe.audio.order import Format
from lathe.audio.source import Source

MOST_CHANNELS = 8
_RATES_HZ = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
_SAMPLES = 44_100 * 240


@dataclass(frozen=True)
class CodecFacts:
    """One codec, and what it makes of masters of every kind."""

    codec: Codec

    @cached_property
    def channels(self) -> list[int]:
        """The numbers of channels it takes."""
        return [count for count in range(1, MOST_CHANNELS + 1) if self._takes(Source(48_000, 24, count, _SAMPLES))]

    @cached_property
    def rates_hz(self) -> list[int]:
        """The usual sample rates that come out, lowest first."""
        masters = [Source(rate, 24, 2, _SAMPLES) for rate in _RATES_HZ]
        made = {plan.output(self._usual, source).sample_rate_hz for source in masters if self._takes(source)}
        return sorted(made)

    @cached_property
    def classes(self) -> dict[str, DeliveryClass]:
        """The delivery class of each order that stands for the codec, from a CD whose MD5 is known."""
        master = Source(44_100, 16, 2, _SAMPLES, "0" * 32)
        return {text: plan.delivery_class(formats.parse(text), master) for text in self._orders()}

    def to_dict(self) -> dict[str, object]:
        """Return plain values that JSON can hold."""
        codec = self.codec
        return {
            "name": codec.name,
            "title": codec.title,
            "extension": codec.extension,
            "media_type": codec.media_type,
            "lossless": codec.lossless,
            "gapless": codec.gapless,
            "for_old_players": codec.for_old_players,
            "offered": self.is_offered,
            "program": codec.program,
            "sentence": codec.sentence,
            "channels": self.channels,
            "sample_rates_hz": self.rates_hz,
            "delivery_classes": self.classes,
            "options": [option.to_dict() for option in codec.options],
        }

    @property
    def is_offered(self) -> bool:
        """Whether this machine can encode it."""
        return self.codec.name in offered()

    @property
    def _usual(self) -> Format:
        return formats.parse(self.codec.trials[0])

    def _takes(self, source: Source) -> bool:
        try:
            plan.conform(self._usual, source)
        except FormatError:
            return False
        return True

    def _orders(self) -> list[str]:
        """The codec's trials, and each of its ways of working: options may change the class."""
        switches = [option for option in self.codec.options if option.kind == "choice"]
        ways = [f"{self.codec.trials[0]},{one.name}={value}" for one in switches for value in one.values]
        return list(dict.fromkeys([*self.codec.trials, *(str(formats.parse(text)) for text in ways)]))


def allowed(option: Option) -> str:
    """Return the range of an option with its unit: `64 to 320 kbps`."""
    return f"{option.allowed()} {option.unit}".strip()
