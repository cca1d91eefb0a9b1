"""Files, folders, zips and tables on the command line."""

import os
from pathlib import Path

import pytest

from annotations.readers import Refused, read_paths
from tests.readers.builders import save, zip_file

CSV = b"title,text\nA,One.\nB,\nC,Three.\n"


def outcomes(*paths: Path) -> list[tuple[str, str, str]]:
    """Return id, source name, and the text or the refusal."""
    return [
        (stem, name, str(outcome) if isinstance(outcome, Refused) else outcome.text)
        for stem, name, outcome in read_paths(paths)
    ]


def test_paths_are_read_in_input_order_and_a_bad_one_does_not_stop_the_others(tmp_path: Path) -> None:
    second, first = save(tmp_path, "b.txt", "Second"), save(tmp_path, "a.txt", "First")
    picture = save(tmp_path, "c.png", b"\x89PNG\r\n\x1a\n\0")

    assert outcomes(second, tmp_path / "gone.txt", picture, first) == [
        ("b", "b.txt", "Second"),
        ("gone", "gone.txt", "There is no such file: check its path."),
        ("c", "c.png", "This is a picture (PNG), not a text: run it through OCR first, or paste the text."),
        ("a", "a.txt", "First"),
    ]


def test_folder_is_walked_in_order_without_hidden_files(tmp_path: Path) -> None:
    folder = tmp_path / "press"
    for name in ("b/2.txt", "b/10.txt", "a.txt", ".git/x.txt", ".hidden"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        save(folder, name, name)

    assert outcomes(folder) == [
        ("a", "press/a.txt", "a.txt"),
        ("10", "press/b/10.txt", "b/10.txt"),
        ("2", "press/b/2.txt", "b/2.txt"),
    ]


def test_tables_and_zips_are_opened(tmp_path: Path) -> None:
    no_text = "This row has no text: fill the column and upload the table again."
    archive = save(
        tmp_path, "all.zip", zip_file({"t.csv": CSV, "../out.txt": b"x", "x/n.txt": b"Note", "e.txt": b""})
    )

    assert outcomes(save(tmp_path, "t.csv", CSV), archive) == [
        ("t-1", "t.csv, row 1", "One."),
        ("t-2", "t.csv, row 2", no_text),
        ("t-3", "t.csv, row 3", "Three."),
        ("t-1", "all.zip/t.csv, row 1", "One."),
        ("t-2", "all.zip/t.csv, row 2", no_text),
        ("t-3", "all.zip/t.csv, row 3", "Three."),
        (
            "out",
            "all.zip/out.txt",
            "The path of this file leads out of the zip: pack it again from inside its folder.",
        ),
        ("n", "all.zip/x/n.txt", "Note"),
        ("e", "all.zip/e.txt", "This file is empty: check that it was saved, then upload it again."),
    ]


def test_broken_zip_is_one_refusal(tmp_path: Path) -> None:
    assert outcomes(save(tmp_path, "a.zip", b"PK\x03\x04")) == [
        ("a", "a.zip", "This zip or DOCX file is damaged: make it again and upload it again.")
    ]


def test_pipe_is_not_waited_on(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert outcomes(tmp_path / "pipe") == [("pipe", "pipe", "There is no such file: check its path.")]


def test_name_that_no_file_can_have_is_a_refusal() -> None:
    name = "x" * 5_000

    assert outcomes(Path(name)) == [(name, name, "There is no such file: check its path.")]


@pytest.mark.skipif(
    not Path("/proc/self/mem").exists(), reason="this system has no file that fails to be read"
)
def test_file_that_fails_to_be_read_is_a_refusal() -> None:
    assert outcomes(Path("/proc/self/mem")) == [
        ("mem", "mem", "This file can't be opened (Input/output error): check its permissions.")
    ]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spools = tmp_path / "spools"
    spools.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spools))
    archive = save(tmp_path, "all.zip", zip_file({"a.txt": b"First", "b.txt": b"Second"}))

    assert len(outcomes(archive)) == 2
    assert list(spools.iterdir()) == []
