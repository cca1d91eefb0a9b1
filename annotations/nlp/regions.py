"""What each paragraph is, told by rules over its words and its place; no parser.

The rules are conservative: a paragraph that could be the reporter's own text is body. Their lists are in
`resources/boilerplate.json`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from annotations.choices import CLAIM_REGIONS, Region
from annotations.nlp.draft import DraftParagraph, Span
from annotations.nlp.paragraphs import paragraphs, trimmed

_RESOURCE = Path(__file__).parent / "resources" / "boilerplate.json"
_CRAWL_HEADER = re.compile(r"\s*date \d{4}-\d{2}-\d{2}(?!\S)")
_PARENTHESES = re.compile(r"[(\[]\s*([^()\[\]]{1,80}?)\s*[)\]]")
_CLOSING_CREDIT = re.compile(r"[(\[]([^()\[\]]{2,60})[)\]]\s*$")
_BYLINE = re.compile(r"(?:by|BY|By|Words by|Written by|Story by)\s+(?=[A-Z])(?P<names>[\w.’'\- ,/|&]+)$")
_DATELINE = re.compile(
    r"(?:(?:published|updated|posted|last updated|first published|modified)\b[:\s].{0,80}"
    r"|(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?\d{1,2}\s+[a-z]+\s+\d{4}(?:\s+\d{1,2}[:.]\d{2}.{0,12})?"
    r"|[a-z]+\.?\s+\d{1,2},\s+\d{4}(?:,?\s+(?:at\s+)?\d{1,2}[:.]\d{2}.{0,16})?)\s*$",
    re.IGNORECASE,
)
_SENTENCE_END = (".", "!", "?", "…", ".”", '."', ".’", "!”", "?”", '!"', '?"')
_QUOTES = re.compile(r"[\"“”„«»]|''")
_REPORTS = re.compile(r"\b(?:said|says|told|asked|wrote|added|warned|argued|according to)\b")
_HEADLINE_WORDS = 25
_SHORT_WORDS = 25
_TOP_PARAGRAPHS = 6


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    raw = json.loads(_RESOURCE.read_text(encoding="utf-8"))
    return {name: tuple(values) for name, values in raw.items() if name != "source"}


@cache
def _phrase_pattern(name: str) -> re.Pattern[str]:
    longest_first = sorted(_phrases()[name], key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)


def find_regions(
    text: str, *, title: str = "", regions: Mapping[int, Region] | None = None
) -> tuple[DraftParagraph, ...]:
    """Return the paragraphs of `text` with what each is.

    `regions` maps a paragraph's start offset to what an editor said it is, and wins over every rule.
    """
    lines = list(paragraphs(text))
    decided = regions or {}
    headline = _headline(text, lines, title)
    found = []
    for index, line in enumerate(lines):
        region = decided.get(line.start)
        if region is None:
            region = Region.HEADLINE if index == headline else _region(text, lines, index)
        found.append(DraftParagraph(line.start, line.end, region))
    return tuple(found)


def first_body_sentence(text: str, *, limit: int = 200) -> str:
    """Return the first sentence of the first paragraph that holds claims, at most `limit` code points.

    It serves as title where none is given. Empty where the text has no such paragraph.
    """
    for paragraph in find_regions(text):
        if paragraph.region in CLAIM_REGIONS:
            words = " ".join(text[paragraph.start : paragraph.end].split())
            end = re.search(
                r"(?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|St))(?<!\bMrs)[.!?][”\"’')]*(?=\s+[A-Z“\"‘(]|$)", words
            )
            sentence = words[: end.end()] if end else words
            if len(sentence) <= limit:
                return sentence
            return sentence[: limit - 1].rsplit(" ", 1)[0] + "…"
    return ""


def _headline(text: str, lines: Sequence[Span], title: str) -> int | None:
    """Return the index of the line that is the headline: the given title's, or a first line that looks so."""
    if wanted := _letters(title):
        for index, line in enumerate(lines[:_TOP_PARAGRAPHS]):
            if _letters(text[line.start : line.end]) == wanted:
                return index
    for index, line in enumerate(lines[:2]):
        words = text[line.start : line.end].strip()
        if _CRAWL_HEADER.match(words) or _region(text, lines, index) is not Region.BODY:
            continue
        following = lines[index + 1 : index + 6]
        longer = any(len(text[other.start : other.end].split()) > len(words.split()) for other in following)
        looks_so = len(words.split()) <= _HEADLINE_WORDS and not words.endswith(_SENTENCE_END)
        return index if looks_so and longer and not words.endswith((":", ",")) else None
    return None


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _region(text: str, lines: Sequence[Span], index: int) -> Region:
    line = trimmed(text, lines[index].start, lines[index].end)
    words = text[line.start : line.end]
    if index == 0 and (header := _CRAWL_HEADER.match(text, lines[0].start)):
        return _after_crawl_header(text[header.end() : line.end])
    if _is_credit(words) or _is_furniture(words):
        return Region.BOILERPLATE
    short = len(words.split()) <= _SHORT_WORDS
    if index < _TOP_PARAGRAPHS and short and (_is_byline(words) or _DATELINE.match(words)):
        return Region.BYLINE
    if _is_caption(words):
        return Region.CAPTION
    if index >= len(lines) - 4 and index > 2 and _is_bio(words):
        return Region.BOILERPLATE
    return Region.BODY


def _after_crawl_header(rest: str) -> Region:
    # The header may run on into the article's own first paragraph; only an appeal makes it furniture.
    if len(rest.split()) < 4 or _distinct("appeals", rest) >= 2:
        return Region.BOILERPLATE
    return Region.BODY


def _distinct(name: str, words: str) -> int:
    return len({match.casefold() for match in _phrase_pattern(name).findall(words.replace("’", "'"))})


def _is_credit(words: str) -> bool:
    """A paragraph that is nothing but a name in brackets ("( EPA )", "(Jane Roe/Getty Images)")."""
    match = _PARENTHESES.fullmatch(words)
    return match is not None and _names_agency(match.group(1))


def _names_agency(words: str) -> bool:
    agencies = _phrases()["agencies"]
    parts = [part.strip() for part in re.split(r"[/,|]|\bvia\b|\bthrough\b", words)]
    return len(words.split()) <= 8 and any(part in agencies for part in parts)


def _is_furniture(words: str) -> bool:
    """Furniture of the page: link lists, newsletter boxes, appeals. Never where someone speaks."""
    folded = words.casefold().replace("’", "'").strip(" .:•*-–—>|")
    if folded in _phrases()["whole"]:
        return True
    if _QUOTES.search(words) or _REPORTS.search(words):
        return False
    count = len(words.split())
    if count <= _SHORT_WORDS and folded.startswith(_phrases()["openings"]) and _stands_alone(folded):
        return True
    return _distinct("appeals", words) >= (2 if count <= _SHORT_WORDS else 3)


def _stands_alone(folded: str) -> bool:
    """Say that an opening phrase is whole words: "more from" opens no "more fromage"."""
    return any(
        folded.startswith(opening) and not folded[len(opening) : len(opening) + 1].isalpha()
        for opening in _phrases()["openings"]
    )


def _is_byline(words: str) -> bool:
    match = _BYLINE.fullmatch(words)
    if match is None or len(words.split()) > 14:
        return False
    small = [word for word in match["names"].split() if word[:1].islower()]
    return all(
        word in ("and", "in", "for", "of", "de", "van", "von", "al", "bin", "with", "the") for word in small
    )


def _is_caption(words: str) -> bool:
    if len(words.split()) > 60:
        return False
    if words.casefold().startswith(_phrases()["caption_openings"]):
        return True
    credit = _CLOSING_CREDIT.search(words)
    return credit is not None and "/" in credit.group(1) and _names_agency(credit.group(1))


def _is_bio(words: str) -> bool:
    return len(words.split()) <= 40 and not _QUOTES.search(words) and _distinct("bios", words) >= 1
