"""What the desk has decided, as gold that the pipeline is measured by."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from annotations.choices import ArticleState, ClaimState, SpanRole
from annotations.models import Article, ArticleSet, Claim, Speaker
from annotations.names import normalise_name
from annotations.nlp.gold import GoldCorpus, KnownText, undecided

# Articles that are read at once.
_ARTICLES = 50
_DECIDED = (ClaimState.ACCEPTED, ClaimState.CORRECTED)


def reviewed_corpus(article_set: ArticleSet | None = None) -> GoldCorpus:
    """Return the reviewed articles of the set, or of the desk, with what editors accepted, changed or added.

    An article that was closed with claims nobody has decided is left out, and the notes say how many are.
    Two queries, and four for every fifty articles.
    """
    articles = Article.objects.filter(state=ArticleState.REVIEWED)
    if article_set:
        articles = articles.filter(sets=article_set)
    is_open = Exists(Claim.objects.undecided().filter(article=OuterRef("pk")))
    left_out = articles.filter(is_open).count()
    claims = Claim.objects.filter(state__in=_DECIDED).in_text_order()
    whole = (
        articles.exclude(is_open)
        .order_by("pk")
        .prefetch_related(
            Prefetch("claims", queryset=claims.select_related("speaker__merged_into")),
            "claims__spans",
            "claims__speaker__aliases",
            "claims__speaker__merged_into__aliases",
        )
    )
    return GoldCorpus(
        [_article(article) for article in whole.iterator(chunk_size=_ARTICLES)],
        notes=(undecided(left_out),) if left_out else (),
        stated_kinds=True,
        desk_titles=True,
    )


def texts_with(hashes: Collection[str]) -> dict[str, KnownText]:
    """Return the desk's texts that have these SHA-256 hashes, under them."""
    wanted = sorted(hashes)
    found = {}
    for start in range(0, len(wanted), _ARTICLES):
        articles = Article.objects.filter(text_sha256__in=wanted[start : start + _ARTICLES])
        for sha256, *known in articles.values_list("text_sha256", "text", "title", "language"):
            found[sha256] = KnownText(*known)
    return found


def _article(article: Article) -> dict[str, Any]:
    return {
        "id": str(article.pk),
        "text": article.text,
        "title": article.title,
        "language": article.language,
        "has_names": True,
        "attributions": [_attribution(claim) for claim in article.claims.all()],
    }


def _attribution(claim: Claim) -> dict[str, Any]:
    spans: dict[str, list[list[int]]] = {role.value: [] for role in SpanRole}
    for span in claim.spans.all():
        spans[span.role].append([span.start, span.end])
    speaker = claim.speaker and (claim.speaker.merged_into or claim.speaker)
    return {
        **spans,
        "kind": claim.kind,
        "names": _names(speaker) if speaker else [],
        "speaker_kind": speaker.kind if speaker else "none",
    }


def _names(speaker: Speaker) -> list[str]:
    """Return the name and the aliases that are full names: "Roth" is not the answer where "Ana Roth" is."""
    least = min(2, len(normalise_name(speaker.name).split()))
    aliases = (alias for alias in speaker.aliases.all() if len(alias.normalised.split()) >= least)
    return [speaker.name, *(alias.text for alias in aliases if alias.text != speaker.name)]
