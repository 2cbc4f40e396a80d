"""An import told to people: what went in, what did not and why."""

from __future__ import annotations

from lathe.cli import output
from lathe.ingest.verdicts import FileReport, ImportReport, ReleaseReport

_STATES = {"new": "new", "changed": "changed", "unchanged": "already there", "refused": "not taken"}
_WORDS = {"already_there": "already there"}


def show(report: ImportReport) -> None:
    """Print the report: releases with their notes, then files that found no release, then the sum."""
    for release in report.releases:
        _show_release(release)
    for file in report.loose:
        _show_file(file)
    output.say(_sum(report))


def _show_release(release: ReleaseReport) -> None:
    output.say(f"{release.title or release.folder} ({_STATES[release.state]})", bold=True)
    for sentence in (*release.sentences, *release.warnings):
        output.say(f"  {sentence}")
    for file in release.files:
        _show_file(file)


def _show_file(file: FileReport) -> None:
    if file.verdict in ("accepted", "already_there"):
        output.say(f"  {_word(file):14}{file.path}")
    else:
        output.say(f"  {_word(file):14}{file.path}\n                {file.sentence}")


def _word(file: FileReport) -> str:
    return _WORDS.get(file.verdict, file.verdict)


def _sum(report: ImportReport) -> str:
    if not report.files:
        return "There is no music here. Lathe looks for FLAC files, at any depth."
    counts = [f"{number} {_WORDS.get(verdict, verdict)}" for verdict, number in sorted(report.counts.items())]
    return f"{len(report.files)} files: {', '.join(counts)}."
