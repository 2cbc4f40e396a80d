"""Everything that can be told of one music file: whether it is whole, what it measures, what speaks against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lathe.audio import decode, playing, stated, survey
from lathe.audio.containers import identify
from lathe.audio.errors import SourceError
from lathe.audio.fingerprint import FingerprintError, Listener
from lathe.audio.measure import Measurement
from lathe.audio.meters.picture import Spectrogram
from lathe.audio.meters.verdict import Doubt
from lathe.audio.pcm import rechunked
from lathe.audio.playing import Played
from lathe.audio.source import Source

Heard = Callable[[float], None]
ENDINGS = {
    "flac": (".flac",),
    "wav": (".wav", ".wave", ".rf64"),
    "aiff": (".aif", ".aiff"),
    "wv": (".wv",),
    "tta": (".tta",),
    "ogg": (".ogg", ".oga", ".opus"),
    "mov": (".m4a", ".m4b", ".mp4", ".alac"),
    "aac": (".aac",),
    "mp3": (".mp3", ".mp2"),
    "asf": (".wma", ".asf"),
    "mpc8": (".mpc",),
}
"""Endings of names that fit what a file is, by FFmpeg's name for its container."""
PROOFS = {
    "ogg": "Every page passed its checksum.",
    "wv": "Every block passed its checksum.",
    "tta": "Every frame passed its checksum.",
}
NO_PROOF = "It was played to its end; it carries no checksum of the music, so a wrong bit in it cannot be seen."


@dataclass(frozen=True)
class Inspection:
    """One file that could be played to its end.

    kind and codec: in words, and as FFmpeg names it. source: what it plays; lossy sound counts as 24 bits. proof: how
    far it is proven that nothing is wrong with it. tags by lower-case name. cover_bytes: size of a master's embedded
    cover, 0 for none; None where it was not looked for. refusal: why the file is no master; empty where it could be
    imported. is_mislabelled: its name promises another kind. fingerprint: as AcoustID takes it; empty where there is
    none, and `no_fingerprint` says why.
    """

    path: Path
    kind: str
    codec: str
    is_lossless: bool
    size_bytes: int
    source: Source
    proof: str
    tags: dict[str, list[str]]
    cover_bytes: int | None
    refusal: str
    is_mislabelled: bool
    measurement: Measurement
    spectrogram: Spectrogram
    fingerprint: str
    no_fingerprint: str

    @property
    def verdict(self) -> str:
        """The verdict on what claims to be lossless; `lossy` for what does not."""
        return self.measurement.verdict if self.is_lossless else "lossy"

    @property
    def confidence(self) -> float:
        """How sure the verdict is, 0 to 1."""
        return self.measurement.confidence if self.is_lossless else 1.0

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What speaks against the file; that a lossy one sounds lossy does not."""
        held = self.measurement.doubts
        return held if self.is_lossless else tuple(doubt for doubt in held if doubt.kind in ("silent", "cut_off"))

    @property
    def bitrate_bps(self) -> int:
        """The whole file's bits a second of music."""
        return round(8 * self.size_bytes / self.source.duration_s)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold; the spectrogram is left to pictures."""
        judged = {"verdict": self.verdict, "confidence": self.confidence}
        return {
            "file": str(self.path),
            "kind": self.kind,
            "codec": self.codec,
            "is_lossless": self.is_lossless,
            "size_bytes": self.size_bytes,
            "bitrate_bps": self.bitrate_bps,
            "duration_s": self.source.duration_s,
            **asdict(self.source),
            "proof": self.proof,
            "is_master": not self.refusal,
            "refusal": self.refusal,
            "is_mislabelled": self.is_mislabelled,
            "tags": self.tags,
            "cover_bytes": self.cover_bytes,
            "fingerprint": self.fingerprint,
            "no_fingerprint": self.no_fingerprint,
            **judged,
            "measurement": self.measurement.to_dict() | judged | {"doubts": [asdict(doubt) for doubt in self.doubts]},
        }


def inspect(path: Path, progress: Heard) -> Inspection:
    """Look at a file, play it to its end, and measure it. `progress` is told the share done, 0 to 1.

    Raises SourceError where it is damaged, breaks off, or is nothing that is read here.
    """
    kind = playing.kind_of(path)
    return _master(path, progress) if kind == identify.FLAC else _other(path, progress)


def _master(path: Path, progress: Heard) -> Inspection:
    probe = decode.probe(path)
    listener = Listener(probe.source)
    found = survey.survey(path, progress, listener.feed)
    has_md5 = probe.source.pcm_md5 is not None
    music = "the music matches the MD5 in the file" if has_md5 else "the file carries no MD5 of its music"
    return Inspection(
        path=path,
        kind=identify.FLAC.name,
        codec=probe.codec,
        is_lossless=True,
        size_bytes=path.stat().st_size,
        source=found.source,
        proof=f"Every frame passed its checksum, and {music}.",
        tags=probe.tags,
        cover_bytes=len(probe.picture or b""),
        refusal="",
        is_mislabelled=_is_mislabelled(path, identify.FLAC.demuxer),
        measurement=found.measurement,
        spectrogram=found.spectrogram,
        **_fingerprint(listener),
    )


def _other(path: Path, progress: Heard) -> Inspection:
    """Play it twice: the meters want to know the length beforehand, and what other files state is no proof."""
    played = playing.count(path, playing.look(path))
    listener = Listener(played.source)
    measurement, spectrogram = _measured(path, played, listener, progress)
    return Inspection(
        path=path,
        kind=played.kind.name,
        codec=played.codec,
        is_lossless=played.is_lossless,
        size_bytes=path.stat().st_size,
        source=played.source,
        proof=PROOFS.get(played.kind.demuxer, NO_PROOF),
        tags=played.tags,
        cover_bytes=None,
        refusal=_refusal(path),
        is_mislabelled=_is_mislabelled(path, played.kind.demuxer),
        measurement=measurement,
        spectrogram=spectrogram,
        **_fingerprint(listener),
    )


def _measured(path: Path, played: Played, listener: Listener, progress: Heard) -> tuple[Measurement, Spectrogram]:
    instruments, done = survey.Instruments(played.source), 0
    for pcm in rechunked(playing.blocks(path, played), instruments.block):
        instruments.feed(pcm)
        listener.feed(pcm)
        done += len(pcm)
        progress(min(1.0, done / played.source.samples))
    return instruments.finish()


def _refusal(path: Path) -> str:
    """Return why the file is no master, in the words of an import."""
    try:
        stated.read(path)
    except SourceError as refusal:
        return str(refusal)
    return ""


def _is_mislabelled(path: Path, demuxer: str) -> bool:
    promised = path.suffix.lower()
    known = {ending for endings in ENDINGS.values() for ending in endings}
    return promised in known and promised not in ENDINGS.get(demuxer, ())


def _fingerprint(listener: Listener) -> dict[str, str]:
    try:
        return {"fingerprint": listener.fingerprint(), "no_fingerprint": ""}
    except FingerprintError as none:
        return {"fingerprint": "", "no_fingerprint": str(none)}
