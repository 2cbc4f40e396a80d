"""Every test starts here: surroundings first, then Django, then the plugins in tests/plugins."""

from __future__ import annotations

import django
import pytest

pytest.register_assert_rewrite("tests.plugins")

from tests.plugins import surroundings  # noqa: E402 - rewriting of its asserts has to be asked for first

surroundings.arrange()
django.setup()

pytest_plugins = [
    "tests.plugins.databases",
    "tests.plugins.isolation",
    "tests.plugins.objects",
    "tests.plugins.postgres",
    "tests.plugins.programs",
    "tests.plugins.sampling",
    "tests.plugins.skips",
]
