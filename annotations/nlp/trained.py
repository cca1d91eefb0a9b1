"""Reading an article with the trained file.

Cheap to import: spaCy and onnxruntime are loaded when the first article is read.
"""

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from annotations.choices import CLAIM_REGIONS, Region
from annotations.nlp.completion import completed, without_overlaps
from annotations.nlp.draft import DraftParagraph, DraftSentence, Span
from annotations.nlp.exchanges import exchanged
from annotations.nlp.name_finding import find_mentions
from annotations.nlp.quotations import Quotation
from annotations.nlp.reading import Reading
from annotations.nlp.sentences import sentences
from annotations.nlp.set_speech import (
    answers,
    presented_quotations,
    signed_quotations,
    transcript_line,
    unmarked_line,
)
from annotations.nlp.triples import Triple
from annotations.nlp.unsaid import without_unsaid

if TYPE_CHECKING:
    from spacy.language import Language

SHIPPED = Path(__file__).parent / "resources" / "extractor.onnx"
_SURROGATE = re.compile("[\ud800-\udfff]")


@cache
def load() -> "Language":
    """Return the spaCy pipeline of the trained extractor, loaded once a process.

    Raises ImportError without onnxruntime and OSError without the trained file.
    """
    import spacy

    import annotations.nlp.extraction.component  # noqa: F401 - registers the factory

    nlp = spacy.blank("en")
    # An article of any length is one Doc: nothing here needs memory for each of its words but the words.
    nlp.max_length = 10**9
    nlp.add_pipe("newsdesk_extractor", config={"path": str(SHIPPED)})
    return nlp


@cache
def file_version() -> str:
    """Return the first letters of the trained file's SHA-256, its version in everything it annotated."""
    return hashlib.sha256(SHIPPED.read_bytes()).hexdigest()[:12]


def read(text: str, found: Sequence[DraftParagraph], quotations: Sequence[Quotation]) -> Reading:
    """Return what the trained file finds in the paragraphs `found` of `text`."""
    from annotations.nlp.components import layers

    told = [p for p in found if p.region is not Region.BOILERPLATE]
    lines = [Span(paragraph.start, paragraph.end) for paragraph in told]
    nlp = load()
    # A lone surrogate can't be encoded for the tokenizer; its stand-in keeps every offset.
    doc = nlp.make_doc(_SURROGATE.sub("\ufffd", text))
    doc.user_data[layers.PARAGRAPHS] = tuple(lines)
    doc.user_data[layers.QUOTATIONS] = tuple(quotations)
    doc = nlp(doc)
    claimed = [Span(p.start, p.end) for p in told if p.region in CLAIM_REGIONS]
    headlines = [Span(p.start, p.end) for p in told if p.region is Region.HEADLINE]
    return Reading(
        sentences=tuple(
            DraftSentence(span.start, span.end, index)
            for index, paragraph in enumerate(found)
            for span in sentences(text, Span(paragraph.start, paragraph.end), quotations)
        ),
        triples=_triples(text, layers.triples(doc), claimed, quotations),
        mentions=find_mentions(text, lines, layers.names(doc), quotations, headlines=headlines),
    )


def _triples(
    text: str, found: Sequence[Triple], lines: Sequence[Span], quotations: Sequence[Quotation]
) -> tuple[Triple, ...]:
    """Return the claims of the `lines` that hold claims: those that set forms attribute win.

    Speech without any mark is too much like other sentences to win: it only fills a gap. So does an answer.
    """
    certain = [line for span in lines if (line := transcript_line(text, span)) is not None]
    certain.extend(signed_quotations(text, lines, quotations))
    certain.extend(presented_quotations(text, lines, quotations))
    told = without_overlaps((triple for triple in found if _lies_in(triple, lines)), certain)
    cues = {at for triple in told for cue in triple.cue for at in range(cue.start, cue.end)}
    unmarked = (triple for span in lines if (triple := unmarked_line(text, span, quotations)) is not None)
    told.extend(triple for triple in unmarked if triple.cue[0].start not in cues)
    starts = sorted(span.start for triple in told for span in triple.content)
    told.extend(
        triple
        for triple in answers(text, lines, quotations)
        if bisect_left(starts, triple.content[0].start) == bisect_left(starts, triple.content[0].end)
    )
    whole = completed(text, told, lines, quotations)
    return exchanged(text, without_unsaid(text, whole, quotations), lines, quotations)


def _lies_in(triple: Triple, claimed: Sequence[Span]) -> bool:
    start = triple.cue[0].start
    index = bisect_right(claimed, start, key=_start) - 1
    return index >= 0 and start < claimed[index].end


def _start(span: Span) -> int:
    return span.start
