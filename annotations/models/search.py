"""What the full-text search reads: the words of each article and claim, as `search_words` makes them.

On PostgreSQL a text search vector with an index, on SQLite a text that an FTS5 table follows by triggers
(decision 88). No constraint ties a row to what it is about, so that the version before can delete it.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models

from annotations.models.article import Article
from annotations.models.claim import Claim

# A vector holds a mebibyte, where each place of a word takes two bytes and each word four beside its own.
_ROOM = 1_000_000


class WordsField(models.Field[Iterable[str], Any]):
    """Words in their order; what does not fit into PostgreSQL's vector is left out on both databases."""

    def db_type(self, connection: Any) -> str:
        """Return the type of the column."""
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_save(self, value: Any, connection: Any) -> str:
        """Return the words as the database takes them."""
        words = _that_fit(value)
        if connection.vendor == "postgresql":
            return " ".join(f"'{word}':{place}" for place, word in enumerate(words, start=1))
        return " ".join(words)


class ArticleWords(models.Model):
    """The words of one article's title, outlet, byline and text."""

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="words", db_constraint=False
    )
    words = WordsField()

    def __str__(self) -> str:
        return f"words of article {self.article_id}"


class ClaimWords(models.Model):
    """The words of one claim's content."""

    claim = models.OneToOneField(
        Claim, on_delete=models.CASCADE, primary_key=True, related_name="words", db_constraint=False
    )
    words = WordsField()

    def __str__(self) -> str:
        return f"words of claim {self.claim_id}"


def _that_fit(words: Iterable[str]) -> list[str]:
    kept: list[str] = []
    seen: set[str] = set()
    room = _ROOM
    for word in words:
        room -= 2
        if word not in seen:
            seen.add(word)
            room -= len(word.encode()) + 4
        if room < 0:
            break
        kept.append(word)
    return kept
