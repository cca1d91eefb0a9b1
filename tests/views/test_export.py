"""The export page and its download."""

import io
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.choices import Role
from annotations.exports.csv import read_claims_csv
from annotations.exports.cutting import SpanOutsideText
from annotations.models import ClaimSpan
from tests.builders import make_article, make_claim, make_set, make_speaker, make_user
from tests.exports.rows import read_table

pytestmark = pytest.mark.django_db

EXPORT = reverse("annotations:export")
DOWNLOAD = reverse("annotations:export-download")
HTMX = {"HX-Request": "true"}


def downloaded(client, **chosen):
    """Return the whole file, as a browser keeps it."""
    response = client.get(DOWNLOAD, chosen)
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def page_text(response):
    return " ".join(response.content.decode().split())


def test_export_page_shows_the_first_ten_rows_and_how_many_there_are(editor_client):
    article = make_article()
    for _ in range(11):
        make_claim(article=article)

    response = editor_client.get(EXPORT)

    assert len(response.context["rows"]) == 10
    assert "11 claims in 1 article." in page_text(response)


def test_export_page_of_an_empty_desk_says_what_to_do(editor_client):
    assert "No claims here yet. Choose another scope, or upload articles" in page_text(
        editor_client.get(EXPORT)
    )


def test_export_page_previews_what_the_address_asks_for(editor_client):
    claim = make_claim(state="accepted")
    make_claim(state="suggested")

    response = editor_client.get(
        EXPORT, {"states": "accepted", "article_set": make_set(articles=(claim.article,)).pk}
    )

    assert [row[7] for row in response.context["rows"]] == [str(claim.pk)]
    assert response.context["form"]["states"].value() == ["accepted"]


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [({}, "'=1+1"), ({"raw": "on"}, "=1+1"), ({"format": "jsonl"}, "=1+1"), ({"format": "zip"}, "'=1+1")],
)
def test_preview_shows_cells_as_the_file_holds_them(editor_client, chosen, shown):
    make_claim(article=make_article(title="=1+1"))

    [row] = editor_client.get(EXPORT, chosen).context["rows"]

    assert row[2] == shown


def test_export_page_gives_htmx_the_preview_alone_and_says_how_many(editor_client):
    make_claim()

    response = editor_client.get(EXPORT, {"format": "csv", "published_from": ""}, headers=HTMX)

    text = page_text(response)
    assert text.startswith('<section id="export-preview"')
    assert "<form" not in text
    assert response["HX-Replace-Url"] == f"{EXPORT}?format=csv"
    assert "1 claim to export." in response["HX-Trigger-After-Settle"]


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"article_set": "99"}, "This set is not there any more. Choose another one."),
        ({"article": "99"}, "This article is not there any more."),
        ({"published_from": "soon"}, "Published from: Enter a valid date."),
        (
            {"published_from": "2025-02-01", "published_to": "2025-01-01"},
            "The first date is after the last one.",
        ),
        ({"format": "xls"}, "Select a valid choice. xls is not one of the available choices."),
        ({"states": "rejected"}, "Select a valid choice. rejected is not one of the available choices."),
    ],
)
@pytest.mark.parametrize("url", [EXPORT, DOWNLOAD])
def test_export_that_makes_no_sense_gets_a_sentence(editor_client, url, chosen, sentence):
    response = editor_client.get(url, chosen)

    assert response.status_code == 422
    assert sentence in page_text(response)


@pytest.mark.parametrize("article_count", [1, 3])
def test_export_page_query_count(editor_client, article_count, django_assert_num_queries):
    for _ in range(article_count):
        article = make_article()
        make_set(articles=(article,))
        make_claim(article=article, speaker=make_speaker())

    with django_assert_num_queries(11):
        assert len(editor_client.get(EXPORT).context["rows"]) == article_count


def test_download_is_a_file_named_for_the_set_and_the_day(editor_client):
    article_set = make_set("Größe & co", articles=(make_claim().article,))

    response = editor_client.get(DOWNLOAD, {"article_set": article_set.pk})

    day = timezone.localdate().isoformat()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == (
        f"attachment; filename*=utf-8''newsdesk-claims-gr%C3%B6%C3%9Fe-co-{day}.csv"
    )
    assert response["Cache-Control"] == "private, no-store"
    assert response.streaming


def test_download_of_an_article_is_named_for_it(editor_client):
    claim = make_claim()

    response = editor_client.get(DOWNLOAD, {"article": claim.article_id, "format": "jsonl"})

    day = timezone.localdate().isoformat()
    assert response["Content-Disposition"] == (
        f'attachment; filename="newsdesk-claims-article-{claim.article_id}-{day}.jsonl"'
    )


def test_download_holds_what_was_asked_for(editor_client):
    claim = make_claim(article=make_article(published_on=date(2025, 2, 1)), state="rejected")
    make_claim(article=make_article(published_on=date(2025, 3, 1)))
    make_claim(article=make_article(published_on=date(2025, 2, 1)), state="accepted")

    table = downloaded(
        editor_client,
        states="corrected",
        include_rejected="on",
        published_from="2025-01-01",
        published_to="2025-02-28",
    )

    assert [row["claim_id"] for row in read_claims_csv(io.BytesIO(table))] == [str(claim.pk)]


def test_download_leaves_out_mark_and_guard_when_told(editor_client):
    make_claim(article=make_article(title="=1+1"))

    plain = downloaded(editor_client)
    bare = downloaded(editor_client, no_bom="on", raw="on")

    assert (plain[:3], bare[:3]) == (b"\xef\xbb\xbf", b"set")
    assert [read_table(table)[0]["article_title"] for table in (plain, bare)] == ["'=1+1", "=1+1"]


def test_download_as_zip_holds_speakers_with_their_aliases(editor_client):
    make_claim(speaker=make_speaker("Ana Roth", aliases=("Roth",)))

    with zipfile.ZipFile(io.BytesIO(downloaded(editor_client, format="zip"))) as archive:
        [speaker] = read_table(archive.read("speakers.csv"))

    assert (speaker["name"], speaker["aliases"], speaker["claims"]) == ("Ana Roth", "Roth", "1")


@pytest.mark.parametrize("url", [EXPORT, DOWNLOAD])
def test_claim_outside_its_text_gets_a_page_that_names_it(editor_client, url):
    claim = make_claim()
    ClaimSpan.objects.filter(claim=claim).update(end=9999)

    response = editor_client.get(url)

    assert f"Claim {claim.pk} of article {claim.article_id}" in page_text(response)
    assert not response.streaming


def test_download_that_fails_on_its_way_breaks_off(editor_client):
    for _ in range(400):
        last = make_claim(article=make_article(published_on=date(2025, 1, 1)))
    ClaimSpan.objects.filter(claim=last).update(end=9999)

    response = editor_client.get(DOWNLOAD)

    assert response.status_code == 200
    with pytest.raises(SpanOutsideText):
        list(response.streaming_content)


def test_viewer_may_export(client):
    client.force_login(make_user(role=Role.VIEWER))

    assert client.get(EXPORT).status_code == 200
    assert client.get(DOWNLOAD).status_code == 200


@pytest.mark.parametrize("url", [EXPORT, DOWNLOAD])
def test_stranger_is_sent_to_the_log_in_page(client, url):
    response = client.get(url)

    assert (response.status_code, response["Location"]) == (
        302,
        f"{reverse('annotations:log-in')}?next={url}",
    )
