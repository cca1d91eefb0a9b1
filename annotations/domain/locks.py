"""Which rows a verb locks, and in which order, so that no two verbs ever wait for each other.

First articles, by id; then the speakers as a whole, by whoever matches, makes, merges, splits or deletes any;
then single speakers, by id; last, where a name or a speaker goes, the likely pairs that go with it, by id.
Who learns late that an earlier lock is needed lets go of the later ones and takes all of them anew. See
docs/decisions/02-one-lock-an-article.md.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet

from annotations.models import Alias, Article, Claim, LikelyDuplicate, Speaker

# Rows that one statement names; SQLite takes 32,766 values at most, and some builds fewer.
CHUNK = 500

T = TypeVar("T")


class ArticleGone(Exception):
    """Somebody deleted the article after the form was made."""


def hold_article(pk: int) -> Article:
    """Lock the article and return it without its text. Raises ArticleGone.

    Every verb on claims takes this lock first: no two can deadlock, and requests that come twice at the same
    moment come one after the other. Rows that only point to the article, as presence does, need not wait.
    """
    article = hold_articles([pk]).get(pk)
    if article is None:
        raise ArticleGone
    return article


def hold_articles(pks: Collection[int]) -> dict[int, Article]:
    """Lock the articles, in order of id, and return those that are there, without their texts."""
    held = Article.objects.select_for_update(no_key=True).defer("text").filter(pk__in=pks)
    return {article.pk: article for article in held.order_by("pk")}


def hold_articles_of(*claims: QuerySet[Claim]) -> set[int]:
    """Lock the claims' articles, in order of id, and return their ids."""
    article_ids = _articles_of(claims)
    for chunk in chunks(sorted(article_ids)):
        held = Article.objects.select_for_update(no_key=True).filter(pk__in=chunk)
        list(held.order_by("pk").values_list("pk"))
    return article_ids


def hold_the_speakers() -> None:
    """Keep others from matching, making, merging or deleting speakers until this transaction ends.

    The row of the content type stands for the whole table, which a lock on single rows would not: the name
    that two workers meet at once has no row yet.
    """
    list(ContentType.objects.select_for_update().filter(app_label="annotations", model="speaker"))


def held_speakers(pks: Iterable[int]) -> dict[int, Speaker]:
    """Lock the speakers, against whoever points to them too, and return those that are there."""
    held = Speaker.objects.select_for_update().filter(pk__in=set(pks)).order_by("pk")
    return {speaker.pk: speaker for speaker in held}


def hold_speakers_with_claims(claims: QuerySet[Claim], speaker_ids: Collection[int]) -> dict[int, Speaker]:
    """Lock the articles of `claims`, which are the speakers' own, then all speakers, then these.

    Returns those that are there. Until the transaction ends nobody gives them another claim.
    """
    while True:
        savepoint = transaction.savepoint()
        article_ids = hold_articles_of(claims)
        hold_the_speakers()
        held = held_speakers(speaker_ids)
        if _articles_of([claims]) <= article_ids:
            transaction.savepoint_commit(savepoint)
            return held
        # Others gave them claims of more articles while these locks were waited for.
        transaction.savepoint_rollback(savepoint)


def hold_living(speaker_ids: Iterable[int]) -> dict[int, int]:
    """Lock the speakers and whoever they were merged into; return the id under which each lives on.

    One that is not there is missing. Nobody merges or deletes them until the transaction ends.
    """
    pks = set(speaker_ids)
    savepoint = transaction.savepoint()
    lives_on = _hold(pks)
    if lives_on.keys() == pks and all(pk == living for pk, living in lives_on.items()):
        transaction.savepoint_commit(savepoint)
        return lives_on
    # A merge locks a redirect and its survivor in an order of its own, and one that is gone may come back in
    # two articles at once: these need the lock on all, which comes before those on single ones.
    transaction.savepoint_rollback(savepoint)
    hold_the_speakers()
    merged = Speaker.objects.filter(pk__in=pks, merged_into__isnull=False)
    return _hold(pks | {pk for pk in merged.values_list("merged_into_id", flat=True) if pk})


def hold_pairs(pairs: QuerySet[LikelyDuplicate]) -> list[int]:
    """Lock the likely pairs, in order of id, and return the ids of those that are there.

    A search takes them away and weighs them without holding whose they are, many in one statement.
    """
    held = pairs.select_for_update().order_by("pk")
    return list(held.values_list("pk", flat=True))


def hold_pairs_of_names(pks: Collection[int]) -> None:
    """Lock the likely pairs that go with these aliases; the caller deletes them."""
    if not pks:
        return
    hold_pairs(LikelyDuplicate.objects.filter(Q(one_alias__in=pks) | Q(other_alias__in=pks)))


def hold_pairs_of_speakers(pks: Collection[int]) -> None:
    """Lock the likely pairs that go with these speakers and their names; the caller deletes them."""
    names = Alias.objects.filter(speaker__in=pks).values("pk")
    with_names = Q(one_alias__in=names) | Q(other_alias__in=names)
    hold_pairs(LikelyDuplicate.objects.filter(Q(one__in=pks) | Q(other__in=pks) | with_names))


def chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the rows in parts that one statement can name."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _hold(pks: set[int]) -> dict[int, int]:
    held = Speaker.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    return {pk: merged_into or pk for pk, merged_into in held.values_list("pk", "merged_into_id")}


def _articles_of(claims: Iterable[QuerySet[Claim]]) -> set[int]:
    return {pk for some in claims for pk in some.order_by().values_list("article_id", flat=True)}
