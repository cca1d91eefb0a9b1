"""Loading the sample from an empty desk."""

import pytest
from django.urls import reverse

from annotations.choices import Role
from annotations.models import Article, ArticleSet
from tests.builders import make_user

pytestmark = pytest.mark.django_db

SAMPLE = reverse("annotations:sample-load")


@pytest.fixture(autouse=True)
def queued_only(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def test_sample_load_puts_the_articles_on_the_desk_and_goes_to_their_set(editor_client, editor):
    response = editor_client.post(SAMPLE)

    article_set = ArticleSet.objects.get(name="Sample")
    assert (response.status_code, response["Location"]) == (303, article_set.get_absolute_url())
    assert set(article_set.articles.values_list("uploaded_by", flat=True)) == {editor.pk}


def test_sample_load_twice_changes_nothing(editor_client):
    editor_client.post(SAMPLE)

    editor_client.post(SAMPLE)

    assert Article.objects.count() == 3


def test_sample_load_is_for_those_who_may_upload(client):
    client.force_login(make_user(role=Role.ANNOTATOR))

    assert client.post(SAMPLE).status_code == 403
    assert Article.objects.count() == 0


def test_sample_load_answers_no_get(editor_client):
    assert editor_client.get(SAMPLE).status_code == 405
