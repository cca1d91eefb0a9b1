"""The verbs about sets: make, rename and delete one, say who sees it, put articles in and take them out."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from annotations.domain import history
from annotations.models import Article, ArticleSet, User


class NameTaken(Exception):
    """Another set has this name: choose a different one."""


@transaction.atomic
def create_set(*, name: str, description: str = "", by: User) -> ArticleSet:
    """Make an empty set. Raises NameTaken."""
    article_set = ArticleSet(name=name, description=description, created_by=by)
    _save(article_set)
    history.record(verb="create set", by=by, before={_key(article_set): None}, after=_state(article_set))
    return article_set


@transaction.atomic
def rename_set(*, article_set: ArticleSet, name: str, description: str = "", by: User) -> ArticleSet:
    """Give the set another name and description. Raises NameTaken."""
    held = ArticleSet.objects.select_for_update().get(pk=article_set.pk)
    before = _state(held)
    held.name, held.description = name, description
    _save(held)
    history.record(verb="rename set", by=by, before=before, after=_state(held))
    return held


@transaction.atomic
def change_access(*, article_set: ArticleSet, is_private: bool, members: Iterable[User], by: User) -> None:
    """Say whether the set is private, and to whom; an open set has no members."""
    held = ArticleSet.objects.select_for_update().get(pk=article_set.pk)
    before = _access(held)
    held.is_private = is_private
    held.save(update_fields=["is_private"])
    held.members.set(members if is_private else [])
    history.record(verb="change access", by=by, before=before, after=_access(held))


@transaction.atomic
def delete_set(*, article_set: ArticleSet, by: User) -> None:
    """Delete the set; its articles stay, and the revision remembers which they were."""
    held = ArticleSet.objects.select_for_update().get(pk=article_set.pk)
    articles = list(held.articles.order_by("pk").values_list("pk", flat=True))
    key, before = _key(held), _state(held, articles=articles)
    held.delete()
    history.record(verb="delete set", by=by, before=before, after={key: None})


@transaction.atomic
def add_articles(*, article_set: ArticleSet, articles: Iterable[Article], by: User) -> int:
    """Put the articles into the set; return how many were not in it before."""
    held = ArticleSet.objects.select_for_update().get(pk=article_set.pk)
    there = set(held.articles.values_list("pk", flat=True))
    new = sorted({article.pk for article in articles} - there)
    if new:
        held.articles.add(*new)
        history.record(verb="add articles", by=by, before=_members(held, []), after=_members(held, new))
    return len(new)


@transaction.atomic
def remove_articles(*, article_set: ArticleSet, articles: Iterable[Article], by: User) -> int:
    """Take the articles out of the set; return how many were in it. The articles themselves stay."""
    held = ArticleSet.objects.select_for_update().get(pk=article_set.pk)
    there = set(held.articles.values_list("pk", flat=True))
    gone = sorted({article.pk for article in articles} & there)
    if gone:
        held.articles.remove(*gone)
        history.record(verb="remove articles", by=by, before=_members(held, gone), after=_members(held, []))
    return len(gone)


def _save(article_set: ArticleSet) -> None:
    try:
        # A savepoint of its own: PostgreSQL gives up the whole transaction after an error otherwise.
        with transaction.atomic():
            article_set.save()
    except IntegrityError as error:
        raise NameTaken(article_set.name) from error


def _key(article_set: ArticleSet) -> str:
    return f"set:{article_set.pk}"


def _state(article_set: ArticleSet, **more: Any) -> dict[str, Any]:
    return {_key(article_set): {"name": article_set.name, "description": article_set.description, **more}}


def _access(article_set: ArticleSet) -> dict[str, Any]:
    people = list(article_set.members.order_by("pk").values_list("pk", flat=True))
    return {_key(article_set): {"is_private": article_set.is_private, "members": people}}


def _members(article_set: ArticleSet, articles: list[int]) -> dict[str, Any]:
    """Return the articles that the verb moves, not all that the set holds."""
    return {_key(article_set): {"articles": articles}}
