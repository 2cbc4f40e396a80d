"""The shop's settings with the kinds of jobs for tests, and a clock that a fault can turn, for the processes of a
campaign."""

import os
from pathlib import Path

from lathe.basics import clock
from lathe.config.settings import *  # noqa: F403
from lathe.config.settings import INSTALLED_APPS
from tests.faults.campaign.turned import TurnedClock

INSTALLED_APPS = [*INSTALLED_APPS, "tests.kinds"]
clock._system = TurnedClock(Path(os.environ["LATHE_TEST_CLOCK"]))  # every thread of the process reads this one
