"""The files that no code imports, held against the code: Compose, Dockerfile, locks, Makefile, versions."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from django.db.backends.postgresql.features import DatabaseFeatures
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PYTHONS = SpecifierSet(PYPROJECT["project"]["requires-python"])
SUPPORTED = [f"3.{minor}" for minor in range(30) if PYTHONS.contains(f"3.{minor}")]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "worker")
LOCKS = ("requirements.txt", "requirements-dev.txt")
TRAINING_LOCK = "requirements-train.txt"  # for Linux and one Python alone
# Compose publishes the port outside the container, and the image keeps its data in volumes.
# Metrics are for the machine's own address alone, which a container shares with nobody.
NOT_FOR_COMPOSE = {"HOST", "PORT", "NEWSDESK_DATA_DIR", "NEWSDESK_METRICS_PORT", "DEBUG"}


def names_read() -> set[str]:
    """Return every variable that the project reads, from its calls such as `env.text("NAME")`."""
    found = set()
    for file in (ROOT / "newsdesk").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(str(node.args[0].value))
    return found


def example_lines() -> dict[str, str]:
    """Return the variables of .env.example and the values shown."""
    text = (ROOT / ".env.example").read_text()
    return dict(re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE))


def interpolated(value: str, given: dict[str, str]) -> str:
    """Fill in a value of the Compose file as Compose does."""
    return re.sub(
        r"\$\{(\w+)(?::([-?])([^}]*))?\}",
        lambda match: given.get(match[1]) or (match[3] if match[2] == "-" else ""),
        str(value),
    )


def settings_under(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Print the plain settings as a fresh process reads them with these variables alone."""
    code = (
        "from newsdesk import settings; "
        "print({name: repr(value) for name, value in vars(settings).items() if name.isupper()})"
    )
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


# ---- Settings and their example ----


def test_env_example_lists_exactly_the_variables_that_are_read() -> None:
    by_compose = set(re.findall(r"\$\{(\w+)", COMPOSE_TEXT))

    assert set(example_lines()) == names_read() | by_compose


def test_env_example_shows_the_values_that_hold_without_it(tmp_path: Path) -> None:
    shown = {name: value for name, value in example_lines().items() if value}
    own = {"SECRET_KEY": "x" * 40, "NEWSDESK_DATA_DIR": str(tmp_path)}

    with_example, without = settings_under({**shown, **own}), settings_under(own)

    assert (with_example.returncode, without.returncode) == (0, 0), with_example.stderr
    assert with_example.stdout == without.stdout


def test_administrators_find_every_variable_in_the_table_of_settings() -> None:
    text = (ROOT / "docs" / "administrators" / "installing.md").read_text()
    cells = re.findall(r"^\| (`[A-Z][^|]*) \|", text, re.MULTILINE)

    assert {name for cell in cells for name in re.findall(r"`([A-Z_]+)`", cell)} == set(example_lines())


# ---- Docker ----


@pytest.mark.parametrize("service", OURS)
def test_compose_sets_exactly_the_variables_that_settings_read(service: str) -> None:
    assert set(SERVICES[service]["environment"]) == names_read() - NOT_FOR_COMPOSE


@pytest.mark.parametrize(
    "given",
    [
        {},
        {
            "ALLOWED_HOSTS": "desk.example.org",
            "CSRF_TRUSTED_ORIGINS": "https://desk.example.org",
            "HTTPS": "yes",
        },
    ],
    ids=["least", "behind a proxy"],
)
def test_settings_accept_what_compose_sets(given: dict[str, str], tmp_path: Path) -> None:
    given = {"SECRET_KEY": "x" * 40, "POSTGRES_PASSWORD": "abc123", **given}
    variables = {name: interpolated(value, given) for name, value in SERVICES["web"]["environment"].items()}

    finished = settings_under({**variables, "NEWSDESK_DATA_DIR": str(tmp_path)})

    assert (finished.returncode, finished.stderr) == (0, "")
    assert "django.db.backends.postgresql" in finished.stdout


@pytest.mark.parametrize("variable", ["SECRET_KEY", "POSTGRES_PASSWORD"])
def test_compose_refuses_to_start_without_its_secrets(variable: str) -> None:
    uses = re.findall(rf"\$\{{{variable}(.{{0,2}})", COMPOSE_TEXT)

    assert uses
    assert set(uses) == {":?"}


def test_compose_database_is_the_one_the_services_ask_for() -> None:
    database = SERVICES["db"]["environment"]

    assert (
        SERVICES["web"]["environment"]["DATABASE_URL"].split("//")[1].split(":")[0]
        == database["POSTGRES_USER"]
    )
    assert SERVICES["web"]["environment"]["DATABASE_URL"].endswith(f"@db:5432/{database['POSTGRES_DB']}")


def test_compose_pins_a_postgresql_that_django_supports() -> None:
    image, _, tag = SERVICES["db"]["image"].partition(":")

    assert image == "postgres"
    assert int(re.match(r"\d+", tag)[0]) >= DatabaseFeatures.minimum_database_version[0]  # type: ignore[index]


def test_compose_builds_every_service_of_ours_from_the_one_dockerfile() -> None:
    assert {(SERVICES[name]["build"], SERVICES[name]["image"]) for name in OURS} == {(".", "newsdesk")}


@pytest.mark.parametrize("service", ["db", "web", "worker"])
def test_compose_checks_the_health_of_what_keeps_running(service: str) -> None:
    check = SERVICES[service]["healthcheck"]

    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= set(check)


@pytest.mark.parametrize("service", ["web", "worker"])
def test_compose_waits_for_the_database_and_the_migrations(service: str) -> None:
    assert SERVICES[service]["depends_on"] == {
        "db": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert SERVICES["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}


def test_compose_workers_can_be_any_number() -> None:
    # A name or a published port of its own would stop the second one.
    assert not {"container_name", "ports"} & set(SERVICES["worker"])


@pytest.mark.parametrize("service", OURS)
def test_compose_shares_the_spool_and_every_volume_is_declared(service: str) -> None:
    data = re.search(r"NEWSDESK_DATA_DIR=(\S+)", DOCKERFILE)[1]  # type: ignore[index]

    assert SERVICES[service]["volumes"] == [f"spool:{data}/spool"]
    used = {volume.split(":")[0] for found in SERVICES.values() for volume in found.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


def test_compose_runs_commands_that_exist() -> None:
    commands = [SERVICES["migrate"]["command"], SERVICES["worker"]["command"]]
    commands.append(SERVICES["worker"]["healthcheck"]["test"][1:])

    assert [command[:2] for command in commands] == [["python", "manage.py"]] * 3
    assert {command[2] for command in commands} <= set(get_commands())
    module = SERVICES["web"]["healthcheck"]["test"][-1]
    assert (ROOT / f"{module.replace('.', '/')}.py").is_file()


def test_dockerfile_installs_by_hash_on_a_supported_python_and_runs_without_rights() -> None:
    base = re.search(r"^FROM python:(\d+\.\d+)-\S+$", DOCKERFILE, re.MULTILINE)

    assert base
    assert base[1] in SUPPORTED
    assert "pip install --require-hashes --requirement requirements.txt" in DOCKERFILE
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["newsdesk"]
    assert DOCKERFILE.index("collectstatic") < DOCKERFILE.index("USER ")


@pytest.mark.parametrize("name", [".env", "var", ".git", ".venv"])
def test_image_holds_no_secret_and_no_data_of_this_machine(name: str) -> None:
    assert name in (ROOT / ".dockerignore").read_text().splitlines()


# ---- Packages ----


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_a_version_and_a_hash_for_every_package(lock: str) -> None:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]

    unpinned = [
        line for line in lines if not re.match(r"[\w.\[\]-]+==\S+.* --hash=sha256:[0-9a-f]{64}", line)
    ]

    assert lines
    assert unpinned == []


def test_locks_hold_every_package_that_the_project_names() -> None:
    project = PYPROJECT["project"]
    wanted = {
        "requirements.txt": project["dependencies"],
        "requirements-dev.txt": project["dependencies"] + project["optional-dependencies"]["dev"],
        TRAINING_LOCK: project["dependencies"] + project["optional-dependencies"]["train"],
    }

    def name_of(requirement: str) -> str:
        return re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")

    for lock, requirements in wanted.items():
        locked = set(re.findall(r"^([\w.-]+)", (ROOT / lock).read_text(), re.MULTILINE))
        assert {name_of(requirement) for requirement in requirements} - locked == set()


def test_development_lock_holds_the_same_versions_as_the_one_for_running() -> None:
    running, development = (
        dict(re.findall(r"^([\w.-]+)(==[^\s;]+(?: ;[^\\\n]*)?)", (ROOT / lock).read_text(), re.MULTILINE))
        for lock in LOCKS
    )

    assert {name: development.get(name) for name in running} == running


def test_no_file_names_a_package_index() -> None:
    # Put together here, so that this file does not name one.
    index = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "--(extra-)?index" + "-url")))
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)

    found = [
        name
        for name in listed.stdout.splitlines()
        if (ROOT / name).is_file()
        and index.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
    ]

    assert found == []


# ---- Commands and versions ----


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()  # type: ignore[index]

    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert re.findall(r"^  make (\S+)\s+\S", shown, re.MULTILINE) == targets
    assert sorted(phony) == sorted(targets)


def test_tools_and_classifiers_name_the_supported_pythons() -> None:
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in PYPROJECT["project"]["classifiers"]
        if re.search(r"Python :: 3\.\d+$", line)
    ]

    assert classifiers == SUPPORTED
    assert PYPROJECT["tool"]["ruff"]["target-version"] == "py" + SUPPORTED[0].replace(".", "")
    assert PYPROJECT["tool"]["mypy"]["python_version"] == SUPPORTED[0]
    newest = int(SUPPORTED[-1].split(".")[1])
    assert (
        f"({SUPPORTED[0].replace('.', ', ')}) <= sys.version_info < (3, {newest + 1})"
        in (ROOT / "scripts" / "install").read_text()
    )


def test_documents_name_supported_pythons_only() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "\n".join(file.read_text() for file in documents if file.exists())

    assert set(re.findall(r"Python (3\.\d+)", text)) <= set(SUPPORTED)


def test_changelog_names_the_version_of_the_project() -> None:
    versions = re.findall(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert versions[0] == PYPROJECT["project"]["version"]
