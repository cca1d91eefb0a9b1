"""Read settings from the environment and a `.env` file; a wrong value stops the start with one sentence."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def load_dotenv(path: Path) -> None:
    """Add the `NAME=value` lines of `path` to the environment; what is set already wins.

    A missing file is no error. Raises ImproperlyConfigured on a line that is no assignment.
    """
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ImproperlyConfigured(f"{path.name}, line {number}: write NAME=value, not {stripped!r}.")
        os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def text(name: str, default: str = "") -> str:
    """Return the variable as it stands, or `default` where it is unset."""
    return os.environ.get(name, default)


def boolean(name: str, *, default: bool = False) -> bool:
    """Return the variable as a yes or no. Raises ImproperlyConfigured for any other word."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def integer(name: str, default: int, *, least: int = 1) -> int:
    """Return the variable as a whole number. Raises ImproperlyConfigured where it is none or below `least`."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        number = int(value.replace("_", ""))
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if number < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {number}.")
    return number


def words(name: str, default: str = "") -> list[str]:
    """Return the variable's comma-separated parts, without empty ones."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def data_directory(name: str, default: Path) -> Path:
    """Return the directory the variable names, made where it is missing.

    Raises ImproperlyConfigured where it can't be made or written to.
    """
    directory = Path(os.environ.get(name) or default).expanduser().absolute()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}: can't make the directory {directory}: {error.strerror}."
        ) from None
    if not os.access(directory, os.W_OK):
        raise ImproperlyConfigured(f"{name}: {directory} is not writable for this user.")
    return directory


def secret(name: str, kept_in: Path) -> str:
    """Return the secret: the variable, else the one kept in the file, which is made on first use.

    Raises ImproperlyConfigured where the secret is shorter than 32 characters.
    """
    value = os.environ.get(name)
    if value is None:
        try:
            # O_EXCL: web and worker may start together, and only one of them may invent the secret.
            handle = os.open(kept_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            value = kept_in.read_text(encoding="ascii").strip()
        else:
            value = secrets.token_urlsafe(50)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(value)
    if len(value) < 32:
        raise ImproperlyConfigured(f"{name} must have at least 32 characters.")
    return value


def database(name: str, default_file: Path) -> dict[str, Any]:
    """Return Django's settings for the database the URL names, SQLite in `default_file` where unset.

    Understands `sqlite:///relative.db`, `sqlite:////absolute.db` and
    `postgresql://user:password@host:port/name?sslmode=require` (a socket directory goes in `?host=`).
    Raises ImproperlyConfigured for anything else.
    """
    url = os.environ.get(name)
    if not url:
        return _sqlite(str(default_file))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} is not a URL: {url!r}.") from None
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
            "OPTIONS": {"application_name": "newsdesk", **options},
        }
    raise ImproperlyConfigured(
        f"{name} must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME, not {url!r}."
    )


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
