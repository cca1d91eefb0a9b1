"""The search page: one box, results of each kind, marked and escaped, paged by key."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import make_article, make_claim, make_speaker

pytestmark = pytest.mark.django_db

URL = reverse("annotations:search")


def shown(client: Client, **query: str) -> str:
    answer = client.get(URL, query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def indexed(**fields: Any) -> Any:
    article = make_article(**fields)
    make_claim(article=article, speaker=make_speaker(f"Ana Lindqvist {article.pk}"))
    return article


def test_search_shows_articles_with_the_words_marked(editor_client: Client) -> None:
    article = indexed(text="“The bridge <b>will</b> open in May,” said Ana.", title="Bridges & tolls")

    page = shown(editor_client, q="bridge")

    assert "<mark>Bridges</mark> &amp; tolls" in page
    assert "The <mark>bridge</mark> &lt;b&gt;will&lt;/b&gt; open" in page
    assert reverse("annotations:review", args=[article.pk]) in page
    assert "Articles (1)" in page
    assert "Claims (1)" in page
    assert "Speakers (0)" in page


def test_search_shows_claims_and_where_they_are(editor_client: Client) -> None:
    article = indexed(text="“The bridge will open in May,” said Ana.")

    page = shown(editor_client, q="bridge", kind="claims")

    assert "“The <mark>bridge</mark> will open" in page
    assert f"{reverse('annotations:review', args=[article.pk])}?claim=" in page


def test_search_shows_speakers(editor_client: Client) -> None:
    indexed()

    assert "Ana <mark>Lindqvist</mark>" in shown(editor_client, q="lindqvist", kind="speakers")


def test_search_pages_by_key(editor_client: Client) -> None:
    for number in range(25):
        make_article(title=f"Bridge {number:02}")

    first = editor_client.get(URL, {"q": "bridge"})
    second = editor_client.get(URL, {"q": "bridge", "page": first.context["page"].next_cursor})

    titles = [row.title for page in (first, second) for row in page.context["page"].rows]
    assert titles == [f"Bridge {number:02}" for number in reversed(range(25))]


@pytest.mark.parametrize("kind", ["articles", "claims", "speakers", "nonsense"])
@pytest.mark.parametrize("text", ["", "\"' OR 1=1 --", "a\0b", "🙂", "(", "x" * 5_000, "\u202eשלום"])
def test_whatever_is_typed_gets_a_page(editor_client: Client, kind: str, text: str) -> None:
    indexed()

    shown(editor_client, q=text, kind=kind, page="nonsense")


def test_search_says_what_to_do_where_nothing_is_found(editor_client: Client) -> None:
    assert "Look for fewer words" in shown(editor_client, q="ferry")
    assert "Type a word" in shown(editor_client, q="🙂")


def test_search_costs_as_many_queries_whatever_is_found(
    editor_client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        indexed(title=f"Bridge {number}")

    for kind in ("articles", "claims", "speakers"):
        with django_assert_max_num_queries(8):
            shown(editor_client, q="bridge", kind=kind)
