"""`manage.py annotate`"""

import json

import pytest
from django.core.management import call_command

from annotations.exports.row import COLUMNS
from tests.exports.rows import read_table

FIRST = (
    "The mayor was glad. “The bridge will open in May,” said Ana Roth, who has waited for it for ten years.\n"
)
LEAD = "The town of Norrby has offered to build the bridge.\n\n“It will open,” said Ana Roth, the mayor.\n"
SECOND = "It rained in the harbour. “It will never open,” said Bo Lund, who has rowed across since 1988.\n"
GERMAN = (
    "Die Brücke wird im Mai geöffnet, sagte die Bürgermeisterin am Montag vor der Presse. "
    "„Wir freuen uns sehr“, sagte sie und lachte.\n"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "first.txt").write_text(FIRST)
    (tmp_path / "second.txt").write_text(SECOND)
    (tmp_path / "german.txt").write_text(GERMAN)
    (tmp_path / "empty.txt").touch()
    return tmp_path


def records(out):
    return [json.loads(line) for line in out.decode().splitlines()]


@pytest.mark.pipeline
def test_annotate_writes_one_line_an_article_in_input_order(folder, capfdbinary):
    call_command("annotate", str(folder / "second.txt"), str(folder / "first.txt"))

    second, first = records(capfdbinary.readouterr().out)
    assert (second["id"], second["source"], second["text"]) == ("second", "second.txt", SECOND)
    assert list(first) == [
        "id",
        "source",
        "title",
        "published_on",
        "text",
        "regions",
        "sentences",
        "speakers",
        "claims",
    ]
    [claim] = first["claims"]
    assert [FIRST[start:end] for start, end in claim["content"]] == ["“The bridge will open in May,”"]
    assert claim["speaker"] == "Ana Roth"


@pytest.mark.pipeline
def test_annotate_takes_the_first_sentence_where_no_title_is_given(folder, capfdbinary):
    call_command("annotate", str(folder / "first.txt"))

    assert [record["title"] for record in records(capfdbinary.readouterr().out)] == ["The mayor was glad."]


@pytest.mark.pipeline
def test_annotate_takes_no_line_for_the_headline_because_of_a_title_it_made_itself(folder, capfdbinary):
    (folder / "lead.txt").write_text(LEAD)
    call_command("annotate", str(folder / "lead.txt"))

    [record] = records(capfdbinary.readouterr().out)
    assert record["title"] == LEAD.splitlines()[0]
    assert [region["kind"] for region in record["regions"]] == ["body", "body"]


@pytest.mark.pipeline
def test_annotate_goes_on_after_a_file_that_can_not_be_read(folder, capfdbinary):
    with pytest.raises(SystemExit) as left:
        call_command("annotate", str(folder / "empty.txt"), str(folder / "first.txt"))

    written = capfdbinary.readouterr()
    assert left.value.code == 1
    assert [record["id"] for record in records(written.out)] == ["first"]
    assert written.err.startswith(b"empty.txt: ")


@pytest.mark.pipeline
def test_annotate_as_csv_writes_the_rows_of_the_export(folder):
    file = folder / "claims.csv"

    call_command(
        "annotate",
        str(folder / "first.txt"),
        str(folder / "second.txt"),
        "--format",
        "csv",
        "--output",
        str(file),
    )

    rows = read_table(file.read_bytes())
    assert tuple(rows[0]) == COLUMNS
    assert [(row["content"], row["speaker"], row["claim_id"]) for row in rows] == [
        ("“The bridge will open in May,”", "Ana Roth", ""),
        ("“It will never open,”", "Bo Lund", ""),
    ]


def test_annotate_reads_another_language_and_finds_no_claims_in_it(folder, capfdbinary):
    call_command("annotate", str(folder / "german.txt"))

    [record] = records(capfdbinary.readouterr().out)
    assert (record["text"], record["claims"]) == (GERMAN, [])
    assert len(record["sentences"]) == 2
