"""`manage.py evaluate`"""

import json

import pytest
from django.core.management import CommandError, call_command

from annotations.nlp.scoring import score, table

TEXT = "“The bridge will open in May,” said Ana Roth, who has waited for it for ten years."
GOLD = {
    "id": "bridge",
    "text": TEXT,
    "attributions": [{"content": [[0, 30]], "cue": [[31, 35]], "source": [[36, 44]], "kind": "direct"}],
}


@pytest.fixture
def gold_file(tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_text(
        json.dumps(GOLD) + "\n" + json.dumps(GOLD | {"id": "line\u2028break"}, ensure_ascii=False) + "\n"
    )
    return file


@pytest.mark.pipeline
def test_evaluate_prints_the_scores_of_what_it_writes(gold_file, tmp_path, capsys):
    predictions = tmp_path / "predictions.jsonl"

    call_command("evaluate", str(gold_file), "--predictions", str(predictions))

    found = [json.loads(line) for line in predictions.read_text().split("\n") if line]
    gold = [GOLD, GOLD | {"id": "line\u2028break"}]
    printed = capsys.readouterr()
    assert printed.out == table(score(gold, found)) + "\n"
    assert printed.err == "2 of 2 articles\n"
    assert [(article["id"], article["claims"][0]["content"]) for article in found] == [
        ("bridge", [[0, 30]]),
        ("line\u2028break", [[0, 30]]),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("no json", "{file}, line 1: this is no JSON."),
        ("[]", "{file}, line 1: this is no JSON object."),
        ('{"id": "a"}', "{file}, line 1: text, attributions is missing."),
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
