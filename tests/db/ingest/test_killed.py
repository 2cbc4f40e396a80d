"""An import that is killed goes on where it stopped when it is run again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from lathe.catalogue.models import Release, Track
from lathe.ingest import actions
from lathe.objects import stores
from tests.db.ingest import music
from tests.plugins.databases import OwnDatabase

RELEASES = 6


def test_an_import_that_is_killed_is_finished_by_the_next(own_database: OwnDatabase, delivery: Path) -> None:
    for number in range(RELEASES):
        music.release(delivery / f"{number}", titles=("One", "Two"), album=f"Album {number}")
    command = [sys.executable, "-m", "lathe.cli.main", "import", str(delivery)]
    with subprocess.Popen(command, env=own_database.environ, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not Release.objects.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    before = Release.objects.count()
    assert 0 < before < RELEASES
    assert all(release.tracks.count() == 2 for release in Release.objects.all())
    report = actions.import_path(path=delivery)
    assert report.all_in
    assert Release.objects.count() == RELEASES
    assert [release.state for release in report.releases].count("unchanged") == before
    assert all(stores.masters().size(track.master.object_key) for track in Track.objects.all())
    assert not (own_database.home / "incoming").exists()
