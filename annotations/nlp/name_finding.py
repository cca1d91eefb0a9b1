"""Where a text names people and bodies and what it says of them: mentions without a parse.

Takes the names from whoever labelled them; what stands around a name in the text says whether it is a
subject, a place or an employer, and which role its bearer has.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotations.nlp.draft import Span
from annotations.nlp.lexicon import words
from annotations.nlp.mentions import Mentions, NameMention, PronounMention, ThingMention, pronoun_gender
from annotations.nlp.names import is_title
from annotations.nlp.quotations import Quotation, inside

_PRONOUN = re.compile(r"\b(?:she|her|hers|herself|he|him|his|himself)\b", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"([^\s\"“”‘(\[]+)\s+$")
_TITLE_BEFORE = re.compile(r"\b([A-Z][A-Za-z]*\.?(?:-[A-Z][a-z]+)?)\s+$")
_PLACE_BEFORE = re.compile(r"\b(?:in|near|outside|across|under|towards)\s+(?:the\s+)?$", re.IGNORECASE)
_WAY_BEFORE = re.compile(r"\b(\w+)\s+to\s+(?:the\s+)?$", re.IGNORECASE)
_POST_BEFORE = re.compile(r"\b(\w+)\s+(?:of|at)\s+(?:the\s+)?$", re.IGNORECASE)
_PREPOSITION_BEFORE = re.compile(
    r"\b(?:of|to|in|for|with|by|from|at|on|against|about|between|than|like|into|over|after|before|via)\s+"
    r"(?:the\s+)?$",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"(?:\s*,[^,.;“”\"]{2,80},|\s+\([^)]{1,20}\))?\s+"
    r"(?!(?:and|or|nor|of|in|at|on|for|to|from|with|by|as|but|who|whose|than|is\s+to)\b)(?=[a-z])"
)
_VERB_BEFORE = re.compile(
    r"[,”\"’']\s+(?:said|says|asked|added|wrote|argued|warned|explained)\s+(?:the\s+)?$"
)
_POSSESSIVE_HER = re.compile(r"\s+(?!(?:and|or|to|in|on|at|as|for|that|if|when|who|with|by|from|but)\b)[a-z]")
_ROLE_AFTER = re.compile(
    r"(?:\s*\([^)]{1,20}\))?,\s+(?P<role>(?:(?:a|an|the|his|her|its|their|who\s+is|now|then)\s+)?"
    r"[^\s,;:.()“”\"—–][^,;:()“”\"—–\n]{2,90})(?=[,;:.()“”\"—–\n]|$)"
)
_IS_ROLE = re.compile(r"\s+(?:is|was|has\s+been|became)\s+(?P<role>(?:a|an|the)\s+[^,;:.()“”\"—–\n]{3,90})")
_ROLE_WITH_COMMA = re.compile(
    r"\b(?P<role>(?:the|a|an|his|her|its|their)\s+[^,;:.()“”\"—–\n]{3,70}),\s+$", re.IGNORECASE
)
_ROLE_ENDS = re.compile(
    r"\s+(?:who|which|that|when|where|whose|and|but|said|says|told|has|had|is|was|were)\b"
)
_BEFORE_PREPOSITION = re.compile(r"\s+(?:of|for|at|in|from|to|with|on|under|against|by)\b")
_THING = re.compile(
    r"\b(?:the|a|an|this|that|its|their|our)\s+(?:[\w’'.-]+\s+){0,3}?(?P<noun>[a-z]+)\b"
    r"(?=\s+(?!(?:of|and|or|in|for|on|to|at|by|from|with|that|who|which|as)\b)[a-z]+)",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(
    r"[A-Z][\w’'-]*(?:\s+(?:de|van|von|der|bin|al|la|del|di)(?=\s[A-Z]))?(?:\s+[A-Z][\w’'-]*)*"
)
_REACH = 120
_LONGEST_ROLE = 9
_MOST_MODIFIERS = 2


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A stretch of text that is a name, and what sort of bearer it has ("PERSON", "ORG", "GPE", "NORP")."""

    start: int
    end: int
    label: str


def find_mentions(
    text: str,
    lines: Sequence[Span],
    names: Sequence[NamedSpan],
    quotations: Sequence[Quotation],
    *,
    headlines: Sequence[Span] = (),
) -> Mentions:
    """Return the mentions of those `lines` of `text`, in order; `names` are in text order."""
    found = Mentions()
    for line in lines:
        here = _names_of(names, line)
        known = [*here, *_unlabelled(text, line, here, quotations)]
        for name in sorted(known, key=_start):
            found.names.append(_name_mention(text, line, name, quotations, line in headlines))
        found.pronouns.extend(_pronouns(text, line, quotations))
        found.things.extend(
            ThingMention(match.start(), match.end())
            for match in _THING.finditer(text, line.start, line.end)
            if _is_thing(match["noun"]) and inside(quotations, match.start()) is None
        )
    return found


def _start(name: NamedSpan) -> int:
    return name.start


def _names_of(names: Sequence[NamedSpan], line: Span) -> Sequence[NamedSpan]:
    first = bisect_right(names, line.start - 1, key=_start)
    return names[first : bisect_right(names, line.end - 1, key=_start)]


def _unlabelled(
    text: str, line: Span, known: Sequence[NamedSpan], quotations: Sequence[Quotation]
) -> Iterator[NamedSpan]:
    """Yield runs of capitalised words inside sentences that nobody labelled: they may be names as well."""
    for match in _CAPITALISED.finditer(text, line.start, line.end):
        before = text[line.start : match.start()].rstrip()
        opens = not before or before[-1] in '.!?:“”"‘—–…•' or inside(quotations, match.start()) is not None
        if opens or any(name.start < match.end() and match.start() < name.end for name in known):
            continue
        if not match.group().isupper() or len(match.group()) > 1:
            yield NamedSpan(match.start(), match.end(), "")


def _name_mention(
    text: str, line: Span, name: NamedSpan, quotations: Sequence[Quotation], is_headline: bool
) -> NameMention:
    start = _with_title(text, line, name)
    before = text[max(line.start, start - _REACH) : start]
    after = text[name.end : min(line.end, name.end + _REACH)]
    post = _POST_BEFORE.search(before)
    way = _WAY_BEFORE.search(before)
    return NameMention(
        start=start,
        end=name.end,
        text=text[start : name.end],
        label=name.label,
        role=_role(before, after) if name.label in ("PERSON", "") else "",
        is_subject=_is_subject(before, after),
        is_quoted=inside(quotations, name.start) is not None,
        is_place=bool(_PLACE_BEFORE.search(before)) or (way is not None and way[1].lower() in words("ways")),
        is_employer=post is not None and post[1].lower() in words("post_nouns"),
        is_headline=is_headline,
    )


def _with_title(text: str, line: Span, name: NamedSpan) -> int:
    start = name.start
    if name.label not in ("PERSON", ""):
        return start
    while match := _TITLE_BEFORE.search(text, max(line.start, start - 20), start):
        if not is_title(match[1]):
            break
        start = match.start(1)
    return start


def _is_subject(before: str, after: str) -> bool:
    if _VERB_BEFORE.search(before):
        return True
    return _PREPOSITION_BEFORE.search(before) is None and _PREDICATE.match(after) is not None


def _is_thing(noun: str) -> bool:
    return noun.lower() in words("organisation_nouns") or noun.lower() in words("document_nouns")


def _pronouns(text: str, line: Span, quotations: Sequence[Quotation]) -> Iterator[PronounMention]:
    for match in _PRONOUN.finditer(text, line.start, line.end):
        word = match.group().lower()
        owned = word == "her" and _POSSESSIVE_HER.match(text, match.end()) is not None
        yield PronounMention(
            match.start(),
            match.end(),
            pronoun_gender(word),
            is_subject=word in ("he", "she"),
            is_quoted=inside(quotations, match.start()) is not None,
            is_bound=owned or word in ("his", "hers", "herself", "himself"),
        )


def _role(before: str, after: str) -> str:
    """Return the words that say what the bearer of a name is; empty where the text says nothing nearby."""
    if found := _role_before(before):
        return found
    for match in (_ROLE_AFTER.match(after), _IS_ROLE.match(after)):
        if match is not None and (found := _as_role(match["role"])):
            return found
    match = _ROLE_WITH_COMMA.search(before)
    return _as_role(match["role"]) if match is not None and after[:1] in (",", ".", " ") else ""


def _role_before(before: str) -> str:
    parts = before.split()
    if not parts or before != before.rstrip() + " ":
        return ""
    first, modifiers, has_role = len(parts), 0, False
    while first > 0 and len(parts) - first < _LONGEST_ROLE:
        word = parts[first - 1]
        bare = word.casefold().removesuffix("'s").removesuffix("’s")
        if (not word[-1].isalnum() and not word.endswith((".", "’", "'"))) or word[0] in '“"‘(':
            break
        if word.endswith(".") and not is_title(word) and len(word) > 3:
            break
        if bare in words("roles"):
            has_role = True
        elif bare in words("role_breaks") or (not has_role and not word[0].isupper()):
            break
        elif not word[0].isupper() and bare not in words("role_modifiers"):
            modifiers += 1
            if modifiers > _MOST_MODIFIERS or bare.endswith(("ed", "ing", "ly")):
                break
        first -= 1
        if bare in words("determiners"):
            break
    return " ".join(parts[first:]) if has_role else ""


def _as_role(phrase: str) -> str:
    phrase = _ROLE_ENDS.split(phrase, maxsplit=1)[0]
    head = _BEFORE_PREPOSITION.split(phrase, maxsplit=1)[0]
    if not any(word.casefold().strip(".") in words("roles") for word in head.split()[-3:]):
        return ""
    return " ".join(phrase.split()[:_LONGEST_ROLE]).strip(" ,")
