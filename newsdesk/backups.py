"""One archive with everything that a desk keeps, and the way back from it into an empty place.

The archive is a tar file: `manifest.json`, the database (`database.sqlite3`, copied by SQLite's online
backup, or `database.dump` of pg_dump), the uploads that wait under `spool/`, and `secret-key` on request.
"""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

DATABASE_FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
MANIFEST, SECRET, SPOOL = "manifest.json", "secret-key", "spool"


class BackupFailed(Exception):
    """The backup or the restoring did not come about; the sentence says why and what to do."""


def write_backup(file: Path, *, with_secret: bool = False) -> None:
    """Write the archive to `file`, which appears whole or not at all; the desk may go on working meanwhile.

    Raises BackupFailed.
    """
    draft = file.with_name(f".{file.name}.part")
    try:
        with _scratch() as scratch, tarfile.open(draft, "w", format=tarfile.PAX_FORMAT) as archive:
            draft.chmod(0o600)
            _add_text(archive, MANIFEST, json.dumps(_manifest(), indent=1))
            # Before and after the database: a file may come or be done with meanwhile, and one too many is
            # no harm.
            spooled = _add_spool(archive, known=frozenset())
            copy = scratch / DATABASE_FILES[connection.vendor]
            _copy_database(copy)
            archive.add(copy, copy.name)
            _add_spool(archive, known=spooled)
            if with_secret:
                _add_text(archive, SECRET, settings.SECRET_KEY)
        draft.replace(file)
    except OSError as error:
        raise BackupFailed(f"The backup can't be written to {file}: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)


def restore_backup(file: Path) -> None:
    """Put the archive's content into the database and the data folder, which must be empty.

    Raises BackupFailed; then nothing of the archive is in the database.
    """
    with _scratch() as scratch:
        _unpack(file, scratch)
        try:
            manifest = json.loads((scratch / MANIFEST).read_text(encoding="utf-8"))
            vendor, migrations = manifest["database"], {tuple(pair) for pair in manifest["migrations"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BackupFailed(f"{file} is no backup of Newsdesk: choose another file.") from error
        if vendor != connection.vendor:
            raise BackupFailed(
                f"This backup is of {vendor}, and DATABASE_URL is for {connection.vendor}: change it."
            )
        if migrations - set(MigrationLoader(None).disk_migrations):
            raise BackupFailed("This backup is from a newer Newsdesk: install that version, then restore.")
        if connection.introspection.table_names():
            raise BackupFailed("This database is not empty: name a new one in DATABASE_URL, then restore.")
        if connection.vendor == "sqlite":
            _restore_sqlite(scratch / DATABASE_FILES["sqlite"])
        else:
            _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
                 f"--dbname={_conninfo()}", str(scratch / DATABASE_FILES["postgresql"]))  # fmt: skip
        if (scratch / SPOOL).is_dir():
            shutil.copytree(scratch / SPOOL, settings.SPOOL_DIR, dirs_exist_ok=True)
        if (scratch / SECRET).is_file():
            kept = settings.DATA_DIR / SECRET
            kept.write_bytes((scratch / SECRET).read_bytes())
            kept.chmod(0o600)


def _manifest() -> dict[str, Any]:
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": sorted(MigrationLoader(connection).applied_migrations),
    }


@contextmanager
def _scratch() -> Iterator[Path]:
    # In the data folder, which has room for the database, as a folder for temporary files may not.
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.DATA_DIR) as folder:
        yield Path(folder)


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


def _add_spool(archive: tarfile.TarFile, *, known: frozenset[str]) -> frozenset[str]:
    found = set()
    for file in sorted(settings.SPOOL_DIR.glob("*")):
        if file.name in known or not file.is_file():
            continue
        try:
            content = file.read_bytes()
        except FileNotFoundError:  # read by a worker meanwhile
            continue
        entry = tarfile.TarInfo(f"{SPOOL}/{file.name}")
        entry.size, entry.mode = len(content), 0o600
        archive.addfile(entry, io.BytesIO(content))
        found.add(file.name)
    return known | found


def _copy_database(copy: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={copy}",
             f"--dbname={_conninfo()}")  # fmt: skip


def _restore_sqlite(copy: Path) -> None:
    connection.ensure_connection()
    try:
        with closing(sqlite3.connect(copy)) as source:
            source.backup(connection.connection)
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"This backup is damaged ({error}): choose another file.") from error


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
    except FileNotFoundError as error:
        raise BackupFailed(f"There is no file {file}: check the name.") from error
    except (tarfile.TarError, EOFError) as error:
        raise BackupFailed(f"{file} is damaged or no backup: choose another file.") from error
    except OSError as error:
        raise BackupFailed(f"{file} can't be unpacked into the data folder: {error.strerror}.") from error


def _conninfo() -> str:
    """Return where the database is, for PostgreSQL's own programs, without the password."""
    options = settings.DATABASES["default"]["OPTIONS"]
    known = connection.settings_dict
    parts = {
        "dbname": known["NAME"],
        "user": known["USER"],
        "host": known["HOST"],
        "port": known["PORT"],
        **options,
    }
    return " ".join(f"{name}='{_quoted(str(value))}'" for name, value in parts.items() if value)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _run(program: str, *arguments: str) -> None:
    # The password goes through the environment: command lines can be read by everybody on the machine.
    environment = {**os.environ, "PGPASSWORD": connection.settings_dict["PASSWORD"]}
    try:
        finished = subprocess.run(  # noqa: S603 - a program by its name, without a shell
            [program, *arguments], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise BackupFailed(
            f"{program} is not on this machine: install PostgreSQL's client programs "
            "(Debian: apt install postgresql-client), at least as new as the server."
        ) from None
    if finished.returncode != 0:
        reason = (finished.stderr.strip().splitlines() or ["no reason given"])[0]
        raise BackupFailed(f"{program} failed: {reason}")
