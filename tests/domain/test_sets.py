"""The verbs about sets: what they change, what they leave in the history, what they refuse."""

import pytest

from annotations.domain import history, sets
from annotations.models import Article, ArticleSet, Revision, User
from tests.builders import make_article, make_claim, make_set

pytestmark = pytest.mark.django_db


def last_revision() -> Revision:
    return Revision.objects.latest("pk")


def test_create_set_stores_name_description_and_maker(editor: User) -> None:
    article_set = sets.create_set(name="Bridge", description="All of it", by=editor)

    stored = ArticleSet.objects.get()
    assert (stored.pk, stored.name, stored.description, stored.created_by) == (
        article_set.pk,
        "Bridge",
        "All of it",
        editor,
    )


def test_create_set_leaves_a_revision(editor: User) -> None:
    article_set = sets.create_set(name="Bridge", by=editor)

    revision = last_revision()
    assert (revision.verb, revision.actor) == ("create set", editor)
    assert revision.before == {f"set:{article_set.pk}": None}
    assert revision.after == {f"set:{article_set.pk}": {"name": "Bridge", "description": ""}}


def test_create_set_refuses_a_name_that_is_taken(editor: User) -> None:
    make_set("Bridge")

    with pytest.raises(sets.NameTaken):
        sets.create_set(name="Bridge", by=editor)

    assert ArticleSet.objects.count() == 1
    assert Revision.objects.count() == 0


def test_rename_set_changes_name_and_description_and_remembers_the_old_ones(editor: User) -> None:
    article_set = make_set("Bridge")

    sets.rename_set(article_set=article_set, name="The bridge", description="Since May", by=editor)

    article_set.refresh_from_db()
    assert (article_set.name, article_set.description) == ("The bridge", "Since May")
    revision = last_revision()
    assert revision.verb == "rename set"
    assert revision.before == {f"set:{article_set.pk}": {"name": "Bridge", "description": ""}}
    assert revision.after == {f"set:{article_set.pk}": {"name": "The bridge", "description": "Since May"}}


def test_rename_set_refuses_another_sets_name(editor: User) -> None:
    make_set("Bridge")
    article_set = make_set("Harbour")

    with pytest.raises(sets.NameTaken):
        sets.rename_set(article_set=article_set, name="Bridge", by=editor)

    article_set.refresh_from_db()
    assert article_set.name == "Harbour"


def test_rename_set_may_keep_its_own_name(editor: User) -> None:
    article_set = make_set("Bridge")

    sets.rename_set(article_set=article_set, name="Bridge", description="New", by=editor)

    article_set.refresh_from_db()
    assert article_set.description == "New"


def test_delete_set_leaves_its_articles_and_their_claims(editor: User) -> None:
    article = make_article()
    claim = make_claim(article=article)
    article_set = make_set("Bridge", articles=(article,))

    sets.delete_set(article_set=article_set, by=editor)

    assert list(ArticleSet.objects.all()) == []
    assert list(Article.objects.all()) == [article]
    assert list(article.claims.all()) == [claim]


def test_delete_set_remembers_which_articles_it_held(editor: User) -> None:
    articles = (make_article(), make_article())
    article_set = make_set("Bridge", articles=articles)
    key = f"set:{article_set.pk}"

    sets.delete_set(article_set=article_set, by=editor)

    revision = last_revision()
    held = [article.pk for article in articles]
    assert revision.before == {key: {"name": "Bridge", "description": "", "articles": held}}
    assert revision.after == {key: None}


def test_add_articles_counts_and_remembers_only_new_ones(editor: User) -> None:
    there, new, other = make_article(), make_article(), make_article()
    article_set = make_set("Bridge", articles=(there,))

    added = sets.add_articles(article_set=article_set, articles=[there, new, new], by=editor)

    assert added == 1
    assert set(article_set.articles.all()) == {there, new}
    assert list(other.sets.all()) == []
    revision = last_revision()
    assert revision.verb == "add articles"
    assert revision.before == {f"set:{article_set.pk}": {"articles": []}}
    assert revision.after == {f"set:{article_set.pk}": {"articles": [new.pk]}}


def test_add_articles_that_are_all_there_leaves_no_revision(editor: User) -> None:
    article = make_article()
    article_set = make_set("Bridge", articles=(article,))

    assert sets.add_articles(article_set=article_set, articles=[article], by=editor) == 0
    assert Revision.objects.count() == 0


def test_remove_articles_takes_out_only_those_and_keeps_them(editor: User) -> None:
    one, two, stranger = make_article(), make_article(), make_article()
    article_set = make_set("Bridge", articles=(one, two))
    other_set = make_set("Harbour", articles=(one,))

    removed = sets.remove_articles(article_set=article_set, articles=[one, stranger], by=editor)

    assert removed == 1
    assert list(article_set.articles.all()) == [two]
    assert list(other_set.articles.all()) == [one]
    assert Article.objects.count() == 3
    revision = last_revision()
    assert revision.before == {f"set:{article_set.pk}": {"articles": [one.pk]}}
    assert revision.after == {f"set:{article_set.pk}": {"articles": []}}


@pytest.mark.parametrize("verb", ["create", "rename", "delete", "add", "remove"])
def test_set_verb_whose_revision_fails_changes_nothing(
    editor: User, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, outside = make_article(), make_article()
    article_set = make_set("Bridge", articles=(inside,))

    def fail(**fields: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(history, "record", fail)
    verbs = {
        "create": lambda: sets.create_set(name="Harbour", by=editor),
        "rename": lambda: sets.rename_set(article_set=article_set, name="Harbour", by=editor),
        "delete": lambda: sets.delete_set(article_set=article_set, by=editor),
        "add": lambda: sets.add_articles(article_set=article_set, articles=[outside], by=editor),
        "remove": lambda: sets.remove_articles(article_set=article_set, articles=[inside], by=editor),
    }
    with pytest.raises(RuntimeError):
        verbs[verb]()

    assert [(one.name, list(one.articles.all())) for one in ArticleSet.objects.all()] == [
        ("Bridge", [inside])
    ]
