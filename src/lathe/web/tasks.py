"""Background entry points of the pages."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings

from lathe.basics import clock
from lathe.jobs import registry
from lathe.jobs.registry import Kind

SIGN_INS_KEPT_FOR = timedelta(days=30)
"""Long enough to look into an attack; they hold addresses of people."""


def forget_visitors(key: str) -> None:
    """Forget sessions that have expired, and who tried to sign in long ago; the key is empty."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    long_ago = clock.now() - SIGN_INS_KEPT_FOR
    for record in (AccessAttempt, AccessFailureLog, AccessLog):
        record.objects.filter(attempt_time__lt=long_ago).delete()


registry.register(Kind("web.forget_visitors", forget_visitors, priority=-10, every=timedelta(days=1)))
