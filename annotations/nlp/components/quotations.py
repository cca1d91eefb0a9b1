"""Component that leaves a paragraph's quotations on its Doc, unless whoever made the Doc already did."""

from spacy.tokens import Doc

from annotations.nlp.components.layers import QUOTATIONS
from annotations.nlp.quotations import scan


def mark_quotations(doc: Doc) -> Doc:
    """Scan `doc` for quotations. The pipeline scans the whole article first, which tells more."""
    if QUOTATIONS not in doc.user_data:
        doc.user_data[QUOTATIONS] = scan(doc.text)
    return doc
