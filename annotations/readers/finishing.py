"""The last look at every article, whichever reader made it: storable, within the limits, language known."""

import re
from dataclasses import replace

from annotations.readers.decoding import make_storable
from annotations.readers.document import Limits, Refused, SourceDocument
from annotations.readers.language import detect_language

# What the database's columns hold; a longer title or byline is a paragraph that was taken for one.
_MOST_CHARACTERS = {"title": 500, "outlet": 200, "byline": 300}
_LONGEST_URL = 2_000
_WEB_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


def finish(document: SourceDocument, limits: Limits) -> SourceDocument:
    """Return the document with storable fields and its language.

    Short fields are cut with an ellipsis. An address that is not of the web (`javascript:`, say) is left
    out, since pages make links of them. Raises Refused where there is no text, or more code points of it
    than `limits.article_characters`.
    """
    storable = make_storable(document.text)
    if not storable.text.strip():
        raise Refused("This file is empty: check that it was saved, then upload it again.")
    if len(storable.text) > limits.article_characters:
        raise too_long(limits)
    url = _one_line(document.url, _LONGEST_URL + 1)
    return replace(
        document,
        text=storable.text,
        title=_one_line(document.title, _MOST_CHARACTERS["title"]),
        outlet=_one_line(document.outlet, _MOST_CHARACTERS["outlet"]),
        byline=_one_line(document.byline, _MOST_CHARACTERS["byline"]),
        url=url if len(url) <= _LONGEST_URL and _WEB_ADDRESS.fullmatch(url) else "",
        language=document.language or detect_language(storable.text),
        notes=(*document.notes, *storable.notes),
    )


def too_long(limits: Limits) -> Refused:
    """Return the refusal of a text of more code points than an article may have."""
    return Refused(
        f"This article has more than {limits.article_characters:,} characters, which is the most that is "
        "read: split it and upload the parts."
    )


def _one_line(value: str, most: int) -> str:
    line = " ".join(make_storable(value).text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
