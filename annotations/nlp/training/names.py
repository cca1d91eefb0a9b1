"""Label the names of a corpus with a spaCy model, for the network to learn them beside its claims.

    python -m annotations.nlp.training.names NAMES.json CORPUS.jsonl...

The corpus marks no names, so that the network learns what the model says of them: it is no better a judge,
but at annotation time it names people in the pass that finds the claims.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from annotations.nlp.extraction.tags import ENTITY_OF
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.pipeline import DEFAULT_MODEL
from annotations.nlp.training.examples import read_articles

_UNUSED = ("tagger", "parser", "attribute_ruler", "lemmatizer")
_POSSESSIVE = ("'s", "’s")


def names(article: Mapping[str, Any], nlp: Language) -> Iterator[tuple[int, int, str]]:
    """Yield the names of an article as (start, end, kind), possessive endings left out."""
    text = article["text"]
    lines = list(paragraphs(text))
    for line, doc in zip(lines, nlp.pipe(text[line.start : line.end] for line in lines), strict=True):
        for entity in doc.ents:
            kind = ENTITY_OF.get(entity.label_)
            if kind is not None:
                ending = 2 if entity.text.endswith(_POSSESSIVE) else 0
                yield line.start + entity.start_char, line.start + entity.end_char - ending, kind


def main(output: str, *corpora: str) -> None:
    """Label the corpora."""
    nlp = spacy.load(DEFAULT_MODEL, exclude=_UNUSED)
    articles = [article for path in corpora for article in read_articles(Path(path))]
    found = {article["id"]: list(names(article, nlp)) for article in articles}
    Path(output).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
