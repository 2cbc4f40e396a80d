"""What an operator may set, read from `LATHE_*` variables; every one has a default and a sentence.

`docs/settings.md` is written from this table, so the table is the documentation.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from lathe.basics.errors import LatheError
from lathe.jobs.engines import ENGINES
from lathe.objects import addresses
from lathe.objects.errors import AddressError

LONGEST_TIMEOUT_S = 60
CONNECTION_STAYS_S = 60
"""How old a database connection of a thread that stays may get."""
SENDERS = ("itself", "nginx", "store")


class SettingError(LatheError):
    """A `LATHE_*` variable that cannot be used."""


@dataclass(frozen=True)
class Setting:
    """One variable: its name without the prefix, its default, and what it does."""

    name: str
    default: str
    sentence: str

    @property
    def variable(self) -> str:
        return f"LATHE_{self.name}"


SETTINGS = (
    Setting("HOME", ".lathe", "The one data folder: database, masters, renditions, mail, secrets."),
    Setting("DATABASE_URL", "", "Empty for SQLite in the data folder, or postgresql://user:password@host:port/name."),
    Setting("BASE_URL", "http://127.0.0.1:8000", "The address buyers use; links in letters begin with it."),
    Setting("HOSTS", "127.0.0.1,localhost,[::1]", "Host names the shop answers to, separated by commas."),
    Setting("SECRET_KEY", "", "Signs links and sessions. Empty: one is made and kept in the data folder."),
    Setting("DEBUG", "0", "1 shows error details in the browser. Never in public."),
    Setting("ENCODERS", "0", "Encoder processes of this node. 0: one a core."),
    Setting("RENDITIONS_MAX_MB", "20000", "Size of the rendition cache; the least recently used go first."),
    Setting(
        "MASTERS_URL", "", "Empty for the data folder; or file:///folder, s3://bucket/prefix. Covers and documents too."
    ),
    Setting("RENDITIONS_URL", "", "The same for cut files, which can all be made again."),
    Setting("S3_ENDPOINT", "", "Address of the S3 store. Empty: Amazon's in the region."),
    Setting("S3_REGION", "us-east-1", "Region of the S3 store."),
    Setting("S3_KEY", "", "Access key id for S3. Empty: AWS_ACCESS_KEY_ID."),
    Setting("S3_SECRET", "", "Secret access key for S3. Empty: AWS_SECRET_ACCESS_KEY."),
    Setting("STORE_TIMEOUT_S", "20", "Seconds one request to S3 may take; what fails is tried again within as many."),
    Setting("MASTERS_CACHE_MAX_MB", "20000", "Size of the node's local copies of masters that lie in S3."),
    Setting("PROVIDERS", "demo", "Payment providers that are on, separated by commas. 'demo' takes no real money."),
    Setting("DEMO_PAYMENT_SECRET", "", "Signs the demo processor's notices. Empty: derived from the secret key."),
    Setting(
        "MAIL_URL", "", "Empty writes letters to files in the data folder; or smtp://user:password@host:port, smtps://…"
    ),
    Setting("MAIL_FROM", "shop@localhost", "The sender of letters."),
    Setting("PROXIES", "0", "Reverse proxies in front whose X-Forwarded-For is believed."),
    Setting(
        "SENDS", "itself", "Who sends finished files: itself, nginx (X-Accel-Redirect), or store (an address of S3)."
    ),
    Setting(
        "CONNECTIONS", "4000", "Connections that a web process keeps open; who comes beyond is answered 503 at once."
    ),
    Setting(
        "COUNTRY", "", "Where a visitor is taken to be when the address tells nothing. Empty: the storefront's home."
    ),
    Setting(
        "JOBS",
        "",
        "What keeps the jobs nobody waits for: embedded, or procrastinate, which wants PostgreSQL. Empty: procrastinate"
        " on PostgreSQL, embedded on SQLite.",
    ),
    Setting("JOBS_IN_WEB", "1", "Jobs at once in the web process. 0 where `lathe worker` does them all."),
    Setting(
        "METRICS_TOKEN",
        "",
        "Opens /metrics to who sends it as a bearer token. Empty: only this machine sees it, and only without proxies.",
    ),
    Setting("DISK_FLOOR_BYTES", "500000000", "With less room than this in the data folder the shop is not healthy."),
    Setting("LINK_DAYS", "30", "Days for which a download link works; it can be renewed for ever."),
)


def read(name: str, environ: Mapping[str, str] | None = None) -> str:
    """The value of a setting by its short name; its default where unset."""
    setting = next(item for item in SETTINGS if item.name == name)
    return (environ if environ is not None else os.environ).get(setting.variable, setting.default)


def number(name: str) -> int:
    """A setting that is a whole number, 0 to 999,999,999: more days or megabytes than anybody counts.

    Raises SettingError.
    """
    text = read(name)
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise SettingError(f"LATHE_{name} must be a whole number of at most nine digits; it is {text[:40]!r}.")
    return int(text)


def words(name: str) -> list[str]:
    """A setting that is a list separated by commas."""
    return [word.strip() for word in read(name).split(",") if word.strip()]


def home() -> Path:
    """The data folder, absolute. It is made by the commands that write to it."""
    return Path(read("HOME")).expanduser().resolve()


def secret_key() -> str:
    """The signing key: set, or made once and kept in the data folder, readable by its owner alone."""
    given = read("SECRET_KEY")
    if given:
        return given
    path = home() / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()


def _write_once(path: Path, text: str) -> None:
    """Create `path` with `text` unless another process was first; nobody sees it half written."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def database() -> dict[str, object]:
    """Django's DATABASES['default'] for the database that is set. Raises SettingError on an address it cannot read."""
    url = read("DATABASE_URL")
    if not url:
        return sqlite(home() / "lathe.sqlite3")
    parts = _split("DATABASE_URL", url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise SettingError("LATHE_DATABASE_URL must look like postgresql://user:password@host:port/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") if parts.hostname else "",
        "PORT": str(parts.port or ""),
        # The threads of requests are few and stay; a server that was started anew is noticed before it is asked.
        "CONN_MAX_AGE": CONNECTION_STAYS_S,
        "CONN_HEALTH_CHECKS": True,
    }


def _split(name: str, url: str) -> SplitResult:
    """The parts of an address. Raises SettingError, without the address in it: it may hold a password."""
    try:
        parts = urlsplit(url)
        _port = parts.port  # raises where it is no number
    except ValueError as wrong:
        raise SettingError(f"LATHE_{name} cannot be read: {wrong}. Correct the address.") from wrong
    return parts


def jobs() -> str:
    """The name of the job engine. Raises SettingError on one that there is not, or that the database cannot carry."""
    on_postgres = bool(read("DATABASE_URL"))
    name = read("JOBS") or ("procrastinate" if on_postgres else "embedded")
    if name not in ENGINES:
        raise SettingError(f"LATHE_JOBS must be one of {', '.join(ENGINES)}; it is {name[:40]!r}.")
    if name == "procrastinate" and not on_postgres:
        raise SettingError("LATHE_JOBS=procrastinate wants PostgreSQL. Set LATHE_DATABASE_URL, or leave it unset.")
    return name


def sends() -> str:
    """Who sends finished files. Raises SettingError where that one cannot read the renditions."""
    name, is_s3 = read("SENDS"), store("RENDITIONS_URL").startswith("s3:")
    if name not in SENDERS:
        raise SettingError(f"LATHE_SENDS must be one of {', '.join(SENDERS)}; it is {name[:40]!r}.")
    if name == "nginx" and is_s3:
        raise SettingError("LATHE_SENDS=nginx wants cut files in a folder. Set it to store, or leave it unset.")
    if name == "store" and not is_s3:
        raise SettingError("LATHE_SENDS=store wants LATHE_RENDITIONS_URL=s3://… Set it to nginx, or leave it unset.")
    return name


def s3() -> dict[str, str]:
    """What addresses of S3 stores leave out. Raises SettingError."""
    time_out_s = number("STORE_TIMEOUT_S")
    if not 1 <= time_out_s <= LONGEST_TIMEOUT_S:
        raise SettingError(f"LATHE_STORE_TIMEOUT_S must be 1 to {LONGEST_TIMEOUT_S}; it is {time_out_s}.")
    return {
        "endpoint": read("S3_ENDPOINT"),
        "region": read("S3_REGION"),
        "key": read("S3_KEY") or os.environ.get("AWS_ACCESS_KEY_ID", ""),
        "secret": read("S3_SECRET") or os.environ.get("AWS_SECRET_ACCESS_KEY", ""),
        "timeout_s": str(time_out_s),
    }


def store(name: str) -> str:
    """The address of a store, empty for the data folder. Raises SettingError where it cannot be read."""
    url = read(name)
    if url:
        try:
            addresses.read(url, s3())
        except AddressError as wrong:
            raise SettingError(f"LATHE_{name} is no address of a store: {wrong}") from wrong
    return url


def sqlite(path: Path) -> dict[str, object]:
    """SQLite as the books need it: WAL, synchronous FULL, foreign keys on, write locks taken at once."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": CONNECTION_STAYS_S,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def mail() -> dict[str, object]:
    """Django's EMAIL_* settings for the letters' way out. Raises SettingError on an address it cannot read."""
    url = read("MAIL_URL")
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(home() / "mail"),
        }
    parts = _split("MAIL_URL", url)
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname:
        raise SettingError("LATHE_MAIL_URL must look like smtp+tls://user:password@host:587.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 20,
    }
