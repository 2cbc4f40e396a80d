"""The shop's settings with the kinds of jobs for tests, for processes that a test starts."""

import os

from lathe.config.settings import *  # noqa: F403
from lathe.config.settings import INSTALLED_APPS
from lathe.jobs import watch

INSTALLED_APPS = [*INSTALLED_APPS, "tests.kinds"]

# Where a test is not about workers that fell silent, one that a busy machine keeps waiting must not be taken for gone.
if patience_s := os.environ.get("LATHE_TEST_SILENCE_S"):
    watch.SILENCE_S = float(patience_s)
