"""Plain text."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from annotations.readers import Limits, SourceDocument, SourceFormat
from tests.readers.builders import ENGLISH

Read = Callable[..., SourceDocument]


def test_text_is_kept_apart_from_mark_and_line_ends(read: Read) -> None:
    document = read(b"\xef\xbb\xbf  First line.\r\n\r\n\tSecond\xc2\xa0line. \r  \n")

    assert document == SourceDocument(
        text="  First line.\n\n\tSecond\u00a0line. \n  \n", source_format=SourceFormat.TEXT
    )


def test_text_carries_its_language(read: Read) -> None:
    assert read(ENGLISH).language == "en"


def test_crawl_dump_gives_its_date_and_no_title(read: Read) -> None:
    dump = f" date 2025-02-24 Your support keeps the presses running Read more\n\n{ENGLISH}\n"

    document = read(dump)

    assert document.text == dump
    assert document.title == ""
    assert document.published_on == date(2025, 2, 24)
    assert document.notes == ("The publication date 2025-02-24 was taken from the first line.",)


def test_crawl_dump_of_a_real_paper_is_read_whole(read: Read, shared: Path) -> None:
    content = (shared / "articles" / "independent-2025-02-24.txt").read_bytes()

    document = read(content)

    assert document.text == content.decode()
    assert (document.title, document.published_on, document.language) == ("", date(2025, 2, 24), "en")


@pytest.mark.parametrize(
    "first", ["date 2025-13-44 Read more", " date unknown Read more", "The date 2025-02-24 is set"]
)
def test_first_line_without_a_dump_date_gives_none(read: Read, first: str) -> None:
    assert read(f"{first}\n\n{ENGLISH}").published_on is None


@pytest.mark.parametrize("title", ["Ferry to sail in May", "“We will sail,” board says", "Will it sail?"])
def test_first_line_alone_above_the_text_is_the_title(read: Read, title: str) -> None:
    document = read(f"{title}\n\n{ENGLISH}")

    assert document.title == title
    assert document.text == f"{title}\n\n{ENGLISH}"


@pytest.mark.parametrize(
    "text",
    [
        f"The board said so.\n\n{ENGLISH}",
        f"Ferry to sail in May\n{ENGLISH}",
        f"{'Ferry to sail ' * 12}\n\n{ENGLISH}",
        "Ferry to sail in May",
        "Ferry to sail in May\n\n",
        f"By Ana Lindqvist\n\n{ENGLISH}",
        f"https://post.example/ferry\n\n{ENGLISH}",
        f"24 February 2025\n\n{ENGLISH}",
    ],
)
def test_first_line_of_the_text_itself_is_no_title(read: Read, text: str) -> None:
    assert read(text).title == ""


def test_header_lines_are_guessed_and_stay_in_the_text(read: Read) -> None:
    text = (
        "Title: Ferry to sail in May\nDate: 24 February 2025\nOutlet: The Harbour Post\n"
        f"Author: Ana Lindqvist\nURL: https://post.example/ferry\n\n{ENGLISH}"
    )

    document = read(text)

    assert document == SourceDocument(
        text=text,
        source_format=SourceFormat.TEXT,
        title="Ferry to sail in May",
        outlet="The Harbour Post",
        byline="Ana Lindqvist",
        url="https://post.example/ferry",
        published_on=date(2025, 2, 24),
        language="en",
    )


def test_byline_below_the_title_is_found(read: Read) -> None:
    document = read(f"Ferry to sail in May\n\nBy Ana Lindqvist and Jan de Vries\n\n{ENGLISH}")

    assert (document.title, document.byline) == ("Ferry to sail in May", "Ana Lindqvist and Jan de Vries")


@pytest.mark.parametrize(
    "line", ["By Monday the ferry had left the old quay for good.", "By then nobody spoke", "By May"]
)
def test_sentence_that_starts_with_by_is_no_byline(read: Read, line: str) -> None:
    assert read(f"Ferry to sail in May\n\n{line}\n\n{ENGLISH}").byline == ""


def test_header_lines_after_the_first_paragraph_are_left_alone(read: Read) -> None:
    document = read(f"{ENGLISH}\n\nSource: the board's minutes\n")

    assert document.outlet == ""


def test_ambiguous_date_in_a_header_is_left_out_with_a_note(read: Read) -> None:
    document = read(f"Date: 03/04/2024\n\n{ENGLISH}")

    assert document.published_on is None
    assert document.notes == (
        "The date “03/04/2024” was left out, since it does not name one day for certain.",
    )


def test_address_that_is_none_of_the_web_is_left_out(read: Read) -> None:
    assert read(f"URL: javascript:alert(1)\n\n{ENGLISH}").url == ""


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\u00a0\u2003\n"])
def test_empty_text_is_refused(refusal: Callable[..., str], text: str) -> None:
    assert refusal(text) == "This file is empty: check that it was saved, then upload it again."


def test_text_over_the_limit_is_refused(read: Read, refusal: Callable[..., str]) -> None:
    limits = Limits(article_characters=1_000)

    assert len(read("й" * 1_000, "a.txt", limits).text) == 1_000
    assert refusal("й" * 1_001, "a.txt", limits) == (
        "This article has more than 1,000 characters, which is the most that is read: "
        "split it and upload the parts."
    )
