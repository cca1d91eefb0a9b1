"""Word lists read from `resources/`, each once."""

import json
from functools import cache
from pathlib import Path

_RESOURCES = Path(__file__).parent / "resources"


@cache
def _words_file() -> dict[str, str | dict[str, str]]:
    found: dict[str, str | dict[str, str]] = json.loads(
        (_RESOURCES / "words.json").read_text(encoding="utf-8")
    )
    return found


@cache
def words(name: str) -> frozenset[str]:
    """Return the list `name` of `words.json`; raises KeyError where there is none."""
    value = _words_file()[name]
    assert isinstance(value, str)  # noqa: S101 - a wrong data file is a programming error
    return frozenset(value.split())


@cache
def abbreviations() -> dict[str, str]:
    """Return the words that a role's abbreviation stands for ("pm": "prime minister")."""
    value = _words_file()["abbreviations"]
    assert isinstance(value, dict)  # noqa: S101 - a wrong data file is a programming error
    return value


@cache
def forename_groups() -> dict[str, frozenset[str]]:
    """Return for each forename, in lower case, the forms that may name the same person, itself included."""
    groups: dict[str, set[str]] = {}
    for line in (_RESOURCES / "nicknames.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        short, *full = line.split()
        for name in full:
            groups.setdefault(short, {short}).add(name)
            groups.setdefault(name, {name}).add(short)
    return {name: frozenset(forms) for name, forms in groups.items()}


@cache
def _forenames() -> dict[str, str]:
    lists = json.loads((_RESOURCES / "forenames.json").read_text(encoding="utf-8"))
    found = dict.fromkeys(lists["women"].split(), "f")
    found.update(dict.fromkeys(lists["men"].split(), "m"))
    return found


def mostly_borne_by(forename: str) -> str:
    """Return "f" or "m" where mostly women or mostly men bear a forename, else an empty string.

    Weak evidence: it ranks candidates and is overruled by any word of the text. Nothing stores it.
    """
    return _forenames().get(forename.casefold(), "")
