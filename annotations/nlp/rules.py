"""Reading an article with a spaCy model's parse and rules alone: what is left without the trained file.

Cheap to import: spaCy is loaded when the first article is read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from annotations.choices import CLAIM_REGIONS, Region
from annotations.nlp.assembly import ParagraphTriples, assemble
from annotations.nlp.draft import DraftParagraph, DraftSentence, Span
from annotations.nlp.mentions import Mentions
from annotations.nlp.paragraphs import paragraphs, pieces
from annotations.nlp.quotations import Quotation, scan
from annotations.nlp.reading import Reading
from annotations.nlp.triples import Triple

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

# A paragraph longer than this is parsed in pieces; spaCy's memory grows with the text it is given.
LONGEST_PIECE = 8_000
# Parsed together, in code points: enough to be quick, little enough to stay flat.
_BATCH_LENGTH = 50_000
_SURROGATE = re.compile("[\ud800-\udfff]")


@cache
def load(model: str) -> "Language":
    """Return the spaCy pipeline `model` with our components behind it, loaded once a process.

    Raises OSError where no such model is installed.
    """
    import spacy

    from annotations.nlp.components.factories import add_components

    return add_components(spacy.load(model))


def parse(text: str, *, model: str) -> Iterator[tuple[int, "Doc"]]:
    """Yield every paragraph of `text` as (offset, Doc), a long one in pieces, with our layers on it."""
    lines = list(paragraphs(text))
    yield from _parse(text, lines, scan(text, lines), model)


def read(
    text: str, found: Sequence[DraftParagraph], quotations: Sequence[Quotation], *, model: str
) -> Reading:
    """Return what rules and the parse of `model` find in the paragraphs `found` of `text`."""
    from annotations.nlp.components import layers

    lines = [Span(paragraph.start, paragraph.end) for paragraph in found]
    sentences: list[DraftSentence] = []
    parts: list[ParagraphTriples] = []
    mentions = Mentions()
    index = 0
    for offset, doc in _parse(text, lines, quotations, model):
        while found[index].end <= offset:
            index += 1
        sentences.extend(
            DraftSentence(span.start + offset, span.end + offset, index) for span in layers.sentences(doc)
        )
        if found[index].region is not Region.BOILERPLATE:
            mentions.extend(layers.mentions(doc), offset, headline=found[index].region is Region.HEADLINE)
        if found[index].region in CLAIM_REGIONS:
            moved = tuple(_moved(triple, offset) for triple in layers.triples(doc))
            parts.append(ParagraphTriples(Span(offset, offset + len(doc.text)), moved))
    return Reading(tuple(sentences), assemble(text, parts, quotations), mentions)


def _parse(
    text: str, lines: Sequence[Span], quotations: Sequence[Quotation], model: str
) -> Iterator[tuple[int, "Doc"]]:
    from annotations.nlp.components.layers import QUOTATIONS

    nlp = load(model)
    # A lone surrogate can't be encoded for the tokenizer; its stand-in keeps every offset.
    text = _SURROGATE.sub("\ufffd", text)

    position = 0
    batch: list[tuple[Doc, int]] = []
    length = 0
    for line in lines:
        for piece in pieces(text, line, LONGEST_PIECE):
            doc = nlp.make_doc(text[piece.start : piece.end])
            here = []
            while position < len(quotations) and quotations[position].start < piece.end:
                here.append(_relative(quotations[position], piece))
                position += 1
            doc.user_data[QUOTATIONS] = tuple(here)
            batch.append((doc, piece.start))
            length += piece.end - piece.start
            if length >= _BATCH_LENGTH:
                yield from _piped(nlp, batch)
                batch, length = [], 0
    yield from _piped(nlp, batch)


def _piped(nlp: "Language", batch: list[tuple["Doc", int]]) -> Iterator[tuple[int, "Doc"]]:
    for doc, offset in nlp.pipe(batch, as_tuples=True, batch_size=max(1, len(batch))):
        yield offset, doc


def _relative(quotation: Quotation, piece: Span) -> Quotation:
    end = min(quotation.end, piece.end)
    return replace(quotation, start=quotation.start - piece.start, end=end - piece.start)


def _moved(triple: Triple, offset: int) -> Triple:
    def moved(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(span.start + offset, span.end + offset) for span in spans)

    return replace(triple, content=moved(triple.content), cue=moved(triple.cue), source=moved(triple.source))
