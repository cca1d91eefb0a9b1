"""Backup and restore with real processes: what comes back exports as what went in, byte for byte."""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
FILL = """
import django; django.setup()
from tests.builders import *
ana = make_speaker("Ana Lindqvist", aliases=("A. Lindqvist",))
for number in range(3):
    article = make_article(text=f"“Tolls stay 😀 {number},” said Ana Lindqvist.")
    make_claim(article=article, content=((0, 15),), cue=((17, 21),), source=((22, 35),), speaker=ana)
make_set("Bridge", articles=(article,))
make_user(username="edith")
"""


class Place:
    """A data folder and a database of its own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        folder.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
        self.environment = {
            **kept,
            "NEWSDESK_DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
        }

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        finished = self.run("manage.py", *arguments)
        assert finished.returncode == 0, finished.stderr
        return finished


@pytest.fixture
def places(tmp_path: Path, django_db_setup: None) -> Iterator[tuple[Place, Place]]:
    """Two empty places, on the database that the suite runs on."""
    names = [f"newsdesk_backup_{os.getpid()}_{index}" for index in range(2)]
    if connection.vendor == "sqlite":
        yield tuple(Place(tmp_path / name, "") for name in names)  # type: ignore[misc] # two
        return
    url = os.environ["TEST_DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}")
        yield tuple(Place(tmp_path / name, f"{url}/{name}") for name in names)  # type: ignore[misc] # two
        for name in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_restored_desk_gives_the_same_export_and_the_same_waiting_uploads(
    places: tuple[Place, Place], tmp_path: Path
) -> None:
    old, new = places
    old.manage("migrate", "--verbosity=0")
    filled = old.run("-c", FILL)
    assert filled.returncode == 0, filled.stderr
    (old.folder / "spool").mkdir()
    (old.folder / "spool" / "waiting").write_bytes(b"\x00bytes")

    old.manage("backup", str(tmp_path / "desk.tar"), "--with-secret")
    new.manage("restore", str(tmp_path / "desk.tar"))

    for place in places:
        place.manage("export_claims", "--output", str(place.folder / "claims.csv"))
    exported = (old.folder / "claims.csv").read_bytes()
    assert exported.count(b"Ana Lindqvist") >= 3
    assert (new.folder / "claims.csv").read_bytes() == exported
    assert (new.folder / "spool" / "waiting").read_bytes() == b"\x00bytes"
    assert (new.folder / "secret-key").read_text() == (old.folder / "secret-key").read_text()
    # The numbers of rows go on where they were, and nothing is left to migrate.
    more = FILL.replace("edith", "emil").replace("{number}", "{number}!").replace("Bridge", "Tunnel")
    assert new.run("-c", more).returncode == 0
    assert new.manage("migrate", "--check").returncode == 0

    again = new.run("manage.py", "restore", str(tmp_path / "desk.tar"))
    assert again.returncode == 1
    assert "is not empty" in again.stderr


def test_archive_is_for_its_owner_alone_and_holds_no_secret_unasked(
    places: tuple[Place, Place], tmp_path: Path
) -> None:
    old, _ = places
    old.manage("migrate", "--verbosity=0")

    old.manage("backup", str(tmp_path / "desk.tar"))

    assert (tmp_path / "desk.tar").stat().st_mode & 0o077 == 0
    with tarfile.open(tmp_path / "desk.tar") as archive:
        assert "secret-key" not in archive.getnames()
    assert [file.name for file in tmp_path.iterdir() if "part" in file.name] == []


@pytest.mark.parametrize(
    ("manifest", "complaint"),
    [
        ({}, "is no backup of Newsdesk"),
        ({"database": "oracle", "migrations": []}, "This backup is of oracle"),
        ({"migrations": [["annotations", "9999_later"]]}, "from a newer Newsdesk"),
    ],
)
def test_what_can_not_be_restored_is_refused_with_a_sentence(
    places: tuple[Place, Place], tmp_path: Path, manifest: dict[str, object], complaint: str
) -> None:
    _, new = places
    found = {"database": connection.vendor, **manifest}
    (tmp_path / "manifest.json").write_text(json.dumps(found))
    with tarfile.open(tmp_path / "desk.tar", "w") as archive:
        archive.add(tmp_path / "manifest.json", "manifest.json")

    refused = new.run("manage.py", "restore", str(tmp_path / "desk.tar"))

    assert refused.returncode == 1
    assert complaint in refused.stderr


def test_a_backup_that_has_no_room_leaves_no_file(places: tuple[Place, Place], tmp_path: Path) -> None:
    old, _ = places
    old.manage("migrate", "--verbosity=0")

    failed = old.run("manage.py", "backup", str(tmp_path / "no such folder" / "desk.tar"))

    assert failed.returncode == 1
    assert "can't be written" in failed.stderr


def test_postgresql_without_its_programs_says_what_to_install(
    places: tuple[Place, Place], tmp_path: Path
) -> None:
    old, _ = places
    old.manage("migrate", "--verbosity=0")

    tried = old.run("manage.py", "backup", str(tmp_path / "desk.tar"), PATH="")

    if connection.vendor == "sqlite":  # which needs no programs
        assert tried.returncode == 0
    else:
        assert tried.returncode == 1
        assert "postgresql-client" in tried.stderr
        assert not (tmp_path / "desk.tar").exists()
