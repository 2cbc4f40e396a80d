"""The secret that signs the demo processor's notices."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def signing() -> bytes:
    """`LATHE_DEMO_PAYMENT_SECRET`, or a key derived from the secret key for this purpose alone."""
    given: str = settings.LATHE_DEMO_PAYMENT_SECRET
    if given:
        return given.encode("utf-8")
    return hmac.new(settings.SECRET_KEY.encode("utf-8"), b"lathe demo processor notices", hashlib.sha256).digest()
