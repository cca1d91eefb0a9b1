"""How settings are read from the environment, and the one sentence that a wrong value gets."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newsdesk import env

ROOT = Path(__file__).resolve().parent.parent.parent


def sentence_for(read: Any, *args: Any, **kwargs: Any) -> str:
    """Return the complaint about the variable."""
    with pytest.raises(env.WrongSetting) as caught:
        read(*args, **kwargs)
    return str(caught.value)


def test_load_dotenv_adds_assignments_and_skips_comments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {})
    (tmp_path / ".env").write_text("# a comment\n\nONE=1\nTWO = \"two words\"\nTHREE='a=b'\nFOUR=\n")

    env.load_dotenv(tmp_path / ".env")

    assert os.environ == {"ONE": "1", "TWO": "two words", "THREE": "a=b", "FOUR": ""}


def test_load_dotenv_leaves_what_is_set_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"PORT": "9000"})
    (tmp_path / ".env").write_text("PORT=8000")

    env.load_dotenv(tmp_path / ".env")

    assert os.environ == {"PORT": "9000"}


def test_load_dotenv_takes_a_missing_file_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {})

    env.load_dotenv(tmp_path / ".env")

    assert os.environ == {}


def test_load_dotenv_names_the_line_that_is_no_assignment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# port\nPORT 8000\n")

    assert (
        sentence_for(env.load_dotenv, tmp_path / ".env") == ".env, line 2: write NAME=value, not 'PORT 8000'."
    )


@pytest.mark.parametrize(
    ("value", "expected"), [(None, "blue"), ("", "blue"), ("  ", "blue"), (" red ", "red")]
)
def test_text_is_stripped_and_nothing_means_unset(
    value: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variable(monkeypatch, value)

    assert env.text("VARIABLE", "blue") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("Yes", True), ("on", True), ("TRUE", True), ("0", False), ("no", False), ("Off", False)],
)
def test_boolean_knows_the_customary_words(
    value: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variable(monkeypatch, value)

    assert env.boolean("VARIABLE", default=not expected) is expected


@pytest.mark.parametrize("value", [None, ""])
def test_boolean_falls_back_to_its_default(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, value)

    assert (env.boolean("VARIABLE", default=True), env.boolean("VARIABLE")) == (True, False)


def test_boolean_refuses_any_other_word(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, "perhaps")

    assert sentence_for(env.boolean, "VARIABLE") == "VARIABLE must be yes or no, not 'perhaps'."


@pytest.mark.parametrize(("value", "expected"), [(None, 8000), ("", 8000), ("9", 9), ("2_000", 2000)])
def test_integer_is_read(value: str | None, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, value)

    assert env.integer("VARIABLE", 8000) == expected


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("ten", "VARIABLE must be a whole number, not 'ten'."),
        ("1.5", "VARIABLE must be a whole number, not '1.5'."),
        ("0", "VARIABLE must be at least 1, not 0."),
        ("65536", "VARIABLE must be at most 65535, not 65536."),
    ],
)
def test_integer_refuses_what_is_none_or_out_of_bounds(
    value: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variable(monkeypatch, value)

    assert sentence_for(env.integer, "VARIABLE", 8000, most=65535) == complaint


def test_choice_is_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, "warning")

    assert env.choice("VARIABLE", "INFO", among=("INFO", "WARNING")) == "WARNING"


def test_choice_lists_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, "loud")

    assert (
        sentence_for(env.choice, "VARIABLE", "INFO", among=("INFO", "WARNING"))
        == "VARIABLE must be one of INFO, WARNING, not 'loud'."
    )


@pytest.mark.parametrize(
    ("value", "expected"), [(None, ["a", "b"]), ("", ["a", "b"]), ("c, d ,,e", ["c", "d", "e"])]
)
def test_words_are_split_at_commas(
    value: str | None, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variable(monkeypatch, value)

    assert env.words("VARIABLE", "a,b") == expected


def test_origins_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, "https://desk.example.org, http://localhost:8000")

    assert env.origins("VARIABLE") == ["https://desk.example.org", "http://localhost:8000"]


def test_origins_refuse_a_bare_host(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, "desk.example.org")

    assert (
        sentence_for(env.origins, "VARIABLE")
        == "VARIABLE must hold origins such as https://desk.example.org, not 'desk.example.org'."
    )


def test_time_zone_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, "Europe/Lisbon")

    assert env.time_zone("VARIABLE", "UTC") == "Europe/Lisbon"


@pytest.mark.parametrize("value", ["Mars/Olympus", "Europe", "../UTC"])
def test_time_zone_refuses_an_unknown_one(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, value)

    assert (
        sentence_for(env.time_zone, "VARIABLE", "UTC")
        == f"VARIABLE must be a time zone such as Europe/London, not {value!r}."
    )


def test_data_directory_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, str(tmp_path / "deep" / "down"))

    assert env.data_directory("VARIABLE", tmp_path) == tmp_path / "deep" / "down"
    assert (tmp_path / "deep" / "down").is_dir()


def test_data_directory_refuses_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "taken"
    file.touch()
    set_variable(monkeypatch, str(file))

    assert (
        sentence_for(env.data_directory, "VARIABLE", tmp_path)
        == f"VARIABLE: can't make the directory {file}: File exists."
    )


def test_data_directory_refuses_one_that_is_not_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variable(monkeypatch, str(tmp_path))
    # Root may write anywhere, so the answer of the operating system is given here.
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    assert (
        sentence_for(env.data_directory, "VARIABLE", tmp_path)
        == f"VARIABLE: {tmp_path} is not writable for this user."
    )


def test_secret_is_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, "x" * 32)

    assert env.secret("VARIABLE", tmp_path / "kept") == "x" * 32
    assert not (tmp_path / "kept").exists()


def test_secret_is_made_once_and_kept_for_the_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variable(monkeypatch, None)

    first = env.secret("VARIABLE", tmp_path / "kept")

    assert env.secret("VARIABLE", tmp_path / "kept") == first
    assert len(first) >= 50
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o600


def test_secret_of_a_start_at_the_same_moment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, None)
    invent = env.secrets.token_urlsafe

    def invent_late(size: int) -> str:
        (tmp_path / "kept").write_text("y" * 50)
        return invent(size)

    monkeypatch.setattr(env.secrets, "token_urlsafe", invent_late)

    assert env.secret("VARIABLE", tmp_path / "kept") == "y" * 50


def test_secret_refuses_a_short_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, "short")

    assert (
        sentence_for(env.secret, "VARIABLE", tmp_path / "kept")
        == "VARIABLE must have at least 32 characters."
    )


def test_database_is_sqlite_in_the_default_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, None)

    database = env.database("VARIABLE", tmp_path / "newsdesk.sqlite3")

    assert (database["ENGINE"], database["NAME"]) == (
        "django.db.backends.sqlite3",
        str(tmp_path / "newsdesk.sqlite3"),
    )


@pytest.mark.parametrize(
    ("url", "name"), [("sqlite:///near.db", "near.db"), ("sqlite:////srv/my%20desk.db", "/srv/my desk.db")]
)
def test_database_reads_a_sqlite_url(url: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, url)

    assert env.database("VARIABLE", Path("unused"))["NAME"] == name


def test_database_reads_a_postgresql_url(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, "postgresql://edith:p%40ss@db.example.org:5433/desk?sslmode=require")

    database = env.database("VARIABLE", Path("unused"))

    assert {key: database[key] for key in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "desk",
        "USER": "edith",
        "PASSWORD": "p@ss",
        "HOST": "db.example.org",
        "PORT": "5433",
    }
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["options"] == "-c jit=off -c max_parallel_workers_per_gather=0"


def test_database_takes_a_socket_directory_for_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, "postgresql:///desk?host=/run/postgresql")

    database = env.database("VARIABLE", Path("unused"))

    assert (database["HOST"], "host" in database["OPTIONS"]) == ("/run/postgresql", False)


@pytest.mark.parametrize(
    "url", ["mysql://edith:hush@db/desk", "postgresql://edith:hush@db", "sqlite://", "edith:hush", "//[:hush"]
)
def test_database_refuses_another_url_without_repeating_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variable(monkeypatch, url)

    complaint = sentence_for(env.database, "VARIABLE", Path("unused"))

    assert complaint.startswith("VARIABLE is ")
    assert "hush" not in complaint


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("DEBUG", "perhaps", "DEBUG must be yes or no, not 'perhaps'.\n"),
        (
            "NEWSDESK_UPLOAD_FILE_MB",
            "0",
            "NEWSDESK_UPLOAD_FILE_MB must be at least 1, not 0.\n",
        ),
    ],
)
def test_manage_py_says_one_sentence_about_a_wrong_value(
    variable: str, value: str, complaint: str, tmp_path: Path
) -> None:
    finished = run_with(variable, value, tmp_path, "manage.py", "check")

    assert (finished.returncode, finished.stdout, finished.stderr) == (1, "", complaint)


def test_wsgi_says_one_sentence_about_a_wrong_value_and_makes_gunicorn_give_up(tmp_path: Path) -> None:
    finished = run_with("DEBUG", "perhaps", tmp_path, "-c", "import newsdesk.wsgi")

    assert (finished.returncode, finished.stderr) == (4, "DEBUG must be yes or no, not 'perhaps'.\n")


def run_with(variable: str, value: str, directory: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NEWSDESK_DATA_DIR": str(directory), variable: value}
    environment["DJANGO_SETTINGS_MODULE"] = "newsdesk.settings"
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def set_variable(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv("VARIABLE", raising=False)
    else:
        monkeypatch.setenv("VARIABLE", value)


def test_redis_is_unset_by_default_and_read_from_a_url(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variable(monkeypatch, None)
    assert env.redis("VARIABLE") == {}

    set_variable(monkeypatch, "rediss://:p%40ss@queue.example.org/2")
    redis = env.redis("VARIABLE")
    assert {name: redis[name] for name in ("HOST", "PORT", "DB", "USERNAME", "PASSWORD", "SSL")} == {
        "HOST": "queue.example.org",
        "PORT": 6379,
        "DB": 2,
        "USERNAME": None,
        "PASSWORD": "p@ss",
        "SSL": True,
    }


@pytest.mark.parametrize(
    "url", ["http://:hush@queue", "redis://", "redis://:hush@queue/first", "redis://:hush@queue:port", "hush"]
)
def test_redis_refuses_another_url_without_repeating_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variable(monkeypatch, url)

    assert sentence_for(env.redis, "VARIABLE") == (
        "VARIABLE is no Redis that can be used; write redis://:PASSWORD@HOST:6379/0, or rediss:// for TLS."
    )
