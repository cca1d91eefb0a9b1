"""The pages of the sets."""

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotations.choices import ArticleState, Role
from annotations.models import Article, ArticleSet
from tests.builders import make_article, make_claim, make_set, make_user

pytestmark = pytest.mark.django_db

LIST = reverse("annotations:set-list")
HTMX = {"HX-Request": "true"}


def url(name: str, article_set: ArticleSet) -> str:
    return reverse(f"annotations:{name}", args=[article_set.pk])


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def viewer_client(client: Client) -> Client:
    client.force_login(make_user(role=Role.VIEWER))
    return client


def test_set_list_shows_each_set_with_its_progress(editor_client: Client) -> None:
    article_set = make_set("Harbour", articles=(make_claim().article,))

    page = editor_client.get(LIST).content.decode()

    assert f'<a href="{url("set-detail", article_set)}">Harbour</a>' in page
    assert "0 of 1 article reviewed" in page
    assert "0 of 1 claim decided" in page


def test_set_list_shows_a_viewer_no_form(client: Client) -> None:
    make_set("Harbour")

    page = viewer_client(client).get(LIST).content.decode()

    assert "Harbour" in page
    assert reverse("annotations:set-create") not in page


def test_set_create_makes_a_set_and_goes_there(editor_client: Client) -> None:
    response = editor_client.post(
        reverse("annotations:set-create"), {"name": " The  harbour ", "description": "All of it"}
    )

    article_set = ArticleSet.objects.get()
    assert (article_set.name, article_set.description) == ("The harbour", "All of it")
    assert (response.status_code, response["Location"]) == (303, url("set-detail", article_set))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Harbour", "There is a set of this name."),
        ("", "This field is required."),
        ("x" * 201, "at most 200"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_set_create_refuses_a_name_and_says_why(
    editor_client: Client, name: str, sentence: str, headers: dict[str, str]
) -> None:
    make_set("Harbour")

    response = editor_client.post(reverse("annotations:set-create"), {"name": name}, headers=headers)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert page.strip().startswith("<section") == bool(headers)
    assert ArticleSet.objects.count() == 1


def test_set_detail_shows_articles_in_order_of_publication(editor_client: Client) -> None:
    late, early, undated = (
        make_article(title="Late", published_on="2025-03-01"),
        make_article(title="Early", published_on="2025-02-01"),
        make_article(title="Undated"),
    )
    make_article(title="Elsewhere")
    article_set = make_set("Harbour", articles=(late, early, undated))

    response = editor_client.get(url("set-detail", article_set))

    assert response.context["page"].rows == [early, late, undated]
    page = response.content.decode()
    assert f'href="{reverse("annotations:review", args=[early.pk])}?set={article_set.pk}"' in page
    assert f'href="{reverse("annotations:export")}?set={article_set.pk}"' in page


def test_set_detail_shows_progress(editor_client: Client) -> None:
    reviewed = make_article(state=ArticleState.REVIEWED.value)
    article_set = make_set("Harbour", articles=(reviewed, make_claim().article))

    page = editor_client.get(url("set-detail", article_set)).content.decode()

    assert "1 of 2 articles reviewed" in page
    assert "0 of 1 claim decided" in page


def test_set_detail_shows_a_viewer_no_changes(client: Client) -> None:
    article_set = make_set("Harbour", articles=(make_article(),))

    page = viewer_client(client).get(url("set-detail", article_set)).content.decode()

    for name in ("set-rename", "set-delete", "set-take-out"):
        assert url(name, article_set) not in page


def test_set_detail_of_a_set_that_is_not_there_is_404(editor_client: Client) -> None:
    assert editor_client.get(reverse("annotations:set-detail", args=[999999])).status_code == 404


def test_set_rename_stores_and_goes_back(editor_client: Client) -> None:
    article_set = make_set("Harbour")

    response = editor_client.post(url("set-rename", article_set), {"name": "Port", "description": "d"})

    article_set.refresh_from_db()
    assert (article_set.name, article_set.description) == ("Port", "d")
    assert response["Location"] == url("set-detail", article_set)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_set_rename_to_another_sets_name_keeps_the_form_open(
    editor_client: Client, headers: dict[str, str]
) -> None:
    make_set("Port")
    article_set = make_set("Harbour")

    response = editor_client.post(url("set-rename", article_set), {"name": "Port"}, headers=headers)

    page = response.content.decode()
    assert response.status_code == 422
    assert "There is a set of this name." in page
    assert '<details class="panel" id="rename-form" open>' in page
    article_set.refresh_from_db()
    assert article_set.name == "Harbour"


def test_set_delete_asks_on_the_page_and_then_leaves_the_articles(editor_client: Client) -> None:
    article = make_article()
    article_set = make_set("Harbour", articles=(article,))
    page = editor_client.get(url("set-detail", article_set)).content.decode()
    assert "Its 1 article and their claims stay." in page

    response = editor_client.post(url("set-delete", article_set))

    assert (response.status_code, response["Location"]) == (303, LIST)
    assert said(response) == ["The set “Harbour” is deleted. Its articles are still there."]
    assert list(ArticleSet.objects.all()) == []
    assert list(Article.objects.all()) == [article]


def test_set_take_out_without_script_goes_back_to_the_set(editor_client: Client) -> None:
    article, other = make_article(title="Ferry"), make_article()
    article_set = make_set("Harbour", articles=(article, other))

    response = editor_client.post(url("set-take-out", article_set), {"article": article.pk})

    assert list(article_set.articles.all()) == [other]
    assert (response.status_code, response["Location"]) == (303, url("set-detail", article_set))
    assert said(response) == ["“Ferry” is taken out of the set."]


def test_set_take_out_answers_htmx_with_the_rest_and_says_so(editor_client: Client) -> None:
    article, other = make_article(title="Ferry"), make_article(title="Bridge")
    article_set = make_set("Harbour", articles=(article, other))

    response = editor_client.post(url("set-take-out", article_set), {"article": article.pk}, headers=HTMX)

    page = response.content.decode().strip()
    assert page.startswith('<section id="set-articles"')
    assert "Bridge" in page
    assert "Ferry" not in page
    assert "0 of 1 article reviewed" in page
    events = response["HX-Trigger-After-Settle"]
    assert "is taken out of the set." in events
    assert '"focus-on": {"id": "set-articles-heading"}' in events


def test_set_take_out_twice_changes_nothing_more(editor_client: Client) -> None:
    article, other = make_article(), make_article()
    article_set = make_set("Harbour", articles=(article, other))
    for _ in range(2):
        response = editor_client.post(url("set-take-out", article_set), {"article": article.pk})

    assert response.status_code == 303
    assert list(article_set.articles.all()) == [other]


@pytest.mark.parametrize("article", ["", "x", "999999"])
def test_set_take_out_of_no_article_is_refused(editor_client: Client, article: str) -> None:
    article_set = make_set("Harbour", articles=(make_article(),))

    response = editor_client.post(url("set-take-out", article_set), {"article": article})

    assert response.status_code == 400
    assert article_set.articles.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_set_list_query_count(
    editor_client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make_set(articles=(make_claim().article,))

    with django_assert_num_queries(3):
        editor_client.get(LIST)


@pytest.mark.parametrize("count", [1, 3])
def test_set_detail_query_count(
    editor_client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    article_set = make_set(articles=tuple(make_claim().article for _ in range(count)))

    with django_assert_num_queries(5):  # one of them for the people whom it could be opened to
        editor_client.get(url("set-detail", article_set))
