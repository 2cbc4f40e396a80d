"""Loads the demo shop into the data folder. Again changes nothing that is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lathe.cli.demo import history, people
from lathe.cli.demo.source import MASTERS
from lathe.cli.errors import CommandError
from lathe.ingest import actions as ingest
from lathe.ingest.actions import Watch
from lathe.ingest.verdicts import ImportReport


def music(folder: Path, watch: Watch) -> ImportReport:
    """Open the demo's shop and import its music. Raises CommandError where any of it was refused."""
    people.open_shop()
    report = ingest.import_path(path=folder / MASTERS, watch=watch)
    if not report.all_in:
        refused = [
            sentence for release in report.releases for sentence in release.sentences if release.state == "refused"
        ]
        refused += [file.sentence for file in report.files if file.verdict not in ("accepted", "already_there")]
        raise CommandError("The demo's music did not go in whole:\n" + "\n".join(refused))
    people.give_label_its_voice()
    return report


def past(advance: Callable[[], None]) -> int:
    """Let the past three months happen, as far as they have not; returns how many purchases there were now."""
    storefront = people.open_shop()
    happened = history.tell(storefront, advance)
    people.give_pocket_money()
    return happened
