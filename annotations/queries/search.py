"""Full-text search over articles, claims and speakers; newest first, since that is an order of an index."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left

from annotations.choices import Choice
from annotations.models import Article, Claim
from annotations.queries.counting import Found, count_up_to, few_of, one_of
from annotations.queries.sight import EVERYTHING, Sight
from annotations.queries.speakers import speakers_named, with_claim_counts, with_content_pieces
from annotations.search_words import MOST_ASKED, Term

ORDER = ("-id",)
ELSEWHERE_COUNTED_TO = 100
# Of a text, in which the passage to show is looked for.
LOOKED_AT = 20_000


class SearchKind(Choice):
    """What is searched."""

    ARTICLES = "articles"
    CLAIMS = "claims"
    SPEAKERS = "speakers"


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for: as typed, and in terms."""

    text: str
    terms: tuple[Term, ...]
    sight: Sight = EVERYTHING

    def rows(self, kind: SearchKind) -> QuerySet[Any]:
        """Return what fits, in no order."""
        found: QuerySet[Any] = Article.objects.filter(article_with(self.terms))
        if kind == SearchKind.SPEAKERS:
            found = speakers_named(self.text[:MOST_ASKED])
        elif kind == SearchKind.CLAIMS:
            found = Claim.objects.filter(claim_with(self.terms))
        narrowed: QuerySet[Any] = self.sight.narrowed(found)
        return narrowed

    def found(self, kind: SearchKind) -> tuple[dict[SearchKind, Found], QuerySet[Any]]:
        """Count what fits of each kind, and return what fits of one as the page shows it; a query a kind.

        The others are counted only so far as their tabs need to tell who looks for a thing where to look.
        """
        counts = {}
        rows = self.rows(kind)
        for each in SearchKind:
            if each == kind:
                counts[each], ids = few_of(rows)
                rows = rows if ids is None else rows.model._default_manager.filter(one_of(ids))
            else:
                counts[each] = count_up_to(self.rows(each), ELSEWHERE_COUNTED_TO)
        return counts, self._shown(rows, kind)

    def _shown(self, rows: QuerySet[Any], kind: SearchKind) -> QuerySet[Any]:
        if kind == SearchKind.SPEAKERS:
            return with_claim_counts(rows, self.sight)
        if kind == SearchKind.CLAIMS:
            return with_content_pieces(rows).select_related("speaker")
        shown: QuerySet[Any] = rows.defer("text").annotate(beginning=Left("text", LOOKED_AT))
        return shown


def article_with(terms: tuple[Term, ...]) -> Q:
    """Return the condition that an article has all the terms; none has where there are no terms."""
    return _among("annotations_articlewords", "article_id", terms)


def claim_with(terms: tuple[Term, ...]) -> Q:
    """Return the condition that a claim's content has all the terms; none has where there are no terms."""
    return _among("annotations_claimwords", "claim_id", terms)


def _among(table: str, key: str, terms: tuple[Term, ...]) -> Q:
    if not terms:
        return Q(pk__in=[])
    if connection.vendor == "postgresql":
        sql = f"SELECT {key} FROM {table} WHERE words @@ %s::tsquery"  # noqa: S608 - names of ours
        return Q(pk__in=RawSQL(sql, [" & ".join(map(_as_tsquery, terms))]))  # noqa: S611
    sql = f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s"  # noqa: S608 - names of ours
    return Q(pk__in=RawSQL(sql, [" AND ".join(map(_as_fts5, terms))]))  # noqa: S611


# Words are letters and digits, so that nothing in them needs an escape.
def _as_tsquery(term: Term) -> str:
    phrase = " <-> ".join(f"'{word}'" for word in term.words)
    return f"{phrase}:*" if term.begins else f"({phrase})"


def _as_fts5(term: Term) -> str:
    return f'"{" ".join(term.words)}"{"*" if term.begins else ""}'
