"""Word documents: the paragraphs of the main text in order, with all tracked changes accepted.

The XML is read as a stream by expat, which never holds the document as a tree. python-docx would, and it
passes over the words of tracked insertions, content controls and text boxes.
"""

import re
import zipfile
import zlib
from pathlib import Path
from typing import Protocol
from xml.parsers import expat

from annotations.readers.dates import parse_date
from annotations.readers.document import Limits, Refused, SourceDocument, SourceFormat
from annotations.readers.zip_directory import PACKINGS, open_zip

BODY_NAME = re.compile(r"word/document\d*\.xml")
_DAMAGED = "This Word document is damaged: open it in Word, save it as DOCX and upload that."
_UNPACKS_TOO_FAR = "This Word document unpacks to far more than it should: paste its text instead."
_PIECE_BYTES = 64 * 1024
# Word's markup around a character of text; its bare minimum is about fifty bytes a word.
_MOST_BYTES_A_CHARACTER = 60

# Deleted and moved-away text, the copy of a text box for old programs, and field codes.
_LEFT_OUT = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText"})
_SIMPLE_TEXT = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_TITLE_STYLES = frozenset({"Title", "Heading1"})


def read(path: Path, limits: Limits) -> SourceDocument:
    """Read a DOCX file; at most 60 bytes of its XML for each character an article may have are unpacked.

    Raises Refused where it is damaged, unpacks to more than that, or declares XML entities.
    """
    with open_zip(path) as package:
        body, properties = _Body(), _Properties()
        most = limits.article_characters * _MOST_BYTES_A_CHARACTER
        _parse(package, _body_name(package), body, most)
        if "docProps/core.xml" in package.namelist():
            _parse(package, "docProps/core.xml", properties, 2**20)
    notes = []
    if body.has_footnotes:
        notes.append("Footnotes were left out.")
    published_on = parse_date(properties.values.get("created", ""))
    if published_on:
        notes.append(f"The date {published_on} is the one on which the document was made: check it.")
    return SourceDocument(
        text="\n\n".join(body.paragraphs),
        source_format=SourceFormat.DOCX,
        title=body.title or properties.values.get("title", ""),
        byline=properties.values.get("creator", ""),
        published_on=published_on,
        notes=tuple(notes),
    )


class _Handler(Protocol):
    """What is told of one part's elements, by their names without namespace."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, characters: str) -> None: ...


class _Body:
    """Gathers the paragraphs of `word/document.xml`; those of a text box come before the one it hangs on."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.title = ""
        self.has_footnotes = False
        self._open: list[list[str]] = []
        self._style = ""
        self._left_out = 0
        self._is_in_run = self._is_hidden = self._is_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _LEFT_OUT:
            self._left_out += 1
        elif name == "p":
            self._open.append([])
            self._style = ""
        elif name == "pStyle":
            self._style = attributes.get("val", "")
        elif name == "r":
            self._is_in_run, self._is_hidden = True, False
        elif name == "vanish" and self._is_in_run:
            self._is_hidden = attributes.get("val", "true") not in ("0", "false", "off")
        elif name == "footnoteReference":
            self.has_footnotes = True
        elif name == "t":
            self._is_text = True
        elif name in _SIMPLE_TEXT:
            self._add(_SIMPLE_TEXT[name])

    def end(self, name: str) -> None:
        if name in _LEFT_OUT:
            self._left_out -= 1
        elif name == "p" and self._open:
            paragraph = "".join(self._open.pop()).strip()
            if paragraph:
                self.paragraphs.append(paragraph)
                if self._style in _TITLE_STYLES and not self.title:
                    self.title = paragraph
        elif name == "r":
            self._is_in_run = False
        elif name == "t":
            self._is_text = False

    def text(self, characters: str) -> None:
        if self._is_text:
            self._add(characters)

    def _add(self, characters: str) -> None:
        if self._open and not self._left_out and not self._is_hidden:
            self._open[-1].append(characters)


class _Properties:
    """Gathers the texts of `docProps/core.xml` by element: title, creator, created."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._name = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._name = name

    def end(self, name: str) -> None:
        self._name = ""

    def text(self, characters: str) -> None:
        if self._name:
            self.values[self._name] = self.values.get(self._name, "") + characters


def _body_name(package: zipfile.ZipFile) -> str:
    """Return the main part's name; Word for the web numbers it where it rewrote the file."""
    return min(name for name in package.namelist() if BODY_NAME.fullmatch(name))


def _parse(package: zipfile.ZipFile, part: str, handler: _Handler, most_bytes: int) -> None:
    """Unpack one part piece by piece, at most `most_bytes` of it, and tell `handler` what it holds."""
    member = package.getinfo(part)
    if member.compress_type not in PACKINGS or member.flag_bits & 1:
        raise Refused(_DAMAGED)
    parser = _parser(handler)
    unpacked = 0
    try:
        with package.open(member) as file:
            while piece := file.read(_PIECE_BYTES):
                unpacked += len(piece)
                if unpacked > most_bytes:
                    raise Refused(_UNPACKS_TOO_FAR)
                parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Refused(_DAMAGED) from error


def _parser(handler: _Handler) -> expat.XMLParserType:
    def refuse_doctype(*declaration: object) -> None:
        # The standard forbids it (ECMA-376 part 2, section 6.2.5), and every entity attack starts with one.
        raise Refused("This Word document declares XML entities, which none needs: paste its text instead.")

    def start(name: str, attributes: dict[str, str]) -> None:
        handler.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        handler.end(_local(name))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    return parser


def _local(name: str) -> str:
    """Return the name without its namespace, or an empty string in those of drawings and formulas."""
    namespace, _, local = name.rpartition(" ")
    return "" if "drawingml" in namespace or "officeDocument/2006/math" in namespace else local
