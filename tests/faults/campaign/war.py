"""One campaign from end to end: the goods, then round after round of load, a fault in it, and the judgement."""

from __future__ import annotations

import argparse
import time
from random import Random

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django has to be started before the rooms are read

from tests.faults.campaign import buyers, field, goods, judge  # noqa: E402 - as above
from tests.faults.campaign.faults import FAULTS  # noqa: E402 - as above
from tests.faults.campaign.field import Field  # noqa: E402 - as above
from tests.faults.campaign.ground import Ground  # noqa: E402 - as above

LEAST_LOAD_S, MOST_LOAD_S = 0.3, 2.0


def wage(ground: Ground, asked: argparse.Namespace) -> None:
    """Strike with every fault once, and on until the time is over. Raises JudgedError, WrongError."""
    call_command("migrate", verbosity=0, interactive=False)
    stock, chance, begun = goods.on_sale(ground.folder / "goods"), Random(asked.seed), time.monotonic()
    names = _names(ground, asked.only)
    with field.opened(ground) as struck:
        number = 0
        while number < len(names) or time.monotonic() - begun < asked.seconds:
            if number % len(names) == 0:
                chance.shuffle(names)
            _round(struck, stock, names[number % len(names)], Random(f"{asked.seed}:{number}"), number)
            number += 1
    judge.at_the_end(ground.tag)


def _names(ground: Ground, only: str) -> list[str]:
    """The faults to strike with. Raises KeyError for one that there is not."""
    names = [name for name in only.split(",") if FAULTS[name]] if only else list(FAULTS)
    if "disk" in names and not ground.disks_are_small:
        print("No disk is filled: that wants leave to mount a small file system (root).", flush=True)
        names.remove("disk")
    return names


def _round(struck: Field, stock: goods.Goods, name: str, chance: Random, number: int) -> None:
    begun = time.monotonic()
    print(f"{number:3} {name:9}", end=" ", flush=True)
    with (
        judge.asking_for_jobs(chance, f"job-{number}") as asked,
        buyers.buying(struck.nodes, stock, str(chance.random())) as tally,
    ):
        time.sleep(chance.uniform(LEAST_LOAD_S, MOST_LOAD_S))
        with FAULTS[name](struck, chance):
            time.sleep(chance.uniform(LEAST_LOAD_S, MOST_LOAD_S))
    judge.after(struck, stock, asked, chance)
    came = ", ".join(f"{count} {what}" for what, count in sorted(tally.came.items()))
    print(f"{came}; {len(asked)} jobs; {time.monotonic() - begun:.0f} s", flush=True)
