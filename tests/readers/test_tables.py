"""Tables of articles."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.readers import ArticleTable, Limits, Refused, SourceDocument, SourceFormat, open_table
from tests.readers.builders import ENGLISH, save

Open = Callable[..., ArticleTable]


@pytest.fixture
def open_content(tmp_path: Path) -> Open:
    def open_content(content: bytes | str, name: str = "t.csv", limits: Limits | None = None) -> ArticleTable:
        return open_table(save(tmp_path, "spooled", content), name=name, limits=limits or Limits())

    return open_content


def outcomes(table: ArticleTable) -> list[tuple[int, str]]:
    """Return each row's number and its text or its refusal."""
    return [
        (number, str(outcome) if isinstance(outcome, Refused) else outcome.text)
        for number, outcome in table.documents(table.mapping)
    ]


def test_csv_is_shown_before_it_is_read(open_content: Open) -> None:
    table = open_content(
        "Headline,Body Text,Publication Date,Section\r\n"
        f'Ferry,"{ENGLISH}",2025-02-24,Harbour\r\n'
        "Toll,He said no.,,Roads\r\nQuay,She said no.,,\r\nMoor,They said no.,,\r\n"
    )

    assert table.source_format is SourceFormat.CSV
    assert table.columns == ("Headline", "Body Text", "Publication Date", "Section")
    assert table.mapping == {"text": "Body Text", "title": "Headline", "published_on": "Publication Date"}
    assert table.row_count == 4
    assert [row["Headline"] for row in table.sample] == ["Ferry", "Toll", "Quay"]
    assert table.sample[0]["Body Text"] == ENGLISH[:199] + "…"


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("text", "TEXT"),
        ("text", "content"),
        ("text", "Article"),
        ("title", "headline"),
        ("outlet", "Source"),
        ("outlet", "publication"),
        ("outlet", "Publisher"),
        ("byline", "author"),
        ("url", "Link"),
        ("published_on", "date"),
        ("published_on", "publishedOn"),
        ("published_on", "published_on"),
        ("language", "Lang"),
    ],
)
def test_column_is_recognised_by_name(open_content: Open, field: str, column: str) -> None:
    columns = ["body" if field != "text" else "title", f" {column} "]

    table = open_content(",".join(columns) + "\nA,B\n")

    assert table.mapping[field] == column


def test_row_gives_every_field(open_content: Open) -> None:
    table = open_content(
        "text,title,outlet,byline,url,date,language\n"
        "He said no.,Ferry,The Harbour Post,Ana Lindqvist,https://post.example/1,24 Feb 2025,en-GB\n"
    )

    assert list(table.documents(table.mapping)) == [
        (
            1,
            SourceDocument(
                text="He said no.",
                source_format=SourceFormat.CSV,
                title="Ferry",
                outlet="The Harbour Post",
                byline="Ana Lindqvist",
                url="https://post.example/1",
                published_on=date(2025, 2, 24),
                language="en",
            ),
        )
    ]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "www.post.example", "https://"])
def test_address_that_no_link_may_lead_to_is_left_out(open_content: Open, address: str) -> None:
    table = open_content(f"text,url\nHe said no.,{address}\n")

    [(_, outcome)] = table.documents(table.mapping)

    assert isinstance(outcome, SourceDocument)
    assert outcome.url == ""


def test_mapping_that_the_editor_chose_is_used(open_content: Open) -> None:
    table = open_content("text,summary\nLong.,Short.\n")

    [(_, outcome)] = table.documents({"text": "summary", "title": ""})

    assert isinstance(outcome, SourceDocument)
    assert (outcome.text, outcome.title) == ("Short.", "")


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({}, "No column is chosen for the text: choose one."),
        ({"text": "nowhere"}, "This table has no column “nowhere” to read as text: choose another."),
        ({"text": "text", "id": "text"}, "This table has no column “text” to read as id: choose another."),
    ],
)
def test_mapping_that_does_not_fit_is_refused(
    open_content: Open, mapping: dict[str, str], sentence: str
) -> None:
    table = open_content("text\nHe said no.\n")

    with pytest.raises(Refused) as refused:
        table.documents(mapping)

    assert str(refused.value) == sentence


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_delimiter_is_told_from_the_header(open_content: Open, delimiter: str) -> None:
    table = open_content(f'title{delimiter}text\n"A; B, C\tD"{delimiter}He said no.\n')

    assert table.sample == ({"title": "A; B, C\tD", "text": "He said no."},)


def test_csv_with_byte_order_mark_line_ends_in_cells_and_long_cells(open_content: Open) -> None:
    long = "word " * 100_000
    table = open_content(f'\ufefftext,title\r\n"One ""line""\r\nand another",A\r\n"{long}",B\r\n')

    assert table.columns == ("text", "title")
    assert outcomes(table) == [(1, 'One "line"\nand another'), (2, long)]


def test_csv_in_an_older_encoding_says_so_for_the_table_and_each_article(open_content: Open) -> None:
    table = open_content("title;text\nCafé;“No,” he said.\n".encode("cp1252"))

    [(_, outcome)] = table.documents(table.mapping)

    assert table.notes == ("Read as Windows-1252, since it is not valid UTF-8.",)
    assert isinstance(outcome, SourceDocument)
    assert (outcome.title, outcome.text, outcome.notes) == ("Café", "“No,” he said.", table.notes)


def test_bad_row_of_a_csv_does_not_stop_the_others(open_content: Open) -> None:
    table = open_content('title,text\nA,One.\n\n,\nB,Two, or three.\nC\nD,Four.,\nE,"Five.\nF,Six.\n')

    assert outcomes(table) == [
        (1, "One."),
        (
            2,
            "This row has 3 cells and the header 2: "
            "put quotation marks around cells that hold the delimiter.",
        ),
        (3, "This row has no text: fill the column and upload the table again."),
        (4, "Four."),
        (5, "This row opens a quotation mark that is never closed: close it."),
        (6, "Six."),
    ]
    assert table.row_count == 6


def test_csv_of_nothing_but_unclosed_marks_is_given_up(open_content: Open) -> None:
    table = open_content("title,text\n" + 'x","y\n' * 501)

    assert table.row_count == 20


def test_row_over_the_limit_is_refused_alone(open_content: Open) -> None:
    table = open_content("text,title\nToo long.,A\nShort.,B\n", limits=Limits(article_characters=6))

    assert [number for number, outcome in table.documents(table.mapping) if isinstance(outcome, Refused)] == [
        1
    ]


def test_ambiguous_date_is_left_out_with_a_note(open_content: Open) -> None:
    table = open_content("text,date\nHe said no.,03/04/2024\n")

    [(_, outcome)] = table.documents(table.mapping)

    assert isinstance(outcome, SourceDocument)
    assert outcome.published_on is None
    assert outcome.notes == (
        "The date “03/04/2024” was left out, since it does not name one day for certain.",
    )


def test_columns_without_or_with_the_same_name_are_told_apart(open_content: Open) -> None:
    assert open_content("text,,note,note\nA,B,C,D\n").columns == ("text", "column 2", "note", "note (2)")


def test_json_lines_give_articles_and_refusals(open_content: Open) -> None:
    lines: list[Any] = [
        {
            "headline": "Ferry",
            "text": "He said “no”.\r\n🙂",
            "date": "2025-02-24T08:00:00Z",
            "authors": ["Ana", "Jan"],
        },
        {
            "text": ["A first paragraph of the article, which is long enough.", "x" * 61],
            "id": 7,
            "tags": {"a": 1},
        },
        {"text": None},
        ["no", "object"],
        {"text": "a\0b\ud800"},
    ]
    content = "\n".join(json.dumps(line) for line in lines) + '\n\n{"text": \n' + "[" * 100_000 + "\n"

    table = open_content(content, "t.jsonl")

    assert table.source_format is SourceFormat.JSONL
    assert table.columns == ("headline", "text", "date", "authors", "id", "tags")
    assert table.sample[1]["id"] == "7"
    no_object = "This line is not one JSON object: put one article in braces on each line."
    assert outcomes(table) == [
        (1, "He said “no”.\n🙂"),
        (2, f"A first paragraph of the article, which is long enough.\n\n{'x' * 61}"),
        (3, "This row has no text: fill the column and upload the table again."),
        (4, no_object),
        (5, "a\ufffdb\ufffd"),
        (6, no_object),
        (7, no_object),
    ]
    [(_, first), *_] = table.documents(table.mapping)
    assert isinstance(first, SourceDocument)
    assert (first.title, first.byline, first.published_on) == ("Ferry", "Ana, Jan", date(2025, 2, 24))


def test_json_keys_and_samples_are_storable(open_content: Open) -> None:
    table = open_content('{"text": "a\\ud800", "\\ud800\\u0000": "b"}\n', "t.jsonl")

    assert table.columns == ("text", "\ufffd\ufffd")
    assert table.sample == ({"text": "a\ufffd", "\ufffd\ufffd": "b"},)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (
            "id,summary\n1,He said no.\n",
            "t.csv",
            "No column of this table is named text, body, content or article, only “id”, “summary”: "
            "rename the one that holds the articles and upload the table again.",
        ),
        (
            "text,title\n\n",
            "t.csv",
            "This table has no rows below its header: check that it was saved whole.",
        ),
        (ENGLISH, "t.txt", "This file is no table of articles: upload it as an article."),
        ("", "t.csv", "This file is empty: check that it was saved, then upload it again."),
        (
            '"text,title\nA,B\n',
            "t.csv",
            "The first row of this table can't be read as column names: check its quotation marks.",
        ),
        (
            "".join(json.dumps({f"key {number}": "x"}) + "\n" for number in range(501)),
            "t.jsonl",
            "The articles of this file share too few keys to be a table: name them alike.",
        ),
    ],
)
def test_table_that_is_none_is_refused(open_content: Open, content: str, name: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        open_content(content, name)

    assert str(refused.value) == sentence


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"))
ARTICLES = st.lists(st.tuples(CELLS.filter(str.strip), CELLS), min_size=1, max_size=8)


@given(articles=ARTICLES, delimiter=st.sampled_from(",;\t"))
@settings(deadline=None)
def test_csv_written_by_the_csv_module_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, articles: list[tuple[str, str]], delimiter: str
) -> None:
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=delimiter)
    writer.writerow(["text", "title"])
    writer.writerows(articles)
    table = open_table(save(tmp_path_factory.getbasetemp(), "t.csv", output.getvalue()), name="t.csv")

    read = list(table.documents(table.mapping))

    assert [(number, outcome.text, outcome.title) for number, outcome in read] == [  # type: ignore[union-attr]
        (number, text, shown(title)) for number, (text, title) in enumerate(articles, start=1)
    ]


def shown(title: str) -> str:
    """Titles are one line."""
    return " ".join(title.split())


@given(
    articles=st.lists(
        st.dictionaries(st.sampled_from(["text", "title", "x"]), CELLS.filter(str.strip)), min_size=1
    )
)
@settings(deadline=None)
def test_json_lines_written_by_the_json_module_read_back_equal(
    tmp_path_factory: pytest.TempPathFactory, articles: list[dict[str, str]]
) -> None:
    articles = [{"text": "He said no."}, *articles]
    content = "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles)
    table = open_table(save(tmp_path_factory.getbasetemp(), "t.jsonl", content), name="t.jsonl")

    read = list(table.documents(table.mapping))

    assert [outcome.text for _, outcome in read if isinstance(outcome, SourceDocument)] == [
        article["text"] for article in articles if "text" in article
    ]
    assert len(read) == len(articles)


@given(
    content=st.binary() | CELLS.map(str.encode),
    head=st.sampled_from([b"", b"text,title\n", b'{"text": "a"}\n']),
)
@settings(deadline=None)
def test_any_bytes_are_a_table_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, head: bytes
) -> None:
    path = save(tmp_path_factory.getbasetemp(), "t", head + content)
    try:
        table = open_table(path, name="t.csv")
        rows = list(table.documents(table.mapping))
    except Refused:
        return

    assert len(rows) == table.row_count
    for _, outcome in rows:
        if isinstance(outcome, SourceDocument):
            assert outcome.text.encode("utf-8")
