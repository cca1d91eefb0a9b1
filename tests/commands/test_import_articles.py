"""`manage.py import_articles`"""

from itertools import chain

import pytest
from django.core.management import call_command

from annotations.models import AnnotationRun, Article, ArticleSet
from tests.builders import make_set, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queued_only", "admin")]

FIRST = (
    "The bridge opens\n\n“It will open in May,” said Ana Roth, who has waited for it since she was a girl.\n"
)
SECOND = "The bridge stays shut\n\n“It will not open in May,” said Bo Lund, who has never wanted it at all.\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.txt").write_text(FIRST)
    (tmp_path / "b.txt").write_text(SECOND)
    return tmp_path


def test_import_articles_stores_each_and_queues_it(folder, admin, capsys):
    call_command("import_articles", str(folder / "b.txt"), str(folder / "a.txt"))

    second, first = Article.objects.order_by("pk")
    assert [second.text, first.text] == [SECOND, FIRST]
    assert (first.uploaded_by, first.source_name) == (admin, "a.txt")
    assert AnnotationRun.objects.filter(state="queued").count() == 2
    assert capsys.readouterr().out == f"b.txt: article {second.pk}\na.txt: article {first.pk}\n"


def test_import_articles_hands_the_runs_to_the_background(folder, settings):
    from django_tasks import default_task_backend

    call_command("import_articles", str(folder / "a.txt"))

    [result] = default_task_backend.results
    assert result.kwargs == {"run_ids": [AnnotationRun.objects.get().pk]}


def test_import_articles_hands_over_few_at_first_and_then_always_more_together(tmp_path):
    from django_tasks import default_task_backend

    for number in range(10):
        (tmp_path / f"{number}.txt").write_text(
            f"{FIRST}\nPrinted in edition {number} of the Harbour Post.\n"
        )

    call_command("import_articles", str(tmp_path))

    handed_over = [result.kwargs["run_ids"] for result in default_task_backend.results]
    assert [len(run_ids) for run_ids in handed_over] == [1, 2, 4, 1, 1, 1]
    in_order = AnnotationRun.objects.order_by("pk").values_list("pk", flat=True)
    assert list(chain.from_iterable(handed_over)) == list(in_order)


def test_import_articles_makes_the_set_where_it_is_new_and_uses_it_where_not(folder):
    spring = make_set("Spring")

    call_command("import_articles", str(folder / "a.txt"), "--set", "Spring", "--outlet", "The Post")
    call_command("import_articles", str(folder / "b.txt"), "--set", "Autumn", "--by", make_user().username)

    assert [article.text for article in spring.articles.all()] == [FIRST]
    assert spring.articles.get().outlet == "The Post"
    assert [article.text for article in ArticleSet.objects.get(name="Autumn").articles.all()] == [SECOND]


def test_import_articles_names_the_article_that_is_there_already(folder, capsys):
    call_command("import_articles", str(folder / "a.txt"))
    capsys.readouterr()

    call_command("import_articles", str(folder / "a.txt"), "--set", "Spring")

    article = Article.objects.get()
    assert capsys.readouterr().out == f"a.txt: there already, as article {article.pk}\n"
    assert [each.name for each in article.sets.all()] == ["Spring"]


def test_import_articles_goes_on_after_a_file_that_can_not_be_read(folder, capsys):
    (folder / "empty.txt").touch()

    with pytest.raises(SystemExit) as left:
        call_command("import_articles", str(folder / "empty.txt"), str(folder / "a.txt"))

    assert left.value.code == 1
    assert [article.text for article in Article.objects.all()] == [FIRST]
    assert capsys.readouterr().err.startswith("empty.txt: ")
