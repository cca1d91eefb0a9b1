"""Reading in a child process: the same results, and files that eat memory or time hurt nobody else."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from annotations.readers import (
    DEFAULT_LIMITS,
    Refused,
    SourceDocument,
    TableFound,
    TableRow,
    UnpackedMember,
    apart,
    read_apart,
    read_document,
)

TEXT = "“Tolls stay 😀,” said Ana Lindqvist on Friday, as the council met again in the town hall."
CSV = "title,text,published_on\nOne,“A.” said B.,2025-01-31\nTwo,,\n"
# An honest page takes 60 MB to read; this one, of 8 MB, takes more than 500 MB and seconds.
BOMB = b"<!doctype html><html><body><p>" + b"<b>a</b> " * 900_000
LITTLE_MEMORY = replace(DEFAULT_LIMITS, memory_bytes=200 * 1024 * 1024)


@pytest.fixture
def spooled(tmp_path: Path) -> Path:
    path = tmp_path / "spooled"
    path.write_text(TEXT)
    return path


def child_id() -> int:
    assert apart._child is not None
    return apart._child._process.pid


def test_a_document_comes_back_as_it_would_be_read_here(spooled: Path, tmp_path: Path) -> None:
    (found,) = read_apart(spooled, name="a.txt", into=tmp_path)

    assert found == read_document(spooled, name="a.txt")


def test_a_table_is_looked_at_first_and_then_read_row_by_row(spooled: Path, tmp_path: Path) -> None:
    spooled.write_text(CSV)

    (table,) = read_apart(spooled, name="a.csv", into=tmp_path)
    assert isinstance(table, TableFound)
    rows = list(read_apart(spooled, name="a.csv", into=tmp_path, mapping=table.mapping))

    assert (table.columns, table.row_count) == (["title", "text", "published_on"], 2)
    first, second = rows
    assert isinstance(first, TableRow)
    assert isinstance(first.document, SourceDocument)
    assert (first.number, first.document.title, str(first.document.published_on)) == (1, "One", "2025-01-31")
    assert isinstance(second, TableRow)
    assert str(second.document) == "This row has no text: fill the column and upload the table again."


def test_members_of_a_zip_are_unpacked_under_numbers_and_refused_ones_named(
    spooled: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(spooled, "w") as archive:
        archive.writestr("one.txt", TEXT)
        archive.writestr("../two.txt", TEXT)
    (tmp_path / "into").mkdir()

    one, two = read_apart(spooled, name="a.zip", into=tmp_path / "into")

    assert one == UnpackedMember("one.txt", tmp_path / "into" / "0")
    assert (tmp_path / "into" / "0").read_text() == TEXT
    assert isinstance(two, UnpackedMember)
    assert two.file is None
    assert two.refusal.startswith("The path of this file leads out of the zip")


def test_the_child_is_kept_for_the_next_file(spooled: Path, tmp_path: Path) -> None:
    list(read_apart(spooled, name="a.txt", into=tmp_path))
    first = child_id()

    list(read_apart(spooled, name="b.txt", into=tmp_path))

    assert child_id() == first


def test_a_file_that_eats_memory_is_refused_and_the_next_one_is_read(spooled: Path, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    bomb.write_bytes(BOMB)

    with pytest.raises(Refused, match="more memory than any article needs"):
        list(read_apart(bomb, name="bomb.html", into=tmp_path, limits=LITTLE_MEMORY))
    (found,) = read_apart(spooled, name="a.txt", into=tmp_path, limits=LITTLE_MEMORY)

    assert isinstance(found, SourceDocument)


def test_a_file_that_takes_too_long_is_refused_and_its_child_ended(spooled: Path, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    bomb.write_bytes(BOMB)
    list(read_apart(spooled, name="a.txt", into=tmp_path))
    hung = child_id()

    with pytest.raises(Refused, match="took longer than 0 seconds"):
        list(
            read_apart(
                bomb, name="bomb.html", into=tmp_path, limits=replace(DEFAULT_LIMITS, read_seconds=0.01)
            )
        )

    assert apart._child is None
    with pytest.raises(ProcessLookupError):
        os.kill(hung, 0)
    assert list(read_apart(spooled, name="a.txt", into=tmp_path))


def test_a_child_that_dies_in_the_middle_refuses_the_file_alone(spooled: Path, tmp_path: Path) -> None:
    rows = "text\n" + "“A.” said B.\n" * 100_000
    table = tmp_path / "table"
    table.write_text(rows)
    found = read_apart(table, name="a.csv", into=tmp_path, mapping={"text": "text"})
    next(found)

    os.kill(child_id(), signal.SIGKILL)

    with pytest.raises(Refused, match="broke off"):
        list(found)
    assert list(read_apart(spooled, name="a.txt", into=tmp_path))


def test_a_result_that_nobody_wants_any_more_does_not_reach_the_next_file(
    spooled: Path, tmp_path: Path
) -> None:
    table = tmp_path / "table"
    table.write_text("text\n" + "“A.” said B.\n" * 100)
    rows = read_apart(table, name="a.csv", into=tmp_path, mapping={"text": "text"})
    next(rows)
    rows.close()  # type: ignore[attr-defined] # it is a generator

    (found,) = read_apart(spooled, name="a.txt", into=tmp_path)

    assert isinstance(found, SourceDocument)


def test_the_child_ends_with_its_parent(spooled: Path) -> None:
    job = {
        "path": str(spooled),
        "name": "a.txt",
        "into": "",
        "mapping": None,
        "limits": asdict(DEFAULT_LIMITS),
    }

    finished = subprocess.run(
        [sys.executable, "-m", "annotations.readers.child", str(2**30)],
        input=json.dumps(job) + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=apart.ROOT,
    )

    (line,) = finished.stdout.splitlines()
    assert json.loads(line)["document"]["text"] == TEXT
