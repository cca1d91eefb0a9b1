"""What each paragraph is, told by rules over its words and its place; no parser.

The rules are conservative: a paragraph that could be the reporter's own text is body. Their lists are in
`resources/boilerplate.json`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from annotations.choices import CLAIM_REGIONS, Region
from annotations.nlp.draft import DraftParagraph, Span
from annotations.nlp.paragraphs import paragraphs, trimmed
from annotations.nlp.quotations import scan_paragraph

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
_REPORTED = re.compile(r"\b(?:said|told|asked|wrote|added|warned|argued|according to)\b")
_REPORTS = re.compile(rf"{_REPORTED.pattern}|\bsays\b")
_OPINES = re.compile(r"\b(?:says|believes|thinks|argues|claims)\b")
_ADDRESSES = re.compile(r"\b(?:you|your|we|our|us)\b", re.IGNORECASE)
_OWN_VOICE = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
# A label parts from its link by a colon or a spaced dash: "Related: Bridge closed", "MORE – Bridge closed".
_AFTER_LABEL = re.compile(r"\s?[:|>»]|\s[–—-]\s")
_NETWORKS = (
    r"(?:twitter|x|facebook|instagram|linkedin|threads|bluesky|mastodon|youtube|tiktok|whatsapp|telegram)"
)
# What only a page says to its reader, of what stands elsewhere on it or on another.
_POINTER = re.compile(
    r"\W*(?:(?:watch|listen to|(?:see|hear|view) (?:the|a|an|all|more|our|photos|pictures|video|\w+[’']s))\b"
    r"[^.!?\n]{0,120}\b(?:here|below|above)"
    rf"|(?:on {_NETWORKS},? )?follow [^.!?\n]{{2,120}} on {_NETWORKS}\b.{{0,80}}"
    r"|read the (?:rest|full (?:story|article|interview|report))\b[^!?\n]{0,60})\W*",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:^|[.!?]\s+)(?:you can )?(?:follow|e-?mail|contact|reach|find|write to) "
    r"(?:him|her|them|me|the (?:author|reporter|writer))\b"
    rf"|\bcan be (?:reached|contacted|followed) (?:at|on|by)\b|\bon {_NETWORKS},? (?:at )?@",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w.’'-]*(?: (?:[A-Z][\w.’'-]*|de|van|von|bin|al|el|la|der)){1,3}"
_THIRD_PERSON = re.compile(rf"(?P<name>{_NAME})(?:, [^,.]{{1,40}},)? (?:is|was|are) (?P<post>[^.]{{1,160}})")
_REPORTED_FROM = re.compile(
    rf"{_NAME}(?:,? and {_NAME})? reported from(?: (?:[A-Z][\w.’'-]*|and|from|in|of|the),?)+\.?"
)
_FIRST_PERSON = re.compile(rf"(?:I am|I[’']m|My name is) {_NAME}(?:,| and I\b)")
_EDGES = " .:•*-–—>|"
_HEADLINE_WORDS = 25
_SHORT_WORDS = 25
_LINK_WORDS = 20
_BIO_WORDS = 60
_LONGEST_CALL = 1_000  # code points
_TOP_PARAGRAPHS = 6
_LAST_PARAGRAPHS = 4


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    raw = json.loads(_RESOURCE.read_text(encoding="utf-8"))
    return {name: tuple(values) for name, values in raw.items() if name != "source"}


@cache
def _phrase_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_alternatives(name)})(?!\w)", re.IGNORECASE)


@cache
def _opening_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_alternatives(name)})(?![^\W\d_])")


def _alternatives(name: str) -> str:
    return "|".join(map(re.escape, sorted(_phrases()[name], key=len, reverse=True)))


def find_regions(
    text: str, *, title: str = "", regions: Mapping[int, Region] | None = None
) -> tuple[DraftParagraph, ...]:
    """Return the paragraphs of `text` with what each is.

    `regions` maps a paragraph's start offset to what an editor said it is, and wins over every rule.
    """
    return tuple(_found(text, title, regions))


def first_body_sentence(text: str, *, limit: int = 200) -> str:
    """Return the first sentence of the first paragraph that holds claims, at most `limit` code points.

    It serves as title where none is given. Empty where the text has no such paragraph.
    """
    for paragraph in _found(text):
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


def _found(
    text: str, title: str = "", regions: Mapping[int, Region] | None = None
) -> Iterator[DraftParagraph]:
    lines = list(paragraphs(text))
    decided = regions or {}
    headline = _headline(text, lines, title)
    among_links = False
    for index, line in enumerate(lines):
        words = text[line.start : line.end].strip()
        among_links = among_links and index != headline and _is_link(words)
        region = decided.get(line.start)
        if region is None and index == headline:
            region = Region.HEADLINE
        elif region is None:
            region = Region.BOILERPLATE if among_links else _region(text, lines, index)
        among_links = among_links or _folded(words) in _phrases()["link_headings"]
        yield DraftParagraph(line.start, line.end, region)


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
    if _is_credit(words) or _is_furniture(words, first=index == 0):
        return Region.BOILERPLATE
    short = len(words.split()) <= _SHORT_WORDS
    if index < _TOP_PARAGRAPHS and short and (_is_byline(words) or _DATELINE.match(words)):
        return Region.BYLINE
    if _is_caption(words):
        return Region.CAPTION
    if index >= len(lines) - _LAST_PARAGRAPHS and index > 1 and _is_of_the_author(text, lines, index):
        return Region.BOILERPLATE
    return Region.BODY


def _after_crawl_header(rest: str) -> Region:
    # The header may run on into the article's own first paragraph; only an appeal makes it furniture.
    if len(rest.split()) < 4 or _count("appeals", rest) >= 2:
        return Region.BOILERPLATE
    return Region.BODY


def _distinct(name: str, words: str) -> int:
    return len({match.casefold() for match in _phrase_pattern(name).findall(words.replace("’", "'"))})


def _count(name: str, words: str) -> int:
    """Count the phrases of a list and pleas beside them; parties plead as well, so pleas alone are 0."""
    of_pages = _distinct(name, words)
    return of_pages + _distinct("pleas", words) if of_pages else 0


def _is_credit(words: str) -> bool:
    """A paragraph that is nothing but an agency or a name with one ("( EPA )", "Jane Roe/Getty Images")."""
    match = _PARENTHESES.fullmatch(words)
    return _names_agency(match.group(1)) if match is not None else "/" in words and _names_agency(words)


def _names_agency(words: str) -> bool:
    agencies = _phrases()["agencies"]
    parts = [part.strip() for part in re.split(r"[/,|]|\bvia\b|\bthrough\b", words)]
    return len(words.split()) <= 8 and any(part in agencies for part in parts)


def _bare(words: str) -> str:
    inner = words.strip(_EDGES)
    return inner[1:-1].strip(_EDGES) if inner[:1] in ("(", "[") and inner[-1:] in (")", "]") else inner


def _folded(words: str) -> str:
    return _bare(words).casefold().replace("’", "'")


def _is_furniture(words: str, *, first: bool) -> bool:
    """Furniture of the page: labels and links, newsletter boxes, appeals.

    Where someone speaks it takes the page's own voice, outside the quotation marks, to tell it. The `first`
    line may be the article's headline, which says what there is to watch.
    """
    folded = _folded(words)
    if folded in _phrases()["whole"]:
        return True
    count = len(words.split())
    short = count <= _SHORT_WORDS
    if short and (_is_label(words, "labels") or _POINTER.fullmatch(words)):
        return True
    if short and not first and _is_label(words, "media_labels"):
        return True
    if _is_call(words):
        return True
    if _QUOTES.search(words) or _REPORTS.search(words):
        return False
    if short and _opening_of("openings", folded) is not None:
        return True
    return _count("appeals", words) >= (2 if short else 3)


def _is_label(words: str, name: str) -> bool:
    """Say that a line is a label with the title of another article behind it, where its claims live."""
    folded = _folded(words)
    label = _opening_of(name, folded)
    return (
        label is not None and not words.endswith(".") and _AFTER_LABEL.match(folded, len(label)) is not None
    )


def _is_link(words: str) -> bool:
    """Say that a line below a heading of links may be one: a title, which no full stop ends."""
    return len(words.split()) <= _LINK_WORDS and not words.endswith((*_SENTENCE_END, ":", ","))


def _is_call(words: str) -> bool:
    """Say that the page calls on its reader to pay, to subscribe or to sign up, outside of any quotation."""
    if len(words) > _LONGEST_CALL or not _ADDRESSES.search(words) or _count("calls", words) < 2:
        return False
    own = _outside_quotations(words)
    # "You should unsubscribe, police said" is advice that somebody gives.
    voice = _OWN_VOICE if _REPORTS.search(own) else _ADDRESSES
    return voice.search(own) is not None and _count("calls", own) >= 2


def _outside_quotations(words: str) -> str:
    kept, position = [], 0
    for quotation in scan_paragraph(words, Span(0, len(words)), singles=True):
        kept.append(words[position : quotation.start])
        position = quotation.end
    return " ".join([*kept, words[position:]])


def _opening_of(name: str, folded: str) -> str | None:
    """Return the phrase that opens `folded` as whole words: "more from" opens no "more fromage"."""
    match = _opening_pattern(name).match(folded)
    return None if match is None else match.group()


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


def _is_of_the_author(text: str, lines: Sequence[Span], index: int) -> bool:
    """A line about who wrote the article, or who helped: at its end, and about nobody who is in it."""
    words = text[lines[index].start : lines[index].end].strip()
    if len(words.split()) > _BIO_WORDS:
        return False
    if _folded(words).startswith("about the author") or _is_signed(words):
        return True
    before = _folded(text[lines[index - 1].start : lines[index - 1].end])
    if before in ("about the author", "about the authors"):
        return True
    own = _outside_quotations(words)
    if _REPORTED.search(own):
        return False
    if not _QUOTES.search(words) and (_distinct("contributions", words) or _CONTACT.search(words)):
        return True
    match = _THIRD_PERSON.match(own)
    return (
        match is not None
        and not _OPINES.search(own)
        and _distinct("posts", match["post"]) >= 1
        and not _is_named_in(text[lines[1].start : lines[index].start], match["name"])
    )


def _is_signed(words: str) -> bool:
    """Say that a line credits who made the article ("Reporting by Ann Lee") or has its author speak."""
    opening = _opening_of("credits", _folded(words))
    if opening is not None:
        return _bare(words)[len(opening) :].lstrip()[:1].isupper()
    if _QUOTES.search(words):
        return False
    return _FIRST_PERSON.match(words) is not None or (
        len(words.split()) <= _SHORT_WORDS and _REPORTED_FROM.fullmatch(words) is not None
    )


def _is_named_in(body: str, name: str) -> bool:
    surname = name.split()[-1].rstrip(".'’")
    return re.search(rf"(?<!\w){re.escape(surname)}(?!\w)", body) is not None
