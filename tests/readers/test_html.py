"""Web pages."""

from collections.abc import Callable
from datetime import date

import pytest

from annotations.readers import SourceDocument, SourceFormat
from tests.readers.builders import ENGLISH, html_page

Read = Callable[..., SourceDocument]
SECOND = "The mayor told the council that she &amp; her deputy had “read every page of it” <i>twice</i>."
SECOND_TEXT = "The mayor told the council that she & her deputy had “read every page of it” twice."


def test_html_gives_the_article_and_what_the_page_says_of_it(read: Read) -> None:
    head = (
        "<title>Ferry to sail in May | The Harbour Post</title>"
        "<meta property='og:site_name' content='The Harbour Post'>"
        "<meta name='author' content='Ana Lindqvist'>"
        "<meta property='article:published_time' content='2025-02-24T08:00:00+00:00'>"
        "<meta property='article:modified_time' content='2025-03-01T08:00:00+00:00'>"
        "<link rel='canonical' href='https://post.example/ferry'>"
    )

    document = read(html_page(ENGLISH, SECOND, head=head), "page.html")

    assert document == SourceDocument(
        text=f"Ferry to sail in May\n\n{ENGLISH}\n\n{SECOND_TEXT}",
        source_format=SourceFormat.HTML,
        title="Ferry to sail in May",
        outlet="The Harbour Post",
        byline="Ana Lindqvist",
        url="https://post.example/ferry",
        published_on=date(2025, 2, 24),
        language="en",
    )


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>var words = 'unseen';</script>",
        "<style>.unseen { color: red }</style>",
        "<!-- unseen -->",
        "<?unseen words?>",
        "<p hidden>unseen words of a template that nobody reads</p>",
        "<div style='color: red; display : none'><p>unseen words that nobody reads</p></div>",
        "<p style='visibility:hidden'>unseen words that nobody reads</p>",
        "<template><p>unseen words that nobody reads</p></template>",
        "<noscript><p>unseen words that nobody reads</p></noscript>",
    ],
)
def test_html_reads_nothing_that_a_browser_hides(read: Read, unseen: str) -> None:
    document = read(html_page(ENGLISH, f"Before it{unseen} and after it, the mayor spoke at length.", SECOND))

    assert "unseen" not in document.text
    assert "and after it, the mayor spoke at length." in document.text


def test_html_keeps_paragraphs_that_are_repeated(read: Read) -> None:
    document = read(html_page(ENGLISH, SECOND, ENGLISH, SECOND))

    assert document.text.split("\n\n")[1:] == [ENGLISH, SECOND_TEXT] * 2


def test_html_makes_paragraphs_of_quotes_lists_and_cells_and_lines_of_breaks(read: Read) -> None:
    document = read(
        html_page(
            ENGLISH,
            "First line of it,<br>second line of it, and then some.",
            f"</p><blockquote>{SECOND}</blockquote><ul><li>One point</li><li>Two points</li></ul><p>"
            "Source\n  lines   are\tjoined as in a browser, the editor explained.",
        )
    )

    assert document.text.split("\n\n")[2:] == [
        "First line of it,\nsecond line of it, and then some.",
        SECOND_TEXT,
        "One point",
        "Two points",
        "Source lines are joined as in a browser, the editor explained.",
    ]


@pytest.mark.parametrize("page", ["<p>He said “no”.</p>", "<html><body>He said “no”.</body></html>"])
def test_html_reads_short_pages(read: Read, page: str) -> None:
    assert read(page).text == "He said “no”."


def test_html_without_an_article_gives_all_visible_text_and_says_so(read: Read) -> None:
    page = "<aside><p>She said no.</p><p hidden>unseen</p><p>He said<br>so.</p></aside>"

    document = read(f"<html><head><title>Ferry</title></head><body>{page}</body></html>")

    assert document.text == "She said no.\n\nHe said\nso."
    assert document.notes == ("No article stood out in this page, so all of its visible text was read.",)


def test_html_is_decoded_as_it_declares(read: Read) -> None:
    page = html_page(ENGLISH).replace("charset='utf-8'", "charset=windows-1251")
    page = page.replace("Ferry to sail", "Паром")

    document = read(page.encode("cp1251"))

    assert document.text.startswith("Паром in May\n\n")
    assert document.notes == ("Read as windows-1251, as the file itself declares.",)


def test_html_that_declares_wrongly_but_is_utf_8_is_read_as_utf_8(read: Read) -> None:
    document = read(html_page(ENGLISH).replace("charset='utf-8'", "charset=iso-8859-1"))

    assert "“We have waited for three years,”" in document.text
    assert document.notes == ()


def test_html_character_references_to_nothing_storable_are_replaced(read: Read) -> None:
    text = read(
        html_page(ENGLISH, "He said&#0; so&#xD800; and so, the clerk of the court told the press.")
    ).text

    assert not set(text) & {"\0", "\ud800"}


def test_html_address_of_a_script_is_left_out(read: Read) -> None:
    head = "<link rel='canonical' href='javascript:alert(1)'>"

    assert read(html_page(ENGLISH, head=head)).url == ""


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        (
            '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/hostname">]><html>&a;</html>',
            "This web page declares XML entities, which no article needs: paste its text instead.",
        ),
        (
            "<html><body>" + "<div>" * 10_000 + ENGLISH,
            "This web page is nested too deeply to be read: copy the article's text and paste it.",
        ),
        (
            "<html><body>" + "<i></i>" * 100_001,
            "This web page has too many parts to be read: copy the article's text and paste it.",
        ),
        (
            "<html><body><p " + " ".join(f"a{number}='x'" for number in range(2_000)) + ">",
            "This web page has too many parts to be read: copy the article's text and paste it.",
        ),
        (
            "<html><body><script>x</script></body></html>",
            "This file is empty: check that it was saved, then upload it again.",
        ),
    ],
)
def test_html_that_is_hostile_or_empty_is_refused(
    refusal: Callable[..., str], page: str, sentence: str
) -> None:
    assert refusal(page) == sentence
