"""The language of news text."""

import json
from pathlib import Path

import pytest

from annotations.readers import detect_language

# One short report in fourteen languages, written for these tests.
REPORTS: dict[str, str] = json.loads((Path(__file__).parent / "reports.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", REPORTS)
def test_detect_language_knows_the_language_of_a_report(code: str) -> None:
    assert detect_language(REPORTS[code]) == code


@pytest.mark.parametrize("code", REPORTS)
def test_detect_language_is_not_turned_by_a_long_quote_in_another_language(code: str) -> None:
    article = "\n\n".join([REPORTS["en"], REPORTS["en"], REPORTS[code], REPORTS["en"]])

    assert detect_language(article) == "en"


@pytest.mark.parametrize("text", ["", "He said no.", "Guten Morgen, meine Damen und Herren.", "1 2 3 " * 50])
def test_detect_language_does_not_judge_what_has_few_words(text: str) -> None:
    assert detect_language(text) == ""


def test_detect_language_is_unsure_of_a_text_half_in_one_and_half_in_another() -> None:
    assert detect_language(" ".join(["и она"] * 300) + " " + " ".join(["and she"] * 300)) == ""


def test_detect_language_finds_english_in_a_whole_corpus(shared: Path) -> None:
    lines = (shared / "corpus" / "polnear" / "dev.jsonl").read_text().splitlines()

    assert {detect_language(json.loads(line)["text"]) for line in lines} == {"en"}
