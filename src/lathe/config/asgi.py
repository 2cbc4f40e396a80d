"""The ASGI application: Django's, with a bound on what a request may carry, and a lifespan that starts the encoders and
the work nobody waits for."""

from __future__ import annotations

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lathe.config.settings")
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
django.setup(set_prefix=False)

from lathe.config.bodies import Bounded  # noqa: E402 - Django has to be started first
from lathe.config.handling import Handler  # noqa: E402 - as above
from lathe.config.lifespan import Lifespan  # noqa: E402 - as above

application = Lifespan(Bounded(Handler()))
