"""The server that `make run` starts, on a fresh desk of a benchmark's own, to be killed and started again."""

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.parts import NO_POSTGRESQL, find_postgresql

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "correct horse battery"
DATABASES = ("sqlite", "postgresql")
_UP_WITHIN = 600.0  # seconds; migrations come first, and the machine may be busy
_PORTS = (20_000, 32_000)  # below those of connections on Linux
_LOOK_EVERY = 0.05  # seconds between two looks at a server that starts


class DeskServer:
    """A desk with its own data folder, database and port, served as `make run` serves it."""

    def __init__(self, database: str, folder: Path, database_url: str) -> None:
        self.database = database
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = folder / "server.log"
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "NEWSDESK_DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "LOG_LEVEL": "WARNING",
            "OMP_NUM_THREADS": "1",
            "DJANGO_SETTINGS_MODULE": "benchmarks.timed_settings",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and return once it answers. Raises RuntimeError with its log where it does not."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "newsdesk.start"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        give_up_at = time.monotonic() + _UP_WITHIN
        while not self.is_up():
            if self._process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"The server did not start:\n{self.log()}")
            time.sleep(_LOOK_EVERY)

    def is_up(self) -> bool:
        """Say whether the server and its database answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """End the server as a power cut does: SIGKILL to supervisor, web processes and worker alike."""
        assert self._process is not None
        # Again, since one that was just being started is not met, and some take a moment to die.
        while members := self._living():
            for pid in members:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait()
            time.sleep(_LOOK_EVERY)
        # The last thread of a process that is gone for everybody else may still hold what it listened at.
        give_up_at = time.monotonic() + _UP_WITHIN
        while not _is_free(self.port) and time.monotonic() < give_up_at:
            time.sleep(_LOOK_EVERY)
        self._process = None

    def _living(self) -> list[int]:
        """Return the processes of the server that live, which are of several sessions, by their environment.

        The supervisor is the first, so that it starts nothing anew.
        """
        mark = f"NEWSDESK_DATA_DIR={self._environment['NEWSDESK_DATA_DIR']}".encode()
        found = []
        for environment in Path("/proc").glob("[0-9]*/environ"):
            # Others end meanwhile, or belong to somebody else; a zombie has none.
            with suppress(OSError):
                if mark in environment.read_bytes().split(b"\0"):
                    found.append(int(environment.parent.name))
        return sorted(found)

    def stop(self) -> None:
        """End the server as Ctrl-C does."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def manage(self, *arguments: str) -> str:
        """Run a command of `manage.py` on this desk and return what it printed."""
        return self._run(str(ROOT / "manage.py"), *arguments)

    def rows(self, *arguments: str) -> Any:
        """Run a command of `benchmarks.desk_rows` on this desk and return its answer."""
        return json.loads(self._run("-m", "benchmarks.desk_rows", *arguments))

    def log(self) -> str:
        """Return what the server has printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def complaints(self) -> list[str]:
        """Return the lines of the server's log that tell of an error nobody handled, tracebacks whole."""
        marks = ("Traceback (most recent call last)", "Internal Server Error", " ERROR ", " CRITICAL ")
        found = []
        is_within = False  # a traceback, which ends with its one line that is neither a mark nor indented
        for line in self.log().splitlines():
            is_marked = any(mark in line for mark in marks)
            if is_marked or is_within:
                found.append(line)
            if is_marked:
                is_within = "Traceback" in line or is_within
            elif line and not line[0].isspace():
                is_within = False
        return found

    def _run(self, *arguments: str) -> str:
        finished = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if finished.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{finished.stderr}")
        return finished.stdout


@contextmanager
def desk_server(database: str, *, postgresql: str | None = None) -> Iterator[DeskServer]:
    """Give a started server on an empty desk, on one of DATABASES; all of it is gone afterwards."""
    # Whoever is asked to stop takes the server and its database away as well.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    folder = Path(tempfile.mkdtemp(prefix="newsdesk-benchmark-"))
    try:
        with fresh_database(database, folder, postgresql) as url:
            server = DeskServer(database, folder, url)
            server.start()
            try:
                yield server
            finally:
                server.stop()
    finally:
        shutil.rmtree(folder)


def arguments(docstring: str | None) -> argparse.ArgumentParser:
    """Return a parser with what every driver takes; `docstring` is the driver's own."""
    parser = argparse.ArgumentParser(
        description=docstring, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument(
        "--postgresql",
        metavar="URL",
        help="where databases may be made (default: TEST_DATABASE_URL, else a server found on this machine)",
    )
    return parser


def chosen_databases(options: argparse.Namespace) -> Sequence[str]:
    """Return the databases that `--database` asks for."""
    return DATABASES if options.database == "both" else (options.database,)


@contextmanager
def fresh_database(database: str, folder: Path, postgresql: str | None) -> Iterator[str]:
    """Give the URL of an empty database, on one of DATABASES; it is gone afterwards."""
    if database == "sqlite":
        yield f"sqlite:///{folder / 'newsdesk.sqlite3'}"
        return
    url = postgresql or find_postgresql()
    if url is None:
        sys.exit(
            f"{NO_POSTGRESQL[0].upper()}{NO_POSTGRESQL[1:]}.".replace("TEST_DATABASE_URL", "--postgresql")
        )
    name = f"newsdesk_benchmark_{os.getpid()}"
    parts = urlsplit(url)
    # Connected to the database that every server has, to make and drop the one of this run.
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def free_port() -> int:
    """Return a port of this machine that nobody listens at, and that the system gives to nobody who connects.

    Whoever connects to a server that is away may be given its very port, and then keeps it from coming back.
    """
    while not _is_free(port := random.randrange(*_PORTS)):
        pass
    return port


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False
