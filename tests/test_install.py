"""`scripts/install` as somebody with a fresh clone meets it, with locks that hold nothing to fetch."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "install"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the script and a lock without packages."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(SCRIPT, tmp_path / "scripts" / "install")
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    return tmp_path


def install(clone: Path, *, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [clone / "scripts" / "install", "requirements.txt"],
        env={**os.environ, "PYTHON": python, "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_install_makes_the_environment_once_and_again_when_the_lock_changes(clone: Path) -> None:
    first = install(clone)
    second = install(clone)
    (clone / "requirements.txt").write_text("# still nothing\n")
    third = install(clone)

    assert [finished.returncode for finished in (first, second, third)] == [0, 0, 0], first.stderr
    making = f"Making the virtual environment .venv with Python {sys.version.split()[0]}.\n"
    installing = "Installing the packages of requirements.txt; this takes a minute or two.\n"
    assert [finished.stdout for finished in (first, second, third)] == [making + installing, "", installing]


def test_install_repairs_an_environment_that_was_cut_off_in_the_making(clone: Path) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True)

    assert install(clone).returncode == 0
    assert (clone / ".venv" / "bin" / "pip").exists()


def test_install_says_what_is_needed_where_no_python_fits(clone: Path) -> None:
    finished = install(clone, python="no-such-python")

    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.startswith(
        "Newsdesk needs Python 3.11, 3.12 or 3.13, and none of no-such-python is one.\n"
    )
    assert not (clone / ".venv").exists()


def test_install_fails_with_the_reason_and_tries_again_next_time(clone: Path) -> None:
    (clone / "requirements.txt").write_text("no requirement at all\n")

    finished = [install(clone), install(clone)]

    assert [each.returncode for each in finished] == [1, 1]
    for each in finished:
        reason, _, advice = each.stderr.strip().rpartition("\n")
        assert "Invalid requirement: 'no requirement at all'" in reason
        assert advice == (
            "The packages of requirements.txt could not be installed; "
            "the whole story is in .venv/install.log."
        )
