"""The static files as `make run` collects them: every name with its hash, those in imports too."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from newsdesk import settings as product


@pytest.fixture
def collected(tmp_path: Path) -> Path:
    """Collect the files as the product's settings have it, not those of the tests."""
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=product.STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_the_static_files_can_be_collected_with_those_of_packages(collected: Path) -> None:
    assert list(collected.glob("js/review.*.js"))
    assert list(collected.glob("django_htmx/htmx-2.min.*.js"))


def test_a_script_imports_other_scripts_under_their_hashed_names(collected: Path) -> None:
    (script,) = collected.glob("js/review.????????????.js")

    imported = re.findall(r"""["']\./([\w.]+\.js)["']""", script.read_text())

    assert imported
    assert all(re.fullmatch(r"\w+\.\w{12}\.js", name) for name in imported)
    assert all((collected / "js" / name).is_file() for name in imported)
