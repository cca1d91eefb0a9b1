"""PDF files with a text layer: lines joined into paragraphs."""

from pathlib import Path

from annotations.readers.document import Limits, Refused, SourceDocument, SourceFormat


def read(path: Path, limits: Limits) -> SourceDocument:
    """Read the text layer."""
    # Slow import, needed by PDF files alone.
    from pypdf import PdfReader

    with path.open("rb") as file:
        pages = [page.extract_text() for page in PdfReader(file).pages]
    if not "".join(pages).strip():
        raise Refused(
            "This PDF has no text layer, only pictures of pages: run it through OCR first, or paste the text."
        )
    return SourceDocument(text="\n\n".join(pages), source_format=SourceFormat.PDF)
