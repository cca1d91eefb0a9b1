"""The head of the review page comes before its body is made; what that must not cost."""

import logging
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.models import Article, Presence
from annotations.views import review_parts
from newsdesk.logs import AboutFilter
from tests.builders import make_article, make_claim
from tests.views.requests import url

pytestmark = pytest.mark.django_db

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def article(db: None) -> Article:
    article = make_article(text="“Tolls stay,” said Ana.", title="Tolls </head> & bridges")
    make_claim(article=article, content=((0, 13),))
    return article


def opened(client: Client, article: Article, query: str = "", **headers: str) -> StreamingHttpResponse:
    response: Any = client.get(url("review", article.pk) + query, headers=BROWSER | headers)
    assert response.streaming
    return response  # type: ignore[no-any-return] # what the test client adds to it is not asked for


def parts(response: StreamingHttpResponse) -> Iterator[str]:
    """Return what the browser can read of each part when it comes."""
    reader = zlib.decompressobj(31)
    return (reader.decompress(part).decode() for part in response)  # type: ignore[union-attr] # not awaited


def without_secrets(page: str) -> str:
    """Return the page without what is another at each request."""
    return re.sub(r'(x-csrftoken": "|csrfmiddlewaretoken" value="|name="key" value=")[\w-]+', r"\1", page)


def test_a_browser_can_read_the_head_before_the_body_is_made(editor_client: Client, article: Article) -> None:
    coming = parts(opened(editor_client, article, **{"Accept-Encoding": "gzip"}))

    with CaptureQueriesContext(connection) as queries:
        head = next(coming)
    assert not queries.captured_queries
    assert head.lstrip().startswith("<!doctype html>")
    assert head.endswith("</head>")
    assert "js/review" in head
    assert "css/review" in head
    assert "“Tolls stay,”" in "".join(coming)


@pytest.mark.parametrize("encoding", ["gzip", ""])
def test_it_is_the_page_that_comes_in_one_go_otherwise(
    editor_client: Client, article: Article, encoding: str
) -> None:
    early = opened(editor_client, article, **{"Accept-Encoding": encoding})
    page = "".join(parts(early)) if encoding else early.getvalue().decode()

    at_once = editor_client.get(url("review", article.pk)).content.decode()
    assert early.has_header("Content-Encoding") is bool(encoding)
    assert without_secrets(page) == without_secrets(at_once)


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"Accept": "*/*"}, {"Fetched-Ahead": "yes"}])
def test_scripts_get_the_page_in_one_go(
    editor_client: Client, article: Article, headers: dict[str, str]
) -> None:
    asked = {"Accept": "*/*"} | headers
    assert not editor_client.get(url("review", article.pk), headers=asked).streaming


def test_who_may_not_see_it_gets_no_head(editor_client: Client, article: Article) -> None:
    address = url("review", article.pk)
    article.delete()

    assert editor_client.get(address, headers=BROWSER).status_code == 404
    assert Client().get(address, headers=BROWSER).status_code == 302


def test_compressed_heads_differ_in_length_from_time_to_time(editor_client: Client, article: Article) -> None:
    lengths = {
        len(opened(editor_client, article, **{"Accept-Encoding": "gzip"}).getvalue()) for _ in range(12)
    }
    assert max(lengths) - min(lengths) > 12


def test_the_forms_of_the_body_can_be_sent_by_a_browser_without_a_token(
    editor_client: Client, article: Article
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor_client.cookies
    response = opened(strict, article)
    assert response.cookies["csrftoken"].value

    [token] = set(re.findall(r'csrfmiddlewaretoken" value="(\w+)"', response.getvalue().decode()))
    claim = article.claims.get()
    fields = {"version": claim.version, "key": "a-key", "csrfmiddlewaretoken": token}
    assert strict.post(url("claim-accept", claim.pk), fields).status_code == 302


def test_a_message_is_shown_once(editor_client: Client, article: Article) -> None:
    def messages(page: StreamingHttpResponse) -> list[str]:
        return re.findall(r'<li class="message[^>]*>([^<]+)', page.getvalue().decode())

    editor_client.post(reverse("annotations:account-counting"))

    assert len(messages(opened(editor_client, article))) == 1
    assert messages(opened(editor_client, article)) == []


def test_the_order_chosen_with_the_page_is_that_of_the_next_one(
    editor_client: Client, article: Article
) -> None:
    opened(editor_client, article, "?order=least-sure").getvalue()

    page = opened(editor_client, article).getvalue().decode()
    assert re.search(r'value="least-sure" aria-pressed="true"', page)


def test_whoever_opens_the_page_is_there(editor_client: Client, article: Article) -> None:
    opened(editor_client, article).getvalue()

    assert Presence.objects.filter(article=article).count() == 1


def test_a_failure_after_the_head_is_said_on_the_page_and_logged_with_its_request(
    editor_client: Client, article: Article, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no more memory")

    monkeypatch.setattr(review_parts, "list_context", fail)
    caplog.handler.addFilter(AboutFilter())
    with caplog.at_level(logging.ERROR, "django.request"):
        response = opened(editor_client, article)
        page = response.getvalue().decode()

    assert "Something broke on the server" in page
    [record] = caplog.records
    assert record.about["article"] == article.pk  # type: ignore[attr-defined] # as AboutFilter gives it
    assert record.exc_info
    assert "no more memory" in str(record.exc_info[1])
