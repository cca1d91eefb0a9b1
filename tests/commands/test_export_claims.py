"""`manage.py export_claims`"""

import json
import zipfile
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from annotations.exports.csv import read_claims_csv
from annotations.models import ClaimSpan
from tests.builders import make_article, make_claim, make_set, make_speaker
from tests.exports.rows import read_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "claims.csv"


def exported(file, *arguments):
    """Run the command and return the ids of the claims in its file."""
    call_command("export_claims", *arguments, "--output", str(file))
    with file.open("rb") as table:
        return [int(row["claim_id"]) for row in read_claims_csv(table)]


def test_export_claims_writes_to_standard_output_where_no_file_is_named(capfdbinary):
    claim = make_claim()

    call_command("export_claims")

    [row] = read_table(capfdbinary.readouterr().out)
    assert row["claim_id"] == str(claim.pk)


def test_export_claims_leaves_out_rejected_ones_unless_asked(file):
    accepted, rejected = make_claim(state="accepted"), make_claim(state="rejected")

    assert exported(file) == [accepted.pk]
    assert exported(file, "--include-rejected") == [accepted.pk, rejected.pk]
    assert exported(file, "--state", "rejected") == [rejected.pk]


def test_export_claims_takes_several_states(file):
    claims = [make_claim(state=state) for state in ("accepted", "corrected", "suggested")]

    chosen = exported(file, "--state", "accepted", "--state", "corrected")

    assert chosen == [claim.pk for claim in claims[:2]]


def test_export_claims_takes_a_set_and_dates(file):
    days = (date(2025, 1, 1), date(2025, 1, 2), date(2025, 1, 3))
    claims = [make_claim(article=make_article(published_on=day)) for day in days]
    make_set("Spring", articles=(claims[0].article, claims[1].article))

    assert exported(file, "--set", "Spring") == [claims[0].pk, claims[1].pk]
    assert exported(file, "--from", "2025-01-02", "--to", "2025-01-02") == [claims[1].pk]


def test_export_claims_leaves_out_mark_and_guard_when_told(file):
    make_claim(article=make_article(title="=1+1"))

    call_command("export_claims", "--output", str(file))
    plain = file.read_bytes()
    call_command("export_claims", "--no-bom", "--raw", "--output", str(file))
    bare = file.read_bytes()

    assert (plain[:3], bare[:3]) == (b"\xef\xbb\xbf", b"set")
    assert [read_table(table)[0]["article_title"] for table in (plain, bare)] == ["'=1+1", "=1+1"]


def test_export_claims_writes_the_other_formats(tmp_path):
    claim = make_claim(speaker=make_speaker("Ana Roth", aliases=("Roth",)))
    lines, archive = tmp_path / "claims.jsonl", tmp_path / "claims.zip"

    call_command("export_claims", "--format", "jsonl", "--output", str(lines))
    call_command("export_claims", "--format", "zip", "--output", str(archive))

    assert json.loads(lines.read_text())["claim_id"] == claim.pk
    with zipfile.ZipFile(archive) as tables:
        assert read_table(tables.read("speakers.csv"))[0]["aliases"] == "Roth"


def test_export_claims_that_stops_leaves_the_older_file_as_it_was(file):
    file.write_text("older")
    claim = make_claim()
    ClaimSpan.objects.filter(claim=claim).update(end=9999)

    with pytest.raises(CommandError, match=f"^Claim {claim.pk} of article {claim.article_id} "):
        call_command("export_claims", "--output", str(file))

    assert file.read_text() == "older"
    assert list(file.parent.iterdir()) == [file]


def test_export_claims_file_is_as_readable_as_any_new_file(file):
    make_claim()
    (other := file.with_name("other")).touch()

    exported(file)

    assert file.stat().st_mode == other.stat().st_mode


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--set", "Autumn"], "There is no set named Autumn. The sets are: Spring."),
        (["--from", "soon"], "Error: argument --from: soon is no date: write it as 2025-01-31."),
        (
            ["--output", "/nowhere/at/all.csv"],
            "/nowhere/at/all.csv can't be written: No such file or directory.",
        ),
    ],
)
def test_export_claims_says_what_is_wrong(arguments, sentence):
    make_set("Spring")

    with pytest.raises(CommandError) as caught:
        call_command("export_claims", *arguments)

    assert str(caught.value) == sentence
