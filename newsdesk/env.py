"""Read settings from the environment and a `.env` file; a wrong value stops the start with one sentence.

A variable that is set to nothing counts as unset, so that `.env` may keep a line without a value.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
DATABASE_URLS = "write sqlite:////absolute/file or postgresql://USER:PASSWORD@HOST/NAME"
REDIS_URLS = "write redis://:PASSWORD@HOST:6379/0, or rediss:// for TLS"


class WrongSetting(ImproperlyConfigured):
    """A variable has a value that can't be used; the message is one sentence that names it."""


def load_dotenv(path: Path) -> None:
    """Add the `NAME=value` lines of `path` to the environment; what is set already wins.

    A missing file is no error. Raises WrongSetting on a line that is no assignment.
    """
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        if not equals or not name.strip().isidentifier():
            raise WrongSetting(f"{path.name}, line {number}: write NAME=value, not {stripped!r}.")
        os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def text(name: str, default: str = "") -> str:
    """Return the variable without white space around it, or `default` where it is unset."""
    return os.environ.get(name, "").strip() or default


def choice(name: str, default: str, *, among: Collection[str]) -> str:
    """Return the variable in upper case. Raises WrongSetting where it is not one of `among`."""
    value = text(name, default).upper()
    if value not in among:
        raise WrongSetting(f"{name} must be one of {', '.join(among)}, not {text(name)!r}.")
    return value


def boolean(name: str, *, default: bool = False) -> bool:
    """Return the variable as a yes or no. Raises WrongSetting for any other word."""
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise WrongSetting(f"{name} must be yes or no, not {text(name)!r}.")


def integer(name: str, default: int, *, least: int = 1, most: int | None = None) -> int:
    """Return the variable as a whole number. Raises WrongSetting where it is none or out of bounds."""
    value = text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise WrongSetting(f"{name} must be a whole number, not {value!r}.") from None
    if number < least:
        raise WrongSetting(f"{name} must be at least {least}, not {number}.")
    if most is not None and number > most:
        raise WrongSetting(f"{name} must be at most {most}, not {number}.")
    return number


def words(name: str, default: str = "") -> list[str]:
    """Return the variable's comma-separated parts, without empty ones."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def origins(name: str) -> list[str]:
    """Return the variable's comma-separated origins. Raises WrongSetting where one lacks its scheme."""
    for origin in words(name):
        if not origin.startswith(("https://", "http://")):
            raise WrongSetting(f"{name} must hold origins such as https://desk.example.org, not {origin!r}.")
    return words(name)


def time_zone(name: str, default: str) -> str:
    """Return the name of a time zone. Raises WrongSetting for one that this machine does not know."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError):  # unknown, a directory of zones, or a path
        raise WrongSetting(f"{name} must be a time zone such as Europe/London, not {value!r}.") from None
    return value


def data_directory(name: str, default: Path) -> Path:
    """Return the directory the variable names, made where it is missing.

    Raises WrongSetting where it can't be made or written to.
    """
    directory = Path(text(name) or default).expanduser().absolute()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(f"{name}: can't make the directory {directory}: {error.strerror}.") from None
    if not os.access(directory, os.W_OK):
        raise WrongSetting(f"{name}: {directory} is not writable for this user.")
    return directory


def secret(name: str, kept_in: Path) -> str:
    """Return the secret: the variable, else the one kept in the file, which is made on first use.

    Raises WrongSetting where the secret is shorter than 32 characters.
    """
    value = text(name)
    if not value:
        if not kept_in.exists():
            _keep(secrets.token_urlsafe(50), kept_in)
        value = kept_in.read_text(encoding="ascii").strip()
    if len(value) < 32:
        raise WrongSetting(f"{name} must have at least 32 characters.")
    return value


def _keep(secret: str, file: Path) -> None:
    # Web and worker may start together: a link appears with its content whole, and only one can be first.
    handle, draft = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "w", encoding="ascii") as writing:
        writing.write(secret)
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    os.unlink(draft)


OPTIONS_OF_POSTGRESQL = "-c jit=off -c max_parallel_workers_per_gather=0"


def database(name: str, default_file: Path) -> dict[str, Any]:
    """Return Django's settings for the database the URL names, SQLite in `default_file` where unset.

    Understands `sqlite:///relative.db`, `sqlite:////absolute.db` and
    `postgresql://user:password@host:port/name?sslmode=require` (a socket directory goes in `?host=`).
    Raises WrongSetting for anything else.
    """
    url = text(name)
    if not url:
        return _sqlite(str(default_file))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WrongSetting(f"{name} is not a URL; {DATABASE_URLS}.") from None
    path = unquote(parts.path)
    if parts.scheme == "sqlite" and len(path) > 1:
        return _sqlite(path[1:])
    if parts.scheme in {"postgres", "postgresql"} and len(path) > 1:
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": path[1:],
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", parts.hostname or ""),
            "PORT": str(port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            # A page's queries are over before PostgreSQL would have compiled them, or begun a second process:
            # it does both by what it expects a query to cost, and takes 200 and 7 ms for it.
            "OPTIONS": {"application_name": "newsdesk", "options": OPTIONS_OF_POSTGRESQL, **options},
        }
    # The value is not shown: it may hold a password.
    raise WrongSetting(f"{name} is for no database known here; {DATABASE_URLS}.")


def redis(name: str) -> dict[str, Any]:
    """Return django-rq's settings for a queue on the Redis the URL names, nothing where it is unset.

    Understands `redis://user:password@host:port/number`, and `rediss://` for TLS. Raises WrongSetting for
    anything else.
    """
    url = text(name)
    if not url:
        return {}
    try:
        parts = urlsplit(url)
        place = {"HOST": parts.hostname, "PORT": parts.port or 6379, "DB": int(parts.path.strip("/") or 0)}
    except ValueError:
        place = {}
    if not place.get("HOST") or parts.scheme not in {"redis", "rediss"} or parts.query:
        # The value is not shown: it may hold a password.
        raise WrongSetting(f"{name} is no Redis that can be used; {REDIS_URLS}.")
    return {
        **place,
        "USERNAME": unquote(parts.username or "") or None,
        "PASSWORD": unquote(parts.password or "") or None,
        "SSL": parts.scheme == "rediss",
        # Not pickle, RQ's default: what is read from Redis must never run as code.
        "SERIALIZER": "rq.serializers.JSONSerializer",
        "DEFAULT_TIMEOUT": -1,  # our own heartbeat says whether a task is alive
        # A page must not wait for a Redis that is away; the worker that waits for work sets its own.
        "REDIS_CLIENT_KWARGS": {"socket_connect_timeout": 2, "socket_timeout": 5, "retry": None},
    }


def _sqlite(file: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            # A transaction that reads and then writes must hold the write lock from its start; otherwise
            # SQLite answers "database is locked" at once, whatever the timeout.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;",
        },
    }
