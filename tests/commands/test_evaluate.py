"""`manage.py evaluate`"""

import hashlib
import json

import pytest
from django.core.management import CommandError, call_command

from annotations.nlp.pipeline import annotate
from annotations.nlp.regions import first_body_sentence
from annotations.nlp.scoring import (
    calibration_table,
    compare,
    comparison_table,
    name_table,
    score,
    table,
    worst_table,
)
from tests.builders import make_article, make_claim, make_set, make_speaker

TEXT = "“The bridge will open in May,” said Ana Roth, who has waited for it for ten years."
GOLD = {
    "id": "bridge",
    "text": TEXT,
    "attributions": [{"content": [[0, 30]], "cue": [[31, 35]], "source": [[36, 44]], "kind": "direct"}],
}
NAMES = {"content": [[0, 30]], "names": ["Ana Roth"], "kind": "person"}


def write_lines(file, *records):
    file.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
    return file


def read_lines(file):
    return [json.loads(line) for line in file.read_text().split("\n") if line]


@pytest.fixture
def gold_file(tmp_path):
    return write_lines(tmp_path / "gold.jsonl", GOLD, GOLD | {"id": "line\u2028break"})


@pytest.fixture
def reviewed_article(db):
    """An article whose only claim was corrected, and one that is not done."""
    article = make_article(text=TEXT, title="Bridge", state="reviewed")
    make_claim(
        article=article,
        content=((0, 30),),
        cue=((31, 35),),
        source=((36, 44),),
        speaker=make_speaker("Ana Roth"),
        state="corrected",
    )
    make_claim(article=make_article(state="ready"), state="suggested")
    return article


def claims_found(capsys):
    """Return how many gold claims and predictions the first table counts, and the F1 of attribution."""
    printed = capsys.readouterr().out.splitlines()
    cells = next(line for line in printed if line.startswith("all ")).replace("|", " ").split()
    return int(cells[1]), int(cells[2]), float(cells[14])


@pytest.mark.pipeline
def test_evaluate_prints_the_scores_of_what_it_writes(gold_file, tmp_path, capsys):
    predictions = tmp_path / "predictions.jsonl"

    call_command("evaluate", str(gold_file), "--predictions", str(predictions))

    found = read_lines(predictions)
    result = score([GOLD, GOLD | {"id": "line\u2028break"}], found, bootstrap=500)
    printed = capsys.readouterr()
    parts = printed.out.rstrip("\n").split("\n\n")
    assert "\n\n".join(parts[:-1]) == "\n\n".join(
        [table(result), calibration_table(result), worst_table(result, 50)]
    )
    assert printed.err == "2 of 2 articles\n"
    assert [(article["id"], article["claims"][0]["content"]) for article in found] == [
        ("bridge", [[0, 30]]),
        ("line\u2028break", [[0, 30]]),
    ]


@pytest.mark.pipeline
def test_evaluate_ends_with_pipeline_and_speed(gold_file, capsys):
    call_command("evaluate", str(gold_file), "--worst", "0", "--bootstrap", "0")

    out = capsys.readouterr().out
    last = out.splitlines()[-1]
    assert last.startswith("newsdesk-")
    assert "words a second" in last
    assert "(34 words in " in last
    assert "bootstrap" not in out
    assert "worst" not in out


@pytest.mark.pipeline
def test_evaluate_scores_names_where_they_are_given(gold_file, tmp_path, capsys):
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    names = write_lines(tmp_path / "names.jsonl", {"id": "bridge", "sha256": sha256, "attributions": [NAMES]})
    predictions = tmp_path / "predictions.jsonl"

    call_command("evaluate", str(gold_file), "--names", str(names), "--predictions", str(predictions))

    named = GOLD | {
        "attributions": [GOLD["attributions"][0] | {"names": ["Ana Roth"], "speaker_kind": "person"}],
        "has_names": True,
    }
    result = score([named, GOLD | {"id": "line\u2028break"}], read_lines(predictions), bootstrap=500)
    out = capsys.readouterr().out
    assert name_table(result) in out
    assert calibration_table(result) in out
    assert result.names["all"].gold == 1


@pytest.mark.pipeline
def test_evaluate_compares_with_an_earlier_run(gold_file, tmp_path, capsys):
    other = write_lines(tmp_path / "other.jsonl", {"id": "bridge", "claims": []})
    predictions = tmp_path / "predictions.jsonl"

    call_command("evaluate", str(gold_file), "--compare", str(other), "--predictions", str(predictions))

    gold = [GOLD, GOLD | {"id": "line\u2028break"}]
    comparison = compare(gold, read_lines(predictions), read_lines(other), draws=500)
    assert comparison_table(comparison, str(other)) in capsys.readouterr().out


@pytest.mark.pipeline
def test_evaluate_writes_all_figures_as_json(gold_file, tmp_path):
    file = tmp_path / "figures.json"
    other = write_lines(tmp_path / "other.jsonl", {"id": "bridge", "claims": []})

    call_command(
        "evaluate", str(gold_file), "--json", str(file), "--compare", str(other), "--bootstrap", "20"
    )

    figures = json.loads(file.read_text())
    assert figures["pipeline"].startswith("newsdesk-")
    assert (figures["articles"], figures["draws"]) == (2, 20)
    assert figures["by_claim"]["direct"]["exact"]["f1"] == 1.0
    assert len(figures["by_claim"]["direct"]["exact"]["interval"]) == 2
    assert figures["names"] is None
    assert len(figures["source_calibration"]["bands"]) == 10
    assert [each["id"] for each in figures["by_article"]] == ["bridge", "line\u2028break"]
    assert figures["speed"]["words"] == 34
    assert figures["speed"]["words_per_second"] > 0
    assert figures["comparison"]["differences"][0]["group"] == "direct"


@pytest.mark.pipeline
def test_evaluate_reads_a_folder_of_brats(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "a.ann").write_text(
        "T1\tContent 0 30\t“The bridge will open in May,”\nT2\tCue 31 35\tsaid\nT3\tSource 36 44\tAna Roth\n"
        "E1\tCue:T2 Content:T1 Source:T3\n#1\tAnnotatorNotes T3\tAna Roth\nT4\tDiscard 46 49\twho\n"
    )

    call_command("evaluate", str(tmp_path))

    printed = capsys.readouterr()
    assert "speaker names, over 1 article with gold names" in printed.out
    assert f"{tmp_path / 'a.ann'}, line 6: T4 Discard is in no attribution and is left out." in printed.err


@pytest.mark.pipeline
@pytest.mark.parametrize("given", [["--reviewed"], ["--set", "Spring"]])
def test_evaluate_measures_on_what_the_desk_has_reviewed(reviewed_article, given, capsys):
    make_set("Spring", articles=(reviewed_article,))

    call_command("evaluate", *given)

    assert claims_found(capsys)[0] == 1


@pytest.mark.pipeline
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_evaluate_measures_on_the_desks_export_with_its_database(reviewed_article, ending, tmp_path, capsys):
    file = tmp_path / f"claims.{ending}"
    call_command("export_claims", "--format", ending, "--output", str(file))
    call_command("evaluate", str(file))

    printed = capsys.readouterr()
    assert printed.err.startswith("1 article is left out: it holds claims that nobody has decided.\n")
    assert "speaker names, over 1 article with gold names" in printed.out


@pytest.mark.pipeline
def test_evaluate_measures_on_an_export_with_the_files_that_were_uploaded(reviewed_article, tmp_path, capsys):
    file = tmp_path / "claims.csv"
    call_command("export_claims", "--output", str(file))
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "bridge.txt").write_text(TEXT)
    (articles / "empty.txt").write_text("")
    reviewed_article.delete()

    call_command("evaluate", str(file), "--texts", str(articles))

    printed = capsys.readouterr()
    assert printed.err.splitlines()[0].startswith("articles/empty.txt: This file is empty")
    assert "speaker names, over 1 article with gold names" in printed.out


@pytest.mark.pipeline
def test_evaluate_leaves_out_articles_in_languages_that_are_not_read(reviewed_article, capsys):
    german = make_article(text="„Ja“, sagte Ana Roth.", state="reviewed", language="de")
    make_claim(article=german, content=((0, 4),), state="accepted", origin="editor")

    call_command("evaluate", "--reviewed")

    assert "1 article is left out: it is not in English." in capsys.readouterr().err


@pytest.mark.pipeline
def test_evaluate_tells_the_pipeline_no_title_that_the_desk_made_of_the_text(db, monkeypatch):
    told = []

    def watched(text, *, title="", **options):
        told.append(title)
        return annotate(text, title=title, **options)

    monkeypatch.setattr("annotations.management.commands.evaluate.annotate", watched)
    make_article(text=TEXT, title="Bridge", state="reviewed")
    made_of_it = f"{TEXT} Others shrugged."
    make_article(text=made_of_it, title=first_body_sentence(made_of_it), state="reviewed")

    call_command("evaluate", "--reviewed")

    # The first reading loads the pipeline.
    assert told[1:] == ["Bridge", ""]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("no json", "{file}, line 1: this is no JSON."),
        ("[]", "{file}, line 1: this is no JSON object."),
        ('{"id": "a"}', "{file}, line 1: text, attributions is missing."),
        ("", "There is no article to measure with."),
    ],
)
def test_evaluate_says_which_line_is_wrong(tmp_path, line, sentence):
    file = tmp_path / "gold.jsonl"
    file.write_text(line)

    with pytest.raises(CommandError) as caught:
        call_command("evaluate", str(file))

    assert str(caught.value) == sentence.format(file=file)


def test_evaluate_says_that_there_is_no_file(tmp_path):
    with pytest.raises(CommandError, match=r"gold\.jsonl can't be read: .*No such file"):
        call_command("evaluate", str(tmp_path / "gold.jsonl"))


@pytest.mark.parametrize("given", [[], ["gold.jsonl", "--reviewed"], ["--set", "Spring", "--reviewed"]])
def test_evaluate_asks_for_one_corpus(given):
    with pytest.raises(CommandError, match="Name one corpus: a file or folder, --set NAME, or --reviewed"):
        call_command("evaluate", *given)


def test_evaluate_says_that_there_is_no_set(db):
    with pytest.raises(CommandError, match="There is no set named Spring"):
        call_command("evaluate", "--set", "Spring")


@pytest.mark.pipeline
def test_evaluate_says_that_the_other_run_belongs_to_another_corpus(gold_file, tmp_path):
    other = write_lines(tmp_path / "other.jsonl", {"id": "tower", "claims": []})

    with pytest.raises(
        CommandError, match=r"other\.jsonl: predicted articles that the gold corpus lacks: tower"
    ):
        call_command("evaluate", str(gold_file), "--compare", str(other))


def test_evaluate_reads_the_other_run_before_it_starts_its_own(gold_file, tmp_path):
    other = tmp_path / "other.jsonl"
    other.write_text("no json")

    with pytest.raises(CommandError, match=r"other\.jsonl, line 1: this is no JSON"):
        call_command("evaluate", str(gold_file), "--compare", str(other))
