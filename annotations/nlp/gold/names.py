"""Who speaks, in a file of its own beside a corpus: {"id", "sha256", "attributions": [{"content", "names"}]}.

It holds no text, so that names can be kept and published where the texts can't.
"""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotations.nlp.gold.corpus import (
    GoldArticle,
    GoldCorpus,
    GoldError,
    checked_names,
    checked_spans,
    checked_speaker_kind,
)
from annotations.nlp.gold.jsonl import records


def with_names(corpus: GoldCorpus, path: Path) -> GoldCorpus:
    """Return the corpus with the names of the file; claims and articles that it lacks stay as they are.

    Raises GoldError for an article the corpus lacks, another text than the one that was named, and a content
    that is no claim of the article.
    """
    articles = {article["id"]: article for article in corpus.articles}
    for place, record in records(path, needed=("id", "sha256", "attributions")):
        article = articles.get(record["id"])
        if article is None:
            raise GoldError(f"{place}: the corpus has no article {record['id']}.")
        if hashlib.sha256(article["text"].encode()).hexdigest() != record["sha256"]:
            raise GoldError(
                f"{place}: the names were written for another text of the article {record['id']}: "
                "its SHA-256 is not the one given here."
            )
        articles[record["id"]] = _named(article, record["attributions"], place)
    return replace(corpus, articles=list(articles.values()))


def _named(article: GoldArticle, items: Any, place: str) -> GoldArticle:
    attributions = list(article["attributions"])
    unnamed = {index: item["content"] for index, item in enumerate(attributions)}
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise GoldError(f"{place}: attributions is no list of objects.")
    for number, item in enumerate(items, start=1):
        try:
            content = checked_spans(item.get("content"), len(article["text"]), "content")
            names = checked_names(item.get("names"))
            speaker_kind = checked_speaker_kind(item.get("kind"))
        except ValueError as error:
            raise GoldError(f"{place}, attribution {number}: {error}.") from None
        # Two claims may have the same content; then the first names belong to the first of them.
        index = next((index for index, spans in unnamed.items() if spans == content), None)
        if index is None:
            raise GoldError(
                f"{place}, attribution {number}: the article has no claim with the content {content}."
            )
        del unnamed[index]
        attributions[index] = attributions[index] | {"names": names, "speaker_kind": speaker_kind}
    return article | {"attributions": attributions, "has_names": True}
