"""What the API gives and takes: sets, articles, uploads, and claims that say what the exports say."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotations.choices import ArticleState, ClaimState, Role
from annotations.domain import sets
from annotations.exports.jsonl import stream_jsonl
from annotations.models import Article, AuditEntry, UploadItem
from annotations.queries.export import ExportScope, export_of
from tests.api.conftest import script_of
from tests.builders import make_article, make_claim, make_set, make_speaker, make_user

pytestmark = pytest.mark.django_db

API = "/api/v1"


def asked(script: Client, path: str, **query: Any) -> Any:
    """Return what the API answers."""
    answer = script.get(f"{API}/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def pages(script: Client, path: str, **query: Any) -> list[Any]:
    """Return the items of all pages."""
    found: list[Any] = []
    cursor = ""
    while True:
        page = asked(script, path, cursor=cursor, **query)
        found += page["items"]
        cursor = page["next"] or ""
        if not cursor:
            return found


def test_claims_say_what_the_export_says_in_its_order_whatever_the_size_of_a_page(script: Client) -> None:
    ana, days = make_speaker(), (date(2026, 5, 2), None, date(2026, 5, 1), None, date(2026, 5, 1))
    for day in days:
        article = make_article(published_on=day)
        for start in (0, 5, 5, 31):  # two that start at one place
            make_claim(article=article, speaker=ana, content=((start, start + 4),), confidence=0.12345)
        make_claim(article=article, content=((10, 14),), state=ClaimState.REJECTED.value)
    expected = [json.loads(line) for line in b"".join(stream_jsonl(export_of(ExportScope()))).splitlines()]

    assert len(expected) == 20
    for limit in (1, 3, 4, 20, 200):
        assert pages(script, "claims", limit=limit) == expected


def test_claims_are_narrowed_as_an_export_is(script: Client) -> None:
    inside, outside = make_claim(), make_claim()
    article_set = make_set(articles=(inside.article,))
    rejected = make_claim(article=inside.article, state=ClaimState.REJECTED.value)

    def ids(**query: Any) -> list[int]:
        return [row["claim_id"] for row in pages(script, "claims", **query)]

    assert ids(article_set=article_set.pk) == [inside.pk]
    assert ids(article=outside.article_id) == [outside.pk]
    assert ids(state="rejected") == [rejected.pk]
    assert ids(article=inside.article_id, include_rejected="true") == [inside.pk, rejected.pk]
    assert ids(published_from="2026-01-01") == []
    assert ids(article=2**62) == []


@pytest.mark.parametrize("cursor", ["x", "1.2", "2026-99-99.1.1.1", ".1.1.x", "-1", "9" * 40, "1.1.1.1\0"])
@pytest.mark.parametrize("path", ["claims", "articles"])
def test_a_cursor_that_is_none_of_ours_is_refused(script: Client, path: str, cursor: str) -> None:
    answer = script.get(f"{API}/{path}", {"cursor": cursor})

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("cursor: ")


def test_the_first_page_of_claims_is_noted_as_an_export(script: Client) -> None:
    for _ in range(2):
        make_claim()
    AuditEntry.objects.all().delete()

    pages(script, "claims", limit=1)

    assert [(entry.event, entry.detail) for entry in AuditEntry.objects.all()] == [
        ("exported", "Claims over the API, token “night import”")
    ]


def test_articles_are_listed_with_their_state_and_fetched_with_their_text(script: Client) -> None:
    claim = make_claim(article=make_article(title="The bridge", outlet="Post", published_on=date(2026, 5, 1)))
    article_set = make_set(articles=(claim.article,))
    make_article(state=ArticleState.FAILED.value, failure="Too odd.")

    first, second = pages(script, "articles", limit=1)

    assert (first["title"], first["state"], first["sets"]) == ("The bridge", "ready", [article_set.pk])
    assert (first["claims"], first["undecided"], first["published_on"]) == (1, 1, "2026-05-01")
    assert (second["state"], second["failure"]) == ("failed", "Too odd.")
    assert [row["id"] for row in pages(script, "articles", state="failed")] == [second["id"]]
    assert [row["id"] for row in pages(script, "articles", outlet="Post")] == [first["id"]]
    assert asked(script, f"articles/{first['id']}")["text"] == claim.article.text
    assert script.get(f"{API}/articles/{2**62}").status_code == 404


def test_a_pushed_text_goes_the_way_of_an_upload(script: Client) -> None:
    article_set = make_set("Harbour")
    body = {
        "text": "“The bridge opens in May,” said Ana Lindqvist.",
        "title": "The bridge",
        "published_on": "2026-05-01",
        "article_set": article_set.pk,
    }

    answer = script.post(f"{API}/articles", body, "application/json")

    assert answer.status_code == 202
    (item,) = asked(script, f"uploads/{answer.json()['id']}")["items"]
    article = Article.objects.get()
    assert (item["state"], item["article"]) == ("read", article.pk)
    assert (article.title, article.published_on) == ("The bridge", date(2026, 5, 1))
    assert list(article.sets.all()) == [article_set]
    again = script.post(f"{API}/articles", body, "application/json").json()
    assert asked(script, f"uploads/{again['id']}")["items"][0]["state"] == "duplicate"


def test_pushed_files_are_read_each_for_itself(script: Client) -> None:
    files = [
        SimpleUploadedFile("one.txt", b"The mayor said the bridge opens."),
        SimpleUploadedFile("two.pdf", b"%PDF-1.7 broken"),
    ]

    answer = script.post(f"{API}/uploads", {"files": files, "outlet": "Post"})

    assert answer.status_code == 202
    states = {row["name"]: row["state"] for row in asked(script, f"uploads/{answer.json()['id']}")["items"]}
    assert states == {"one.txt": "read", "two.pdf": "refused"}
    assert Article.objects.get().outlet == "Post"


def test_a_file_that_is_too_large_is_refused_by_name(script: Client, settings: Any) -> None:
    settings.UPLOAD_FILE_BYTES = 1024 * 1024

    answer = script.post(f"{API}/uploads", {"files": [SimpleUploadedFile("big.txt", b"x" * 1_100_000)]})

    (item,) = answer.json()["items"]
    assert (item["name"], item["state"]) == ("big.txt", "refused")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "a", "titel": "typo"}, "titel"),
        ({"text": "a", "url": "javascript:alert(1)"}, "url"),
        ({"text": "a", "published_on": "May"}, "published_on"),
        ({"text": "a", "article_set": 999_999}, "article_set"),
        ({"text": "a", "article_set": 2**70}, "article_set"),
    ],
)
def test_what_is_wrong_with_a_pushed_text_is_named(script: Client, body: dict[str, Any], place: str) -> None:
    answer = script.post(f"{API}/articles", body, "application/json")

    assert answer.status_code == 422
    assert place in answer.json()["detail"]
    assert not UploadItem.objects.exists()


@pytest.mark.parametrize("body", ['{"text": "half \\ud800"}', "{", "", "[]", "\ufeff{}", "1" * 5000])
def test_a_body_that_is_no_such_object_is_refused(script: Client, body: str) -> None:
    answer = script.post(f"{API}/articles", body, "application/json")

    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]


def test_a_body_that_is_too_large_is_refused(script: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    assert script.post(f"{API}/articles", {"text": "x" * 2000}, "application/json").status_code == 413


def test_a_private_set_is_not_there_for_a_script_of_an_outsider() -> None:
    article = make_article(title="Quagmire falls")
    make_claim(article=article, speaker=make_speaker("Quagmire Jones"))
    secret, shared = make_set("Quagmire files", articles=(article,)), make_set("Open", articles=(article,))
    viewer = make_user(role=Role.VIEWER)
    sets.change_access(article_set=secret, is_private=True, members=[], by=make_user())
    script = script_of(viewer)

    lists = ("sets", "articles", "claims")
    for path in (*lists, f"claims?article={article.pk}", f"articles?article_set={shared.pk}"):
        assert "Quagmire" not in script.get(f"{API}/{path}").content.decode(), path
    assert script.get(f"{API}/articles/{article.pk}").status_code == 404
    assert script.get(f"{API}/claims?article_set={secret.pk}").status_code == 422

    secret.members.add(viewer)
    assert [row["article_title"] for row in pages(script, "claims")] == ["Quagmire falls"]
    assert [row["name"] for row in asked(script, "sets")["items"]] == ["Open", "Quagmire files"]
