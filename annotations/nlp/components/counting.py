"""Count in an annotated corpus how often each cue and construction is a claim: makes `resources/cues.tsv`.

    python -m annotations.nlp.components.counting train.jsonl

A candidate is right when it shares half of its words with a gold content whose cue holds its head. One
whose cue stands inside a gold content is left out: the pipeline never asks about nested ones.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from annotations.nlp.components import cues, layers
from annotations.nlp.components.candidates import Candidate, candidates
from annotations.nlp.components.frames import frame_candidates, marked
from annotations.nlp.components.syntax import characters
from annotations.nlp.quotations import inside
from annotations.nlp.words import Words

HEADER = """\
# Candidates seen and right by construction and cue lemma; * sums over the lemmas seen less than three times.
# Counted by annotations.nlp.components.counting on the train part of PolNeAR 1.0.0 (840 US news articles);
# the file holds counts only, no text of the corpus.
"""
_LEAST_SEEN = 3

Counts = dict[tuple[str, str], list[int]]


def all_candidates(doc: Doc) -> Iterator[Candidate]:
    """Yield every candidate of `doc`, from the parse and from the frames of its quotations."""
    marks = layers.quotations(doc)
    for candidate in candidates(doc):
        if inside(marks, doc[candidate.head].idx) is None:
            yield candidate
    for mark in marked(doc, marks):
        yield from frame_candidates(doc, mark, marks)


def count(counts: Counts, article: Mapping[str, Any], docs: Iterable[tuple[int, Doc]]) -> None:
    """Add the candidates of one article to `counts`; `docs` are its parsed paragraphs with their offsets."""
    words = Words(article["text"])
    golds = article["attributions"]
    contents = [words.covered(gold["content"]) for gold in golds]
    by_word = defaultdict(set)
    for index, content in enumerate(contents):
        for word in content:
            by_word[word].add(index)
    for offset, doc in docs:
        for candidate in all_candidates(doc):
            head = offset + doc[candidate.head].idx
            if any(start <= head < end for gold in golds for start, end in gold["content"]):
                continue
            spans = [characters(doc, stretch) for stretch in candidate.content]
            found = words.covered([(span.start + offset, span.end + offset) for span in spans])
            right = any(
                _is_half(contents[index], found, candidate)
                and any(start <= head < end for start, end in golds[index]["cue"])
                for index in {index for word in found for index in by_word[word]}
            )
            entry = counts[candidate.construction, candidate.lemma]
            entry[0] += 1
            entry[1] += right


def _is_half(gold: set[int], found: set[int], candidate: Candidate) -> bool:
    common = len(gold & found)
    # A quotation may be one of several pieces of its content, so its own words count.
    whole = len(found) if candidate.construction.startswith("free") else len(gold | found)
    return 2 * common >= whole


def as_lines(counts: Counts) -> Iterator[str]:
    """Yield the data file's lines, with one line for all the rare lemmas of a construction."""
    kept: Counts = defaultdict(_nothing)
    for (construction, lemma), (seen, right) in counts.items():
        entry = kept[construction, lemma if seen >= _LEAST_SEEN else cues.RARE]
        entry[0] += seen
        entry[1] += right
    yield HEADER.rstrip("\n")
    for (construction, lemma), (seen, right) in sorted(kept.items()):
        yield f"{construction}\t{lemma}\t{seen}\t{right}"


def _nothing() -> list[int]:
    return [0, 0]


def main(path: str) -> None:
    """Count over the corpus file at `path` and write the resource."""
    from annotations.nlp.pipeline import DEFAULT_MODEL  # noqa: PLC0415 - the pipeline imports the components
    from annotations.nlp.rules import parse  # noqa: PLC0415 - as above

    counts: Counts = defaultdict(_nothing)
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        count(counts, article, parse(article["text"], model=DEFAULT_MODEL))
    cues.RESOURCE.write_text("\n".join(as_lines(counts)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
