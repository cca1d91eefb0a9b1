"""What our components leave on a Doc, under `Doc.user_data`, and typed access to it.

Nothing is registered globally, so two pipelines in one process can't clash.
"""

from typing import cast

from spacy.tokens import Doc

from annotations.nlp.draft import Span
from annotations.nlp.mentions import Mentions
from annotations.nlp.name_repair import NamedSpan
from annotations.nlp.quotations import Quotation
from annotations.nlp.triples import Triple

PARAGRAPHS = "newsdesk_paragraphs"
QUOTATIONS = "newsdesk_quotations"
SENTENCES = "newsdesk_sentences"
TRIPLES = "newsdesk_triples"
MENTIONS = "newsdesk_mentions"
NAMES = "newsdesk_names"


def quotations(doc: Doc) -> tuple[Quotation, ...]:
    """Return the quotations of `doc`, with offsets into its text."""
    return cast("tuple[Quotation, ...]", doc.user_data[QUOTATIONS])


def sentences(doc: Doc) -> tuple[Span, ...]:
    """Return the sentences of `doc`, with offsets into its text."""
    return cast("tuple[Span, ...]", doc.user_data[SENTENCES])


def triples(doc: Doc) -> tuple[Triple, ...]:
    """Return the triples of `doc`, with offsets into its text."""
    return cast("tuple[Triple, ...]", doc.user_data[TRIPLES])


def mentions(doc: Doc) -> Mentions:
    """Return the mentions of `doc`, with offsets into its text."""
    return cast("Mentions", doc.user_data[MENTIONS])


def names(doc: Doc) -> tuple[NamedSpan, ...]:
    """Return the names that the trained extractor found in `doc`, with offsets into its text."""
    return cast("tuple[NamedSpan, ...]", doc.user_data[NAMES])
