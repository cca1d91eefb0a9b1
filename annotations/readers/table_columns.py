"""How the columns of a table of articles are recognised: by name, and by what separates them."""

import csv
import re
from collections.abc import Iterable

# Each field of an article and the names that newsroom exports and corpora give its column, normalised.
COLUMN_NAMES = {
    "text": (
        "text", "body", "content", "article", "articletext", "fulltext",
        "articlebody", "bodytext", "maintext",
    ),
    "title": ("title", "headline", "articletitle", "heading"),
    "outlet": ("outlet", "source", "publisher", "publication", "newspaper", "sitename", "medium", "site"),
    "byline": ("byline", "author", "authors", "writer", "reporter", "creator"),
    "url": ("url", "link", "articleurl", "sourceurl", "permalink", "uri", "href"),
    "published_on": (
        "publishedon", "date", "published", "publicationdate", "publishedat", "publishdate", "pubdate",
        "datepublished", "publisheddate", "datetime",
    ),
    "language": ("language", "lang"),
}  # fmt: skip
DELIMITERS = ",;\t"
# A header cell is a name; what is longer is prose with a comma in it.
_LONGEST_COLUMN_NAME = 60


def suggest_mapping(columns: Iterable[str]) -> dict[str, str]:
    """Return field -> column for every field that one of `columns` is named for.

    Where two columns would do, the name that stands first in COLUMN_NAMES wins.
    """
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(_normalised(column), column)
    mapping = {}
    for field, names in COLUMN_NAMES.items():
        for name in names:
            if name in by_name:
                mapping[field] = by_name[name]
                break
    return mapping


def sniff_delimiter(text: str) -> str:
    """Return the delimiter that splits the header of a CSV into most columns, a comma where none does."""
    header = text.lstrip("\n").partition("\n")[0]
    return max(DELIMITERS, key=lambda delimiter: len(split_header(header, delimiter)))


def has_article_columns(text: str) -> bool:
    """Tell a CSV: its first line names two fields or more, the text among them, and rows follow."""
    header, _, rows = text.lstrip("\r\n").partition("\n")
    columns = split_header(header.rstrip("\r"), sniff_delimiter(header))
    if not rows.strip() or any(len(column) > _LONGEST_COLUMN_NAME for column in columns):
        return False
    mapping = suggest_mapping(columns)
    return "text" in mapping and len(mapping) > 1


def split_header(header: str, delimiter: str) -> list[str]:
    """Split one line of CSV; a line that is none gives itself as its only cell."""
    try:
        return next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error:
        return [header]


def _normalised(column: str) -> str:
    """Return the letters of a column name: `Published On`, `published_on` and `publishedOn` are one."""
    return re.sub(r"[\W_]+", "", column).casefold()
