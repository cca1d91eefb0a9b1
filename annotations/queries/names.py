"""Names by how their words begin, found in what migration 0019 made for each database (decision 112)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Func, Lookup, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL

from annotations.models import Alias

_FTS = "SELECT rowid FROM annotations_alias_fts WHERE annotations_alias_fts MATCH %s"


class _Words(Func):
    """The words of a name, in the very form of the index `alias_words`."""

    template = "array_to_tsvector(string_to_array(btrim(%(expressions)s), ' '))"
    output_field = TextField()


class _Has(Lookup[str]):
    """Whether the words are what a text search query asks for."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return the condition."""
        words, of_words = self.process_lhs(compiler, connection)
        asked, of_asked = self.process_rhs(compiler, connection)
        return f"{words} @@ {asked}::tsquery", [*of_words, *of_asked]


def aliases_beginning(normalised: str) -> QuerySet[Alias]:
    """Return the aliases in which each of the words begins a word; none where there are no words."""
    words = normalised.split()
    return Alias.objects.filter(_holding([[(word, True) for word in words]] if words else []))


def holding_any(whole: Iterable[str], begun: Iterable[str]) -> Q:
    """Return what picks the aliases that have all words of one of these normalised texts, in any order.

    Of a text that is `begun` the last word may go on.
    """
    terms = [[(word, False) for word in text.split()] for text in whole]
    for text in begun:
        *words, last = text.split()
        terms.append([*((word, False) for word in words), (last, True)])
    return _holding(terms)


def _holding(terms: Sequence[Sequence[tuple[str, bool]]]) -> Q:
    """Return what picks the aliases with all words of one of the terms, each with whether it may go on."""
    if not terms:
        return Q(pk__in=[])
    # A normalised name holds letters, marks and digits alone, so that nothing in a word needs an escape.
    if connection.vendor == "postgresql":
        query = " | ".join(
            " & ".join(f"'{word}':*" if begins else f"'{word}'" for word, begins in term) for term in terms
        )
        return Q(_Has(_Words(F("normalised")), query))
    query = " OR ".join(
        "(" + " AND ".join(f'"{word}"*' if begins else f'"{word}"' for word, begins in term) + ")"
        for term in terms
    )
    return Q(pk__in=RawSQL(_FTS, [query]))  # noqa: S611 - a statement of ours
