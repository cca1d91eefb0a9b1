"""The desk page: what each state of the work shows, and to whom."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotations.choices import ArticleState, Role
from annotations.domain import history
from annotations.models import AnnotationRun, User
from tests.builders import make_article, make_claim, make_set, make_user

pytestmark = pytest.mark.django_db

DESK = reverse("annotations:desk")
HTMX = {"HX-Request": "true"}


def viewer_client(client: Client) -> Client:
    client.force_login(make_user(role=Role.VIEWER))
    return client


def test_empty_desk_offers_the_upload_and_the_sample_set(editor_client: Client) -> None:
    page = editor_client.get(DESK).content.decode()

    assert "No articles yet" in page
    assert f'href="{reverse("annotations:upload")}">Upload articles</a>' in page
    assert f'action="{reverse("annotations:sample-load")}"' in page


def test_empty_desk_offers_a_viewer_nothing_they_may_not_do(client: Client) -> None:
    page = viewer_client(client).get(DESK).content.decode()

    assert "No articles yet" in page
    assert reverse("annotations:upload") not in page
    assert reverse("annotations:sample-load") not in page


def test_desk_leads_back_to_the_article_this_person_left(editor_client: Client, editor: User) -> None:
    make_claim()
    left = make_claim(article=make_article(title="Ferry", outlet="Courier")).article
    history.record(verb="accept", by=editor, article=left)

    response = editor_client.get(DESK)

    assert response.context["next_article"] == left
    page = response.content.decode()
    assert "Continue reviewing" in page
    assert f'href="{reverse("annotations:review", args=[left.pk])}">Open the article</a>' in page
    assert "1 of 1 claim to decide" in page


def test_desk_offers_a_start_to_somebody_new(editor_client: Client) -> None:
    make_claim()

    page = editor_client.get(DESK).content.decode()

    assert "Start reviewing" in page
    assert "Continue reviewing" not in page


def test_desk_says_when_nothing_is_left_to_decide(editor_client: Client) -> None:
    make_article(state=ArticleState.REVIEWED.value)

    assert "No claim waits for a decision." in editor_client.get(DESK).content.decode()


def test_desk_shows_each_set_with_its_progress(editor_client: Client) -> None:
    reviewed = make_article(state=ArticleState.REVIEWED.value)
    make_set("Bridge", articles=(reviewed, make_article()))

    page = editor_client.get(DESK).content.decode()

    assert "1 of 2 articles reviewed" in page
    assert '<progress id="set-' in page


def test_desk_shows_why_an_article_failed_and_a_way_to_try_again(editor_client: Client) -> None:
    article = make_article(title="Ferry", state=ArticleState.FAILED.value, failure="The worker stopped.")

    page = editor_client.get(DESK).content.decode()

    assert "The worker stopped." in page
    assert f'action="{reverse("annotations:article-retry", args=[article.pk])}"' in page


def test_desk_gives_a_viewer_no_way_to_try_again(client: Client) -> None:
    article = make_article(state=ArticleState.FAILED.value, failure="The worker stopped.")

    page = viewer_client(client).get(DESK).content.decode()

    assert "The worker stopped." in page
    assert reverse("annotations:article-retry", args=[article.pk]) not in page


def test_desk_says_that_work_waits_for_a_worker(editor_client: Client) -> None:
    article = make_article(state=ArticleState.QUEUED.value)
    run = AnnotationRun.objects.create(article=article)
    assert 'id="no-worker"' not in editor_client.get(DESK).content.decode()

    AnnotationRun.objects.filter(pk=run.pk).update(queued_at=timezone.now() - timedelta(minutes=5))
    assert 'id="no-worker"' in editor_client.get(DESK).content.decode()


def test_desk_asks_again_only_while_work_is_under_way(editor_client: Client) -> None:
    article = make_article(state=ArticleState.QUEUED.value)
    assert 'hx-trigger="every' in editor_client.get(DESK).content.decode()

    article.state = ArticleState.READY.value
    article.save()
    assert 'hx-trigger="every' not in editor_client.get(DESK).content.decode()


def test_desk_answers_htmx_with_the_work_alone(editor_client: Client) -> None:
    make_article(state=ArticleState.QUEUED.value)

    response = editor_client.get(DESK, headers=HTMX)

    page = response.content.decode().strip()
    assert page.startswith('<div id="desk-work"')
    assert page.endswith("</div>")
    assert "<h1>" not in page
    assert "HX-Request" in response["Vary"]


def test_desk_answers_a_history_restore_with_the_whole_page(editor_client: Client) -> None:
    response = editor_client.get(DESK, headers=HTMX | {"HX-History-Restore-Request": "true"})

    assert "<h1>Desk</h1>" in response.content.decode()


def test_desk_says_how_often_the_pipeline_was_right_with_how_many_that_is(editor_client: Client) -> None:
    article = make_article()
    for state in ("accepted",) * 18 + ("rejected",) * 2:
        make_claim(article=article, state=state, confidence=0.95)

    page = editor_client.get(DESK).content.decode()

    assert "How often the pipeline was right" in page
    assert '90&nbsp;% <span class="muted small">(18)</span>' in page
    assert "<caption>By how sure it was</caption>" in page
    assert "too few to tell" not in page


def test_desk_speaks_of_no_share_before_there_are_enough_decisions(editor_client: Client) -> None:
    make_claim(state="accepted")

    page = editor_client.get(DESK).content.decode()

    assert "1 of the pipeline's suggestions is decided so far. From 20 on, this says" in page
    assert "accepted unchanged" not in page


def test_an_empty_desk_has_no_record_of_the_pipeline(editor_client: Client) -> None:
    assert "How often the pipeline was right" not in editor_client.get(DESK).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_desk_query_count(
    editor_client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make_set(articles=(make_claim().article,))
        make_article(state=ArticleState.FAILED.value)
        make_article(state=ArticleState.QUEUED.value)

    with django_assert_num_queries(11):
        editor_client.get(DESK)
