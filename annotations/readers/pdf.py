"""PDF files with a text layer. Nothing is dropped: running titles and page numbers stay where they are."""

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotations.readers.decoding import REPLACEMENT, make_storable
from annotations.readers.document import Limits, Refused, SourceDocument, SourceFormat
from annotations.readers.finishing import too_long
from annotations.readers.paragraphs import Line, join_lines

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_SCANNED = "This PDF has no text layer, only pictures of pages: run it through OCR first, or paste the text."
_PASSWORD = "This PDF has a password: save a copy without one and upload that."  # noqa: S105 - a sentence
_INTRICATE = "This PDF is drawn too intricately to be read: paste its text instead."
_UNREADABLE = (
    "The letters of this PDF carry no meaning a program can read: run it through OCR, or paste the text."
)
_DAMAGED = "This PDF is damaged: open it, save or print it as a new PDF, and upload that."

_MOST_PAGES = 2_000
_MOST_STREAM_BYTES = 20 * 2**20
# A page of print takes a few thousand; a form that draws itself many times over takes no end of them.
_MOST_OPERATIONS = 5_000_000
_SPACES = re.compile(" +")
# What programs put in for a title that nobody gave.
_NO_TITLE = re.compile(
    r"\(.*|untitled.*|Microsoft \w+ - .*|.*\.(?:docx?|pdf|indd|qxp|odt|txt)", re.IGNORECASE
)


def read(path: Path, limits: Limits) -> SourceDocument:
    """Read a PDF's text layer, its lines joined into paragraphs.

    Raises Refused where it is damaged, has a password or no text layer.
    """
    # Slow import, needed by PDF files alone.
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import PyPdfError

    with (
        path.open("rb") as file,
        apply_configuration(
            zlib_maximum_output_length=_MOST_STREAM_BYTES,
            lzw_maximum_output_length=_MOST_STREAM_BYTES,
            run_length_maximum_output_length=_MOST_STREAM_BYTES,
        ),
    ):
        try:
            reader = PdfReader(file)
            if reader.is_encrypted and not reader.decrypt(""):
                raise Refused(_PASSWORD)
            return _document(reader, limits)
        except PyPdfError as error:
            raise Refused(_DAMAGED) from error


def _document(reader: "PdfReader", limits: Limits) -> SourceDocument:
    pages = len(reader.pages)
    if pages > _MOST_PAGES:
        raise Refused(
            f"This PDF has {pages:,} pages, and at most {_MOST_PAGES:,} are read: upload the articles."
        )
    extraction = _Extraction(limits)
    for page in reader.pages:
        extraction.take(page)
    if not extraction.lines:
        raise Refused(_SCANNED)
    paragraphs, joined = join_lines(extraction.lines)
    text = "\n\n".join(paragraphs)
    if text.count(REPLACEMENT) > 0.2 * len(text):
        raise Refused(_UNREADABLE)
    notes = ["Lines were joined into paragraphs by their layout."]
    if joined:
        words = "One word" if joined == 1 else f"{joined} words"
        notes.append(f"{words} split at line ends lost the hyphen.")
    if extraction.empty_pages:
        notes.append(f"{extraction.empty_pages} of {pages} pages hold no text and were passed over.")
    return SourceDocument(
        text=text,
        source_format=SourceFormat.PDF,
        title=_property(reader, "/Title"),
        byline=_property(reader, "/Author"),
        notes=tuple(notes),
    )


class _Extraction:
    """The lines of the pages taken so far, and the bounds on taking more."""

    def __init__(self, limits: Limits) -> None:
        self.lines: list[Line] = []
        self.empty_pages = 0
        self._limits = limits
        self._page = self._characters = self._operations = 0

    def take(self, page: "PageObject") -> None:
        """Add the lines of one page, in the order in which the page draws them."""
        pieces: list[tuple[str, float, float, float]] = []

        def on_text(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
            # The text matrix times the page's own gives the place on the page (ISO 32000-1, 9.4.4).
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[2]) or 1.0
            pieces.append((text, x, y, size * scale))

        page.extract_text(visitor_text=on_text, visitor_operand_before=self._count)
        lines = _lines(pieces, self._page)
        self._page += 1
        self.empty_pages += not lines
        self.lines += lines
        self._characters += sum(len(line.text) for line in lines)
        if self._characters > self._limits.article_characters:
            raise too_long(self._limits)

    def _count(self, *operation: object) -> None:
        self._operations += 1
        if self._operations > _MOST_OPERATIONS:
            raise Refused(_INTRICATE)


def _lines(pieces: list[tuple[str, float, float, float]], page: int) -> list[Line]:
    """Cut the pieces of text at their line ends; a line stands where its first letter does."""
    lines: list[Line] = []
    text, place = "", (0.0, 0.0, 0.0)
    for piece, *where in [*pieces, ("\n", 0.0, 0.0, 0.0)]:
        for index, part in enumerate(make_storable(piece).text.split("\n")):
            if index and text.strip():
                lines.append(Line(_SPACES.sub(" ", text).strip(), *place, page))
            if index:
                text = ""
            if part.strip() and not text.strip():
                place = (where[0], where[1], where[2])
            text += part
    return lines


def _property(reader: "PdfReader", key: str) -> str:
    """Return a property of the document, or an empty string for what programs fill in by themselves."""
    value = ""
    # Broken properties are no reason to refuse sound text.
    with suppress(Exception):
        properties = reader.metadata
        value = str(properties.get(key, "")).strip() if properties else ""
    return "" if _NO_TITLE.fullmatch(value) else value
