"""What was found in a music file, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from lathe.audio import doubts
from lathe.audio.inspection import Inspection
from lathe.cli import output, terminal_picture
from lathe.pictures.sheet import clock

_VERDICTS = {
    "lossless_hires": "Lossless, high resolution",
    "lossless_narrow": "Lossless; hardly anything sounds above 30 kHz",
    "lossless_cd": "Lossless",
    "lossy": "Lossy by its kind: part of the music is gone, as it is meant to be",
    "silent": "Silent",
    "lossy_born": "Lossless now, and looks as if it had once been lossy",
    "upsampled": "Lossless, and looks upsampled",
    "padded": "Lossless, with 16 bits of sound in a larger box",
    "cut_off": "Lossless, and looks cut off",
}
_TAGS = ("title", "artist", "album", "albumartist", "composer", "tracknumber", "discnumber", "date", "isrc", "barcode")
_LONGEST_TAG = 200


def show(found: Inspection, console: Console) -> None:
    """Print the report with its picture."""
    output.say(found.path.name, bold=True)
    output.say(nature(found))
    terminal_picture.show(
        console,
        found.spectrogram.levels(),
        found.measurement.peaks,
        found.source.sample_rate_hz / 2,
        [doubt.at_hz for doubt in found.doubts if doubt.at_hz is not None],
    )
    for name, text in rows(found):
        output.say(f"{name:14}{text}")


def nature(found: Inspection) -> str:
    """Return kind, depth, rate, channels, length, size and bitrate in one line."""
    source = found.source
    bits = "32-bit float" if found.codec.startswith("pcm_f32") else f"{source.bits} bit"
    depth = f"{bits}, " if found.is_lossless else f"{found.codec}, "
    channels = {1: "mono", 2: "stereo"}.get(source.channels, f"{source.channels} channels")
    return (
        f"{found.kind}, {depth}{source.sample_rate_hz / 1000:g} kHz, {channels}, {clock(source.duration_s)}, "
        f"{output.size(found.size_bytes)} ({found.bitrate_bps / 1000:.0f} kbps)"
    )


def rows(found: Inspection) -> Iterator[tuple[str, str]]:
    """Yield the lines of the report, each a name and what is to be said."""
    yield "Whole", found.proof
    yield "As a master", found.refusal or "It can be imported."
    if found.is_mislabelled:
        yield (
            "Its name",
            f"promises {found.path.suffix}, and the file is {found.kind}. Rename it, or deliver the right file.",
        )
    yield "Verdict", f"{_VERDICTS.get(found.verdict, found.verdict)} ({doubts.sure(found.confidence)})."
    for doubt in found.doubts:
        said = doubts.said(doubt.kind, doubt.at_hz or 0.0, doubt.at_s)
        yield "Doubt", f"{said} ({doubts.sure(doubt.confidence)})."
    yield from _figures(found)
    yield from _words(found)


def _figures(found: Inspection) -> Iterator[tuple[str, str]]:
    measured = found.measurement
    if measured.loudness_lufs is None:
        yield "Loudness", "none: it is silent, or shorter than 0.4 s"
    else:
        yield "Loudness", f"{measured.loudness_lufs:.1f} LUFS, range {measured.loudness_range_lu:.1f} LU (EBU R128)"
        yield "ReplayGain", f"{measured.replaygain_db:+.2f} dB, peak {measured.replaygain_peak:.6f}"
    if measured.true_peak_dbtp is not None:
        yield "Peak", f"{measured.true_peak_dbtp:.2f} dBTP, samples {measured.sample_peak_dbfs:.2f} dBFS"
    if measured.dynamic_range_dr is not None:
        yield "Dynamics", f"DR {measured.dynamic_range_dr}"
    yield "Clipping", f"{measured.clipped_samples} samples at full scale in runs of three and more"
    yield "DC offset", f"{100 * measured.dc_offset:.4f} % of full scale"
    if found.is_lossless:
        yield "Bits", f"{measured.bits_used:g} of {found.source.bits} carry sound"
    top_khz = found.source.sample_rate_hz / 2000
    yield "Spectrum", f"sound to {round(measured.highest_sound_hz / 1000, 2):g} of {top_khz:g} kHz"


def _words(found: Inspection) -> Iterator[tuple[str, str]]:
    """The tags a shop reads, the cover, the fingerprint; every other tag is in the JSON."""
    for name in _TAGS:
        for text in found.tags.get(name, ()):
            yield name.capitalize(), text if len(text) <= _LONGEST_TAG else text[:_LONGEST_TAG] + " …"
    if found.cover_bytes is None:
        yield "Cover", "not looked for in this kind of file"
    else:
        yield "Cover", f"{found.cover_bytes / 1000:.0f} kB" if found.cover_bytes else "none"
    yield "Fingerprint", found.fingerprint[:40] + " …" if found.fingerprint else f"none: {found.no_fingerprint}"
