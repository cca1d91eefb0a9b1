"""The parts of a machine that tests can run on: PostgreSQL, Chromium, Redis."""

import getpass
import os
import shutil
from pathlib import Path
from urllib.parse import urlencode

import psycopg

CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# What a Chromium is started with, so that it fetches nothing from elsewhere.
QUIET_CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NO_CHROMIUM = (
    "no Chromium was found: install one (Debian and Ubuntu: apt install chromium; macOS: brew install "
    "--cask chromium) or set CHROMIUM to its path"
)
ONE_WRITER = "SQLite has one writer at a time"  # no part is missing: nothing to run there
NO_POSTGRESQL = (
    "no PostgreSQL answered on the local socket or at 127.0.0.1:5432 that lets this user make databases: "
    "start one or set TEST_DATABASE_URL"
)
NO_REDIS = (
    "no redis-server was found: install it (Debian and Ubuntu: apt install redis-server; "
    "macOS: brew install redis)"
)
PLACES = ("/var/run/postgresql", "/tmp", "127.0.0.1")


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome: the one that CHROMIUM names, else the first installed."""
    named = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else CHROMIUM_NAMES)), None)


def find_redis() -> str | None:
    """Return the path of a Redis server, which the tests start and end themselves."""
    return shutil.which("redis-server")


def find_postgresql() -> str | None:
    """Return the URL of a database to test on: TEST_DATABASE_URL, else one on a server that answers here.

    The database itself need not exist: the tests make one of this name with `test_` before it, and remove it.
    """
    if os.environ.get("TEST_DATABASE_URL"):
        return os.environ["TEST_DATABASE_URL"]
    # A name of this run alone, so that two runs on one machine do not meet.
    name = f"newsdesk_{os.getpid()}"
    for place in PLACES:
        if place.startswith("/") and not Path(place, ".s.PGSQL.5432").exists():
            continue
        for user in (getpass.getuser(), "postgres"):
            if _may_make_databases(place, user):
                return f"postgresql://{user}@/{name}?{urlencode({'host': place})}"
    return None


def _may_make_databases(host: str, user: str) -> bool:
    try:
        with psycopg.connect(host=host, user=user, dbname="postgres", connect_timeout=3) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0])
