"""lathe inspect: look at one music file, without a shop."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from lathe.audio.errors import SourceError
from lathe.cli import output


@click.command("inspect")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document with everything that was found.")
@click.option(
    "--picture", type=click.Path(path_type=Path), metavar="PATH", help="Write waveform and spectrogram as a PNG."
)
@click.option("--force", is_flag=True, help="Write over the picture where it is there.")
@click.pass_context
def command(ctx: click.Context, /, path: Path, as_json: bool, picture: Path | None, force: bool) -> None:
    """Look at a music file: is it whole, what does it measure, and is it what it says it is?

    FILE is played from the first sample to the last. A FLAC is judged as an import would judge it. WAV, AIFF, ALAC,
    WavPack, TTA, MP3, AAC, Opus, Vorbis, MP2, Windows Media Audio 2 and Musepack 8 are read as well; they cannot be
    imported, and the covers in them are not looked for. It needs no shop and no data folder.

    \b
    Examples:
      lathe inspect gymnopedie.flac
      lathe inspect gymnopedie.flac --picture gymnopedie.png
      lathe inspect gymnopedie.mp3 --json

    Exit code: 0 the file is fine or only doubted, 1 it is broken, breaks off, is mislabelled or cannot be read.
    """
    from lathe.cli import inspect_report, inspecting, targets

    if picture:
        targets.check(picture, force=force, source=path)
    try:
        with output.bars(quiet=as_json) as bars:
            found = inspecting.inspect(path, lambda share: bars.share(path.name, share))
    except SourceError as refusal:
        if not as_json:
            raise
        output.show_json({"file": str(path), "refused": {"kind": refusal.kind, "sentence": str(refusal)}})
        ctx.exit(1)
    if picture:
        inspecting.draw(found, picture, force=force)
    if as_json:
        output.show_json(found.to_dict())
    else:
        inspect_report.show(found, Console())
    ctx.exit(1 if found.is_mislabelled else 0)
