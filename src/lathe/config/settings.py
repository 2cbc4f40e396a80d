"""Django's settings, from the environment. Nothing here is particular to the demo."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from lathe.config import environment

PACKAGE = Path(__file__).resolve().parent.parent

LATHE_HOME = environment.home()
LATHE_BASE_URL = environment.read("BASE_URL").rstrip("/")
LATHE_ENCODERS = environment.number("ENCODERS")
LATHE_RENDITIONS_MAX_BYTES = environment.number("RENDITIONS_MAX_MB") * 1_000_000
LATHE_MASTERS_URL = environment.store("MASTERS_URL")
LATHE_RENDITIONS_URL = environment.store("RENDITIONS_URL")
LATHE_S3 = environment.s3()
LATHE_MASTERS_CACHE_MAX_BYTES = environment.number("MASTERS_CACHE_MAX_MB") * 1_000_000
LATHE_PROVIDERS = environment.words("PROVIDERS")
LATHE_DEMO_PAYMENT_SECRET = environment.read("DEMO_PAYMENT_SECRET")
LATHE_PROXIES = environment.number("PROXIES")
LATHE_COUNTRY = environment.read("COUNTRY")
LATHE_LINK_DAYS = environment.number("LINK_DAYS")
LATHE_SENDS = environment.sends()
LATHE_CONNECTIONS = max(1, environment.number("CONNECTIONS"))
LATHE_JOBS = environment.jobs()
LATHE_JOBS_IN_WEB = environment.number("JOBS_IN_WEB")
LATHE_METRICS_TOKEN = environment.read("METRICS_TOKEN")
LATHE_DISK_FLOOR_BYTES = environment.number("DISK_FLOOR_BYTES")

SECRET_KEY = environment.secret_key()
DEBUG = environment.read("DEBUG") == "1"
ALLOWED_HOSTS = environment.words("HOSTS")
DATABASES = {"default": environment.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "lathe.config.urls"
ASGI_APPLICATION = "lathe.config.asgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "lathe.web",  # before allauth, whose pages it dresses
    "allauth",
    "allauth.account",
    "axes",
    "django_countries",
    "django_htmx",
    "lathe.jobs",
    "lathe.mail",
    "lathe.storefronts",
    "lathe.accounts",
    "lathe.catalogue",
    "lathe.rights",
    "lathe.ledger",
    "lathe.royalties",
    "lathe.ingest",
    "lathe.payments",
    "lathe.delivery",
    "lathe.sales",
    "lathe.reports",
    "lathe.backoffice",
]
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Its tables are there whichever engine is set, so that a change of LATHE_JOBS needs no migration.
    INSTALLED_APPS.append("procrastinate.contrib.django")
    PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
    PROCRASTINATE_READONLY_MODELS = False

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "lathe.config.static_files.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lathe.web.context.shop",
            ]
        },
    }
]

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:library"
LOGOUT_REDIRECT_URL = "web:home"
ACCOUNT_ADAPTER = "lathe.web.sign_in.SignIn"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["ip_address", "username"]]
AXES_CLIENT_IP_CALLABLE = "lathe.web.visitor.address"
AXES_USERNAME_CALLABLE = "lathe.web.sign_in.account_of"
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "lathe.web.views.errors.locked_out"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "lathe.web.views.errors.no_token"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LATHE_BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [LATHE_BASE_URL]
if LATHE_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if LATHE_BASE_URL.startswith("https://") else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [PACKAGE.parent.parent / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = LATHE_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DEFAULT_FROM_EMAIL = environment.read("MAIL_FROM")
globals().update(environment.mail())

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "lathe": {"level": "INFO"},
        "axes": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        "procrastinate": {"level": "CRITICAL"},  # it would print every failed job once more
    },
}
