"""Web pages: the article without its surroundings, and what the page says about it.

trafilatura finds the article. What a browser would not show is taken out before it looks, and nothing is
ever fetched: entities, style sheets, scripts and pictures stay where they are.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from annotations.readers.dates import parse_date
from annotations.readers.decoding import Decoded, decode, decode_as
from annotations.readers.document import Limits, Refused, SourceDocument, SourceFormat

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_UNSEEN = (
    "//script[not(contains(@type, 'ld+json'))] | //style | //template | //iframe | //object | //noscript"
    " | //*[@hidden]"
)
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# The elements that stand on lines of their own: trafilatura's, then those of HTML.
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """p head quote item list row table code div body
        article section main aside header footer nav form li ul ol dl dt dd tr blockquote pre figure
        figcaption address h1 h2 h3 h4 h5 h6 hr""",
    )
)
_WHITESPACE = re.compile(r"[ \t\n\r\f]+")
# A front page has some thousands; trafilatura takes 13 seconds for 90,000.
_MOST_ELEMENTS = 100_000
# The parser compares each attribute of a tag with all others of it.
_MOST_ATTRIBUTES = 500
_LONG_TAG = re.compile(r"""<[A-Za-z](?:[^<>"']|"[^"]*"|'[^']*'){3000,}+""")
_QUOTED = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")
_ENTITIES = re.compile(r"<!DOCTYPE[^>\[]*\[[^\]]*<!ENTITY", re.IGNORECASE)
_TOO_INTRICATE = "This web page has too many parts to be read: copy the article's text and paste it."


def read(path: Path, limits: Limits) -> SourceDocument:
    """Read a page's article; `format_of` has checked that the file is within the limits."""
    # Slow imports, needed by web pages alone.
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    decoded = _decode_page(path.read_bytes())
    tree = _visible_tree(decoded.text)
    page = bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    article = page if isinstance(page, Document) else None
    text = _paragraphs(article.body) if article else ""
    notes = decoded.notes
    if not text:
        # A second tree, since trafilatura took the first one apart.
        tree = _visible_tree(decoded.text)
        text = _paragraphs(tree.find("body") if tree.find("body") is not None else tree)
        notes = (*notes, "No article stood out in this page, so all of its visible text was read.")
    if article is None:
        return SourceDocument(text=text, source_format=SourceFormat.HTML, notes=notes)
    return SourceDocument(
        text=text,
        source_format=SourceFormat.HTML,
        title=article.title or "",
        outlet=article.sitename or "",
        byline=article.author or "",
        url=article.url or "",
        published_on=parse_date(article.date or ""),
        notes=notes,
    )


def _decode_page(content: bytes) -> Decoded:
    """Decode by the page's own declaration where its bytes are not UTF-8 and agree with it."""
    declared = _CHARSET.search(content[:4096])
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        if declared and (decoded := decode_as(content, declared[1].decode("ascii"))):
            return decoded
    return decode(content)


def _visible_tree(source: str) -> "_Element":
    """Parse the page and take out what a browser would not show.

    Raises Refused where it declares entities, is nested deeper than the parser follows, or has more parts
    than any article.
    """
    from lxml import etree, html  # type: ignore[import-untyped]  # noqa: PLC0415 - slow import

    if _ENTITIES.search(source):
        raise Refused("This web page declares XML entities, which no article needs: paste its text instead.")
    if any(len(_QUOTED.sub("", tag).split()) > _MOST_ATTRIBUTES for tag in _LONG_TAG.findall(source)):
        raise Refused(_TOO_INTRICATE)
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    # As bytes, since lxml refuses to parse text that declares an encoding.
    try:
        tree = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise Refused("This web page is empty: check that it was saved, then upload it again.") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Refused("This web page is nested too deeply to be read: copy the article's text and paste it.")
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        raise Refused(_TOO_INTRICATE)
    unseen = tree.xpath(_UNSEEN)
    unseen += [element for element in tree.xpath("//*[@style]") if _UNSEEN_STYLE.search(element.get("style"))]
    for element in unseen:
        # Some pages hide themselves until a script has run.
        if element.tag in ("html", "body"):
            continue
        # Emptied rather than taken out, which would copy the text around it once an element.
        element.clear(keep_tail=True)
        element.tag = "span"
    return tree


def _paragraphs(body: "_Element") -> str:
    """Return the text of an element with a blank line between its blocks, a line end for a line break."""
    from lxml import etree  # noqa: PLC0415 - slow import

    blocks: list[str] = []
    pieces: list[str] = []

    def close_block() -> None:
        lines = (line.strip(" ") for line in "".join(pieces).split("\n"))
        block = "\n".join(line for line in lines if line)
        if block:
            blocks.append(block)
        pieces.clear()

    for event, element in etree.iterwalk(body, events=("start", "end")):
        name = element.tag if isinstance(element.tag, str) else ""
        if name in _BLOCKS:
            close_block()
        if event == "start":
            pieces.append("\n" if name in ("lb", "br") else _collapsed(element.text))
        else:
            pieces.append(" " if name in ("cell", "td", "th") else "")
            if element is not body:
                pieces.append(_collapsed(element.tail))
    close_block()
    return "\n\n".join(blocks)


def _collapsed(text: str | None) -> str:
    """Collapse white space as a browser does, which leaves no-break spaces alone."""
    return _WHITESPACE.sub(" ", text or "")
