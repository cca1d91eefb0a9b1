"""What a person may see: everything, or all but what lies in private sets of others. Every page asks here.

An article in a private set is seen by the people of that set alone, even where it stands in open sets too; of
several private sets one is enough. Speakers whom only hidden articles name are hidden with them. Why the
closed set wins: docs/decisions/97-private-sets.md.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from annotations.models import (
    Article,
    ArticleSet,
    Claim,
    Paragraph,
    Proposal,
    Revision,
    Speaker,
    SpeakerNumber,
    User,
)

Row = TypeVar("Row", bound=Model)

# From a row of each kind to its article.
_ARTICLE_OF: dict[type[Model], str] = {
    Article: "pk",
    Claim: "article_id",
    Paragraph: "article_id",
    Proposal: "article_id",
    Revision: "article_id",
    SpeakerNumber: "article_id",
}


@dataclass(frozen=True, slots=True)
class Sight:
    """`hidden` are the private sets that the person is not in, `own` those that they are in, by id."""

    hidden: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()

    def narrowed(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Return those of the rows that the person may see; rows of no article, set or speaker all stay."""
        if not self.hidden:
            return rows
        if rows.model is ArticleSet:
            return rows.exclude(pk__in=self.hidden)
        if rows.model is Speaker:
            return self.with_seen_speaker(rows, "pk")
        if path := _ARTICLE_OF.get(rows.model):
            return self.with_seen_article(rows, path)
        return rows

    def with_seen_article(self, rows: QuerySet[Row], path: str) -> QuerySet[Row]:
        """Return the rows whose article, which `path` leads to, may be seen; those without one stay."""
        if not self.hidden:
            return rows
        memberships = Article.sets.through.objects.filter(article=OuterRef(path))
        is_seen = ~Q(Exists(memberships.filter(articleset__in=self.hidden)))
        if self.own:
            is_seen |= Q(Exists(memberships.filter(articleset__in=self.own)))
        return rows.filter(is_seen)

    def with_seen_speaker(self, rows: QuerySet[Row], path: str) -> QuerySet[Row]:
        """Return the rows whose speaker, at the end of `path`, is in an article that may be seen, or in none.

        Who was merged into a speaker counts as that speaker.
        """
        if not self.hidden:
            return rows
        named = SpeakerNumber.objects.filter(
            Q(speaker=OuterRef(path)) | Q(speaker__merged_into=OuterRef(path))
        )
        return rows.filter(~Q(Exists(named)) | Q(Exists(self.narrowed(named))))


EVERYTHING = Sight()


def sight_of_member(person: User) -> Sight:
    """Return what somebody sees who sees only the private sets they are in; one query."""
    own = ArticleSet.members.through.objects.filter(articleset=OuterRef("pk"), user=person)
    private = ArticleSet.objects.filter(is_private=True).order_by().values_list("pk", Exists(own))
    found: list[tuple[int, Any]] = list(private)
    return Sight(
        hidden=frozenset(pk for pk, is_own in found if not is_own),
        own=frozenset(pk for pk, is_own in found if is_own),
    )
