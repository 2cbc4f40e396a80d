"""Checks of what the operator has set: secret, address, mail, payment."""

from __future__ import annotations

import smtplib
import stat
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection

from lathe.cli.doctor.findings import Finding, note, ok, wrong
from lathe.payments.providers import PROVIDERS

SHORTEST_SECRET = 32
_PATIENCE_S = 8


def secret() -> Finding:
    """Whether the signing key is long enough and nobody else can read it."""
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        return wrong(
            "secret", "The secret key is too short.", f"Make LATHE_SECRET_KEY {SHORTEST_SECRET} characters or more."
        )
    path = settings.LATHE_HOME / "secret-key"
    if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return wrong("secret", f"Others can read {path}.", f"chmod 600 {path}")
    return ok("secret", "The secret key is long, and nobody else can read it.")


def address() -> list[Finding]:
    """Whether the address that buyers use fits the names the shop answers to."""
    url = settings.LATHE_BASE_URL
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return [wrong("address", f"LATHE_BASE_URL is {url!r}.", "Write it as https://shop.example.")]
    found = [ok("address", f"Buyers come to {url}.")]
    if not _answers_to(parts.hostname):
        found = [wrong("address", f"The shop does not answer to {parts.hostname}.", "Add it to LATHE_HOSTS.")]
    if parts.scheme == "http" and not _is_local(parts.hostname):
        found.append(wrong("address", f"{url} is not encrypted.", "Put a proxy with TLS in front, and write https://."))
    if settings.DEBUG:
        found.append(wrong("debug", "LATHE_DEBUG shows error details to everybody.", "Unset it."))
    return found


def _answers_to(host: str) -> bool:
    names = settings.ALLOWED_HOSTS
    return "*" in names or any(host == name or (name.startswith(".") and host.endswith(name)) for name in names)


def _is_local(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def mail() -> Finding:
    """Whether the mail server takes a connection; where letters go to files, where they are."""
    if "filebased" in settings.EMAIL_BACKEND:
        return note(
            "mail", f"Letters are written to {settings.LATHE_HOME / 'mail'}.", "Set LATHE_MAIL_URL to send them."
        )
    try:
        connection = get_connection(timeout=_PATIENCE_S)
        connection.open()
        connection.close()
    except (OSError, smtplib.SMTPException) as failure:
        where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        return wrong("mail", f"{where} does not take letters: {failure}", "Check LATHE_MAIL_URL.")
    return ok("mail", f"{settings.EMAIL_HOST} takes letters from {settings.DEFAULT_FROM_EMAIL}.")


def providers() -> Finding:
    """Whether there is a way to pay, and whether it is a real one."""
    unknown = [name for name in settings.LATHE_PROVIDERS if name not in PROVIDERS]
    if unknown:
        return wrong(
            "payment", f"There is no provider {unknown[0]!r}.", f"LATHE_PROVIDERS knows {', '.join(PROVIDERS)}."
        )
    if not settings.LATHE_PROVIDERS:
        return wrong("payment", "There is no way to pay.", "Set LATHE_PROVIDERS.")
    tests = [name for name in settings.LATHE_PROVIDERS if PROVIDERS[name].is_test]
    if tests and not _is_local(urlsplit(settings.LATHE_BASE_URL).hostname or ""):
        return wrong(
            "payment", f"{tests[0]!r} gives music away in public: no money moves.", "Take it out of LATHE_PROVIDERS."
        )
    if tests:
        return note("payment", f"{', '.join(settings.LATHE_PROVIDERS)}: no money moves.")
    return ok("payment", f"On: {', '.join(settings.LATHE_PROVIDERS)}.")
