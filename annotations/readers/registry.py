"""Which reader reads which format, and the one way in."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from annotations.readers import docx, html, pdf, text
from annotations.readers.document import DEFAULT_LIMITS, Limits, Refused, SourceDocument, SourceFormat
from annotations.readers.finishing import finish
from annotations.readers.formats import format_of

logger = logging.getLogger(__name__)

Reader = Callable[[Path, Limits], SourceDocument]

READERS: Mapping[SourceFormat, Reader] = MappingProxyType(
    {
        SourceFormat.TEXT: text.read,
        SourceFormat.HTML: html.read,
        SourceFormat.DOCX: docx.read,
        SourceFormat.PDF: pdf.read,
    }
)


def read_document(path: Path, *, name: str, limits: Limits = DEFAULT_LIMITS) -> SourceDocument:
    """Read the one article in the upload spooled at `path`, whose own file name was `name`.

    The text holds no NUL, lone surrogate or carriage return and at most `limits.article_characters`
    code points. Raises Refused and nothing else, whatever the bytes.
    """
    try:
        source_format = format_of(path, name=name, limits=limits)
        reader = READERS.get(source_format)
        if reader is None:
            raise Refused("This file holds several articles: upload it by itself, as a table or a zip.")
        return finish(reader(path, limits), limits)
    except Refused:
        raise
    # The parsers of other people's formats fail on damaged files in ways that nobody has listed.
    except Exception as error:
        logger.info("%s could not be read", name, exc_info=True)
        raise Refused(
            "This file is damaged or of an unusual kind and could not be read: "
            "save it again, or paste the text."
        ) from error
