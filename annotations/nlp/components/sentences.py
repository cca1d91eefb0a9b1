"""Component that joins the parser's sentences where one would break inside a quotation."""

from spacy.tokens import Doc

from annotations.nlp.components import layers
from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import trimmed
from annotations.nlp.quotations import inside


def join_sentences(doc: Doc) -> Doc:
    """Leave the sentences of `doc` as spans without white space at their edges.

    The parser keeps its own boundaries: a long quotation parsed as one tree is parsed badly.
    """
    marks = layers.quotations(doc)
    found: list[Span] = []
    start = 0
    for sent in doc.sents:
        covering = inside(marks, sent.end_char)
        if covering is not None and covering.start < sent.end_char < covering.end:
            continue
        # A closing mark that the parser left over for the next sentence belongs to this one.
        end = sent.end_char
        found.append(Span(start, end))
        start = end
    if start < len(doc.text):
        found.append(Span(start, len(doc.text)))
    spans = (trimmed(doc.text, span.start, span.end) for span in found)
    doc.user_data[layers.SENTENCES] = tuple(span for span in spans if span.start < span.end)
    return doc
