"""The article list and the sets filled from it."""

import re
from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotations.choices import ArticleState, ClaimState, Role
from annotations.models import Article, ArticleSet
from annotations.queries import pages
from tests.builders import make_article, make_claim, make_set, make_speaker, make_user

pytestmark = pytest.mark.django_db

LIST = reverse("annotations:article-list")
BULK = reverse("annotations:article-bulk")
HTMX = {"HX-Request": "true"}


def titles(response: HttpResponse) -> list[str]:
    return [article.title for article in response.context["page"].rows]


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_article_list_shows_what_is_known_and_what_is_left(editor_client: Client) -> None:
    article = make_article(title="Ferry", outlet="Courier", published_on=date(2025, 2, 24))
    make_claim(article=article)
    make_claim(article=article, state=ClaimState.ACCEPTED.value)

    page = editor_client.get(LIST).content.decode()

    assert f'<a href="{reverse("annotations:review", args=[article.pk])}">Ferry</a>' in page
    assert '<time datetime="2025-02-24">24 Feb 2025</time>' in page
    assert '<span class="badge badge-ready">Ready for review</span>' in page
    assert '1<span class="muted"> of 2</span>' in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "ferry"}, ["Ferry"]),
        ({"state": "failed"}, ["Bridge"]),
        ({"outlet": "Courier"}, ["Ferry"]),
        ({"published_from": "2025-02-02"}, ["Ferry"]),
        ({"published_to": "2025-02-02"}, ["Bridge"]),
        ({"speaker": "oduya"}, ["Bridge"]),
        ({"sort": "title"}, ["Bridge", "Ferry"]),
        ({"sort": "newest"}, ["Ferry", "Bridge"]),
        ({}, ["Bridge", "Ferry"]),
    ],
)
def test_article_list_filters_and_sorts_by_plain_get(
    editor_client: Client, query: dict[str, str], expected: list[str]
) -> None:
    make_article(title="Ferry", outlet="Courier", published_on=date(2025, 2, 24))
    bridge = make_article(
        title="Bridge", outlet="Ledger", published_on=date(2025, 2, 1), state=ArticleState.FAILED.value
    )
    make_claim(article=bridge, speaker=make_speaker("Tomas Oduya"))

    assert titles(editor_client.get(LIST, query)) == expected


def test_article_list_of_a_set_leads_to_reviewing_inside_that_set(editor_client: Client) -> None:
    article, other = make_article(title="Ferry"), make_article(title="Bridge")
    article_set = make_set("Harbour", articles=(article,))
    make_set("Other", articles=(other,))

    response = editor_client.get(LIST, {"article_set": article_set.pk})

    assert titles(response) == ["Ferry"]
    address = f"{reverse('annotations:review', args=[article.pk])}?set={article_set.pk}"
    assert f'<a href="{address}">Ferry</a>' in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"article_set": "999999"},
        {"article_set": "x"},
        {"article_set": "9" * 40},
        {"state": "lost"},
        {"outlet": "Nobody’s"},
        {"published_from": "yesterday"},
        {"sort": "sideways"},
        {"q": "\0"},
        {"page": "forged"},
    ],
)
def test_article_list_leaves_out_a_filter_that_makes_no_sense(
    editor_client: Client, query: dict[str, str]
) -> None:
    make_article(title="Ferry")

    response = editor_client.get(LIST, query)

    assert (response.status_code, titles(response)) == (200, ["Ferry"])
    is_told = "This filter is left out." in response.content.decode()
    assert is_told == ("page" not in query)


def test_article_list_pages_keep_the_filters(editor_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.page_of, "__kwdefaults__", {"cursor": "", "size": 2})
    for number in range(5):
        make_article(title=f"Ferry {number}")
    make_article(title="Bridge")

    first = editor_client.get(LIST, {"q": "ferry"})
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert following
    second = editor_client.get(LIST + following[1].replace("&amp;", "&"))

    assert (titles(first), titles(second)) == (["Ferry 4", "Ferry 3"], ["Ferry 2", "Ferry 1"])
    assert 'rel="prev"' in second.content.decode()


def test_article_list_answers_htmx_with_the_results_and_their_address(editor_client: Client) -> None:
    make_article(title="Ferry")

    response = editor_client.get(LIST, {"q": "ferry", "state": "", "outlet": "", "page": ""}, headers=HTMX)

    page = response.content.decode().strip()
    assert page.startswith('<section id="article-results"')
    assert page.endswith("</section>")
    assert response["HX-Push-Url"] == f"{LIST}?q=ferry"
    assert "1 article found." in response["HX-Trigger-After-Settle"]


def test_article_list_without_articles_leads_to_the_upload(editor_client: Client) -> None:
    page = editor_client.get(LIST).content.decode()

    assert "No articles yet." in page
    assert reverse("annotations:upload") in page


def test_article_list_in_which_nothing_fits_says_what_to_do(editor_client: Client) -> None:
    make_article()

    assert "No article fits all of this." in editor_client.get(LIST, {"q": "zzz"}).content.decode()


def test_article_list_shows_an_annotator_no_bulk_actions(client: Client) -> None:
    client.force_login(make_user(role=Role.ANNOTATOR))
    make_article()

    page = client.get(LIST).content.decode()

    assert 'type="checkbox"' not in page
    assert 'id="bulk"' not in page


def test_article_list_escapes_what_articles_say(editor_client: Client) -> None:
    make_article(title="<script>alert(1)</script>", outlet='"><b>', failure='" onmouseover="x')

    page = editor_client.get(LIST).content.decode()

    assert "<script>alert" not in page
    assert '"><b>' not in page
    assert '" onmouseover="x' not in page


def test_article_bulk_puts_the_ticked_articles_into_a_set(editor_client: Client) -> None:
    one, two, _ = make_article(), make_article(), make_article()
    article_set = make_set("Harbour")

    response = editor_client.post(
        f"{BULK}?q=bridge",
        {"scope": "ticked", "articles": [one.pk, two.pk], "article_set": article_set.pk, "move": "put"},
    )

    assert (response.status_code, response["Location"]) == (303, f"{LIST}?q=bridge")
    assert set(article_set.articles.all()) == {one, two}
    assert said(response) == ["2 articles put into “Harbour”."]


def test_article_bulk_takes_articles_out_of_a_set(editor_client: Client) -> None:
    one, two = make_article(), make_article()
    article_set = make_set("Harbour", articles=(one, two))

    response = editor_client.post(
        BULK, {"scope": "ticked", "articles": [one.pk], "article_set": article_set.pk, "move": "take"}
    )

    assert list(article_set.articles.all()) == [two]
    assert said(response) == ["1 article taken out of “Harbour”."]


def test_article_bulk_of_all_found_goes_by_the_filters_not_by_the_page(
    editor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.page_of, "__kwdefaults__", {"cursor": "", "size": 2})
    found = [make_article(title="Ferry") for _ in range(3)]
    make_article(title="Bridge")
    article_set = make_set("Harbour")

    editor_client.post(f"{BULK}?q=ferry", {"scope": "found", "article_set": article_set.pk, "move": "put"})

    assert set(article_set.articles.all()) == set(found)


def test_article_bulk_makes_a_new_set(editor_client: Client) -> None:
    article = make_article()

    editor_client.post(
        BULK, {"scope": "ticked", "articles": [article.pk], "new_set": "Harbour", "move": "put"}
    )

    article_set = ArticleSet.objects.get()
    assert (article_set.name, list(article_set.articles.all())) == ("Harbour", [article])


def test_article_bulk_answers_htmx_with_the_way_to_go(editor_client: Client) -> None:
    article, article_set = make_article(), make_set("Harbour")

    response = editor_client.post(
        BULK,
        {"scope": "ticked", "articles": [article.pk], "article_set": article_set.pk, "move": "put"},
        headers=HTMX,
    )

    assert response["HX-Redirect"] == f"{LIST}?"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"articles": [], "article_set": "set"}, "Nothing is ticked."),
        ({"article_set": ""}, "Choose the set first."),
        ({"article_set": "set", "new_set": "Ferry"}, "Choose a set or name a new one, not both."),
        ({"article_set": "999999"}, "This set was deleted meanwhile."),
        ({"articles": [999999], "article_set": "set"}, "An article you ticked was deleted meanwhile."),
        ({"articles": ["x"], "article_set": "set"}, "Tick articles of the list."),
        ({"new_set": "Ferry", "move": "take"}, "Choose the set first."),
        ({"new_set": "Harbour"}, "There is a set of this name."),
        ({"article_set": "set", "move": "burn"}, "Select a valid choice."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_article_bulk_says_what_is_missing_and_moves_nothing(
    editor_client: Client, sent: dict[str, object], sentence: str, headers: dict[str, str]
) -> None:
    article = make_article(title="Ferry")
    article_set = make_set("Harbour")
    form = {"scope": "ticked", "articles": [article.pk], "move": "put"} | sent
    if form.get("article_set") == "set":
        form["article_set"] = article_set.pk

    response = editor_client.post(BULK, form, headers=headers)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert ("<h1>" in response.content.decode()) == (not headers)
    assert list(Article.objects.filter(sets__isnull=False)) == []
    assert ArticleSet.objects.count() == 1


def test_article_bulk_keeps_the_ticks_of_a_form_it_refuses(editor_client: Client) -> None:
    ticked, other = make_article(), make_article()

    page = editor_client.post(
        BULK, {"scope": "ticked", "articles": [ticked.pk], "move": "put"}
    ).content.decode()

    boxes = dict(re.findall(r'name="articles" value="(\d+)"[^>]*?( checked)?>', page))
    assert boxes == {str(ticked.pk): " checked", str(other.pk): ""}


@pytest.mark.parametrize("count", [1, 3])
def test_article_list_query_count(
    editor_client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make_set(articles=(make_claim(article=make_article(outlet="Courier")).article,))

    with django_assert_num_queries(6):
        editor_client.get(LIST)
