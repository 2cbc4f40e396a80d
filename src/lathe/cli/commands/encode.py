"""lathe encode: cut one master, without a shop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lathe.cli import output

_WORKERS = click.IntRange(min=1)
_STANDARD_OUTPUT = "-"


@click.command("encode")
@click.argument("master", type=click.Path(path_type=Path))
@click.option("--to", "fmt", metavar="FORMAT", required=True, help="What to cut to; `lathe formats` lists them.")
@click.option("-o", "--output", "target", metavar="FILE", required=True, help="Where to; - is standard output.")
@click.option("--force", is_flag=True, help="Write over FILE where it is there.")
@click.option("--workers", type=_WORKERS, help="Processes that encode; one a core unless told otherwise.")
@click.option("--verify", is_flag=True, help="Decode what was made, and prove that it is what was promised.")
@click.option("--explain", is_flag=True, help="Show the parts the music was cut in, and how they were joined.")
def command(master: Path, target: str, explain: bool, **how: Any) -> None:
    """Cut MASTER to FORMAT and write it to FILE, with the tags and the cover that the master carries.

    The bytes of the music are those the shop would sell, whatever the number of workers. It needs no shop and no data
    folder.

    \b
    Examples:
      lathe encode gymnopedie.flac --to mp3:vbr=0 -o gymnopedie.mp3
      lathe encode gymnopedie.flac --to flac:bits=16,rate=44100 -o cd.flac --verify
      lathe encode gymnopedie.flac --to mp3:cbr=320 -o gymnopedie.mp3 --explain
      lathe encode gymnopedie.flac --to wav -o - | aplay
    """
    from lathe.cli import cutting, explaining

    place = None if target == _STANDARD_OUTPUT else Path(target)
    order = cutting.Order(master=master, target=place, **how)
    with output.bars() as bars:
        done = cutting.cut(order, lambda share: bars.share(master.name, share))
    say = output.say if place else output.warn
    say(f"{place or master.name}: {done.label}, {output.size(done.size_bytes)}.")
    for line in [*done.proved, *(explaining.lines(done.explain) if explain else ())]:
        say(line)
