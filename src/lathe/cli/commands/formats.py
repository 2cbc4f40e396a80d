"""lathe formats: what a master can be cut to."""

from __future__ import annotations

import click

from lathe.audio.codecs import CODECS
from lathe.cli import output
from lathe.cli.codec_facts import CodecFacts, allowed


@click.command("formats")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--markdown", is_flag=True, help="Print the page that tells buyers which format to choose.")
def command(as_json: bool, markdown: bool) -> None:
    """List the formats that masters are cut to, with every option and its range.

    A format is written as codec and options: flac, mp3:cbr=320, opus:128, flac:bits=16,rate=44100.

    \b
    Example:
      lathe formats
    """
    if as_json and markdown:
        raise click.UsageError("Choose --json or --markdown.")
    found = [CodecFacts(codec) for codec in CODECS.values()]
    if as_json:
        output.show_json([facts.to_dict() for facts in found])
    elif markdown:
        from lathe.cli import formats_page

        click.echo(formats_page.text(found), nl=False)
    else:
        for facts in found:
            _show(facts)


def _show(facts: CodecFacts) -> None:
    codec = facts.codec
    output.say(f"{codec.name}  {codec.title}: {codec.sentence}", bold=True)
    output.say(f"    .{codec.extension}, channels {', '.join(map(str, facts.channels))}; {_manner(facts)}")
    for option in codec.options:
        output.say(f"    {option.name:10}{allowed(option)}  {option.sentence}")


def _manner(facts: CodecFacts) -> str:
    codec = facts.codec
    kept = "lossless" if codec.lossless else "lossy"
    classes = ", ".join(f"{text} class {letter}" for text, letter in facts.classes.items())
    where = [] if facts.is_offered else [f"not offered here: {codec.program} is not installed"]
    return ", ".join([kept, "gapless" if codec.gapless else "not gapless", classes, *where])
