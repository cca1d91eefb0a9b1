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
    # Doc.sents costs a pass over the whole Doc for each sentence.
    for token in doc[1:]:
        if not token.is_sent_start:
            continue
        covering = inside(marks, token.idx)
        if covering is None or covering.start == token.idx:
            found.append(Span(start, token.idx))
            start = token.idx
    found.append(Span(start, len(doc.text)))
    spans = (trimmed(doc.text, span.start, span.end) for span in found)
    doc.user_data[layers.SENTENCES] = tuple(span for span in spans if span.start < span.end)
    return doc
