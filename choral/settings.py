"""One function: home folder and environment -> Django settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from choral.core.ids import digest
from choral.home import Home

_HERE = Path(__file__).parent
# The worker's batches touch pages all over the views: fewer, larger ones, joined into the file less often, cost a
# third less. (Too late for a file that is there already, which goes on as it is.)
_VIEWS = "PRAGMA page_size = 16384; PRAGMA wal_autocheckpoint = 16000; "
ROOMS = [
    "choral.books",
    "choral.team",
    "choral.customers.records",
    "choral.customers.identity",
    "choral.customers.identity.book",
    "choral.customers.profiles",
    "choral.customers.audiences",
    "choral.customers.audiences.live",
    "choral.customers.access",
    "choral.customers.privacy",
    "choral.customers.consent",
    "choral.customers.recommend",
    "choral.customers.traits",
    "choral.customers.links",
    "choral.analytics.geo",
    "choral.analytics.findings",
    "choral.analytics.experiments",
    "choral.analytics.boards",
    "choral.connectors",
    "choral.connectors.forwarding",
    "choral.connectors.plan",
    "choral.interfaces.web",
]


def django_settings(home: Home) -> dict[str, Any]:  # allowed: one table, read top down
    """Everything Django is told; nothing else in the project reads Django's settings from elsewhere."""
    debug = os.environ.get("CHORAL_DEBUG") == "1"
    https = os.environ.get("CHORAL_HTTPS") == "1"
    return {
        "DEBUG": debug,
        "SECRET_KEY": digest(b"django" + home.secret, 32).hex(),
        "ALLOWED_HOSTS": os.environ.get("CHORAL_HOSTS", "localhost,127.0.0.1,[::1]").split(","),
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            *ROOMS,
        ],
        "MIDDLEWARE": [
            "choral.interfaces.web.middleware.SecurityHeaders",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "choral.interfaces.web.middleware.Console",
        ],
        "ROOT_URLCONF": "choral.interfaces.urls",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [_HERE / "interfaces" / "web" / "templates"],
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                        "django.template.context_processors.i18n",
                        "choral.interfaces.web.context.console",
                    ],
                    "builtins": ["django.templatetags.i18n", "choral.interfaces.web.templatetags.choral"],
                },
            }
        ],
        "DATABASES": {
            "default": database(home.books_url, "books"),
            "views": database(home.views_url, "views"),
        },
        "DATABASE_ROUTERS": ["choral.books.routing.ByRoom"],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "AUTH_USER_MODEL": "team.Member",
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.ScryptPasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": 10},
            },
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
        ],
        "LOGIN_URL": "/sign-in",
        "LOGIN_REDIRECT_URL": "/",
        "USE_TZ": True,
        "TIME_ZONE": home.time_zone,
        "USE_I18N": True,
        "LANGUAGE_CODE": home.language,
        "LANGUAGES": [("en", "English"), ("fr", "Français"), ("it", "Italiano")],
        "LOCALE_PATHS": sorted(path for path in (_HERE / "locale").iterdir() if path.is_dir()),
        "STATIC_URL": "/static/",
        "STATICFILES_DIRS": [_HERE / "interfaces" / "web" / "static"],
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_MAX_AGE": 0 if debug else 365 * 86_400,  # addresses carry the version of the content
        "CSRF_FAILURE_VIEW": "choral.interfaces.web.errors.csrf_failure",
        "SESSION_COOKIE_AGE": 12 * 3_600,  # a working day, counted from the sign-in
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "CSRF_COOKIE_SECURE": https,
        "SESSION_COOKIE_NAME": "__Host-choral" if https else "choral_session",
        "CSRF_COOKIE_NAME": "__Host-choral-csrf" if https else "choral_csrf",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "X_FRAME_OPTIONS": "DENY",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 5 * 1024 * 1024,
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 1024 * 1024,
        "FILE_UPLOAD_TEMP_DIR": None,
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"keyless": {"()": "choral.interfaces.web.keyless.Keyless"}},
            "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["keyless"]}},
            "root": {"handlers": ["console"], "level": "WARNING"},
        },
    }


def database(url: str, schema: str) -> dict[str, Any]:
    """Django's description of one database: a SQLite file tuned for one writer, or PostgreSQL in `schema`."""
    if url.startswith("sqlite://"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite://"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": f"{_VIEWS if schema == 'views' else ''}"
                "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32000;"
                # What is deleted or written over is gone from the file too: an erased customer leaves no bytes.
                "PRAGMA secure_delete = ON;"
                f"PRAGMA synchronous = {'NORMAL' if schema == 'views' else 'FULL'};",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _socket_folder(parts.query) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"options": f"-c search_path={schema}"},
    }


def _socket_folder(query: str) -> str:
    pairs = dict(part.partition("=")[::2] for part in query.split("&") if part)
    return unquote(pairs.get("host", ""))
