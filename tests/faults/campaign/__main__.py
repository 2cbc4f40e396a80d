"""Run a campaign: `python -m tests.faults.campaign --seed WORD --seconds 600 --only web,clock`."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from tests.faults.campaign import ground
from tests.faults.campaign.ground import Ground
from tests.plugins import objects, postgres, surroundings

ENGINES = ("procrastinate", "embedded")
CACHE_MB, STORE_TIMEOUT_S = 4, 3


def main() -> int:
    """Prepare the field, wage the war, and say how it went; 1 where something gave way."""
    # Whoever ends a campaign early leaves no node, no server and no mounted disk behind.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    asked = _arguments()
    programs = postgres.server_programs()
    if programs is None:
        print("Skipped: needs the program postgres.")
        return 1
    again = f"python -m tests.faults.campaign --seed {asked.seed} --engine {asked.engine} --seconds {asked.seconds:g}"
    again += f" --only {asked.only}" if asked.only else ""
    print(f"Campaign {asked.seed}, jobs by {asked.engine}", flush=True)
    with tempfile.TemporaryDirectory(prefix="lathe-faults-") as folder:
        try:
            with ground.prepared(asked.seed, Path(folder), programs) as prepared:
                _arrange(prepared, asked.engine)
                from tests.faults.campaign import war

                war.wage(prepared, asked)
        except Exception:
            traceback.print_exc()
            _tell(Path(folder))
            print(f"FAILED. Again: {again}", flush=True)
            return 1
    print(f"Held: {asked.seed}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Strike a shop of two nodes under load with one fault after another.")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="a word that the plan is drawn with")
    parser.add_argument("--seconds", type=float, default=0.0, help="go on for so long; at least every fault comes once")
    parser.add_argument("--only", default="", metavar="NAMES", help="these faults alone, by commas")
    parser.add_argument("--engine", choices=ENGINES, help="of the jobs; drawn by the seed unless it is told")
    asked = parser.parse_args()
    asked.engine = asked.engine or ENGINES[sum(asked.seed.encode()) % 2]
    return asked


def _arrange(on: Ground, engine: str) -> None:
    """Point every setting of this process, and of all that it starts, at the campaign's ground."""
    for name in [name for name in os.environ if name.startswith("LATHE_")]:
        del os.environ[name]
    store = objects.url_of(objects.bucket(on.store.url))
    (on.folder / "worker").mkdir()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.faults.campaign.settings",
        "LATHE_HOME": str(on.folder / "campaign"),
        "LATHE_SECRET_KEY": surroundings.SECRET,
        "LATHE_DATABASE_URL": on.database.cluster.address,
        "LATHE_MASTERS_URL": store,
        "LATHE_RENDITIONS_URL": store,
        "LATHE_RENDITIONS_MAX_MB": str(CACHE_MB),
        "LATHE_STORE_TIMEOUT_S": str(STORE_TIMEOUT_S),
        "LATHE_ENCODERS": "1",
        "LATHE_JOBS": engine,
        "LATHE_JOBS_IN_WEB": "0",
        "LATHE_DISK_FLOOR_BYTES": "0",
        "LATHE_TEST_CLOCK": str(on.folder / "campaign.clock"),
    }


def _tell(folder: Path) -> None:
    for log in sorted(folder.glob("*.log")):
        print(f"--- {log.name}\n{log.read_text(encoding='utf-8', errors='replace')[-6000:]}")


if __name__ == "__main__":
    sys.exit(main())
