"""`manage.py load_sample`"""

import pytest
from django.core.management import CommandError, call_command
from django_tasks import default_task_backend

from annotations.models import AnnotationRun, Article, ArticleSet, Revision
from annotations.sample import sample_documents
from tests.builders import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queued_only")]


def test_load_sample_puts_three_articles_into_the_set(admin, capsys):
    call_command("load_sample")

    [article_set] = ArticleSet.objects.all()
    assert (article_set.name, article_set.created_by) == ("Sample", admin)
    assert {(article.title, article.uploaded_by) for article in article_set.articles.all()} == {
        (document.title, admin) for _, document in sample_documents()
    }
    runs = AnnotationRun.objects.filter(state="queued")
    assert {pk for result in default_task_backend.results for pk in result.kwargs["run_ids"]} == {
        run.pk for run in runs
    }
    assert runs.count() == 3
    assert capsys.readouterr().out == "3 articles put into the set “Sample”.\n"


def test_load_sample_again_changes_nothing(admin, capsys):
    call_command("load_sample")
    revisions = Revision.objects.count()
    capsys.readouterr()

    call_command("load_sample")

    assert (Article.objects.count(), ArticleSet.objects.count(), AnnotationRun.objects.count()) == (3, 1, 3)
    assert Revision.objects.count() == revisions
    assert capsys.readouterr().out == "The sample articles were here already.\n"


def test_load_sample_is_done_for_the_person_named(admin):
    bo = make_user(username="bo")

    call_command("load_sample", "--by", "bo")

    assert set(Article.objects.values_list("uploaded_by", flat=True)) == {bo.pk}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "There is no admin yet: open Newsdesk and make the first account, or use --by."),
        (["--by", "nobody"], "There is no active account named nobody."),
        (["--by", "gone"], "There is no active account named gone."),
    ],
)
def test_load_sample_needs_a_person(arguments, sentence):
    make_user(username="gone", is_active=False)

    with pytest.raises(CommandError) as caught:
        call_command("load_sample", *arguments)

    assert str(caught.value) == sentence
    assert Article.objects.count() == 0
