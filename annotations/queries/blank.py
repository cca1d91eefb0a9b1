"""Whether articles are as they were uploaded, so that a draft meets nothing that was there before."""

from collections.abc import Iterable

from annotations.models import Article


def blank_among(article_ids: Iterable[int]) -> set[int]:
    """Return those of the articles on whose text neither a draft nor a person left anything; one query.

    Sentences and mentions come with paragraphs alone. It stays so for as long as the caller holds them.
    """
    nothing = Article.objects.filter(
        paragraphs__isnull=True, claims__isnull=True, speaker_numbers__isnull=True
    )
    return set(nothing.filter(pk__in=article_ids).values_list("pk", flat=True))
