"""Where a text names people and bodies and what it says of them: mentions without a parse.

Takes the names from whoever labelled them; what stands around a name in the text says whether it is a
subject, a place or an employer, and which role its bearer has.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from annotations.nlp.draft import Span
from annotations.nlp.lexicon import words
from annotations.nlp.mentions import Mentions, NameMention, PronounMention, ThingMention, pronoun_gender
from annotations.nlp.name_repair import NamedSpan, is_set_as_title, repaired, start_of_name, unlabelled
from annotations.nlp.name_roles import role_around
from annotations.nlp.names import is_title
from annotations.nlp.quotations import Quotation, inside

_PRONOUN = re.compile(r"\b(?:she|her|hers|herself|he|him|his|himself)\b", re.IGNORECASE)
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
_DETERMINER = re.compile(
    r"\b(?:the|a|an|this|that|its|their|our|my|his|her|some|several|many|those|these|one)\s+", re.IGNORECASE
)
_LONGEST_THING = 4
_THINGS = ("organisation_nouns", "document_nouns", "group_nouns", "roles")
_WORD = re.compile(r"[^\W_][\w’'.&-]*")
_REACH = 120


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
    headlines = [*headlines, *(line for line in lines if is_set_as_title(text, line))]
    names = list(repaired(text, names, headlines))
    for line in lines:
        here = _names_of(names, line)
        known = [*here, *unlabelled(text, line, here, quotations)]
        named = [
            _name_mention(text, line, name, quotations, line in headlines)
            for name in sorted(known, key=start_of_name)
        ]
        found.names.extend(
            replace(name, is_subject=False)
            if following is not None and _is_part_of_role(name, following)
            else name
            for name, following in itertools.zip_longest(named, named[1:])
        )
        found.pronouns.extend(_pronouns(text, line, quotations))
        found.things.extend(_things(text, line, quotations))
    return found


def _is_part_of_role(name: NameMention, following: NameMention) -> bool:
    """Say whether a name only says whose "spokesman Bo Roe" the next one is."""
    return bool(following.role) and following.start - name.start <= len(following.role) + 1


def _names_of(names: Sequence[NamedSpan], line: Span) -> Sequence[NamedSpan]:
    first = bisect_right(names, line.start - 1, key=start_of_name)
    return names[first : bisect_right(names, line.end - 1, key=start_of_name)]


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
        role=role_around(text[max(line.start, name.start - _REACH) : name.start], before, after)
        if name.label in ("PERSON", "") and not is_headline
        else "",
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


def _things(text: str, line: Span, quotations: Sequence[Quotation]) -> Iterator[ThingMention]:
    """Yield the nameless subjects: "the water board said", "my mother laughed"."""
    for match in _DETERMINER.finditer(text, line.start, line.end):
        end = _end_of_thing(text, match.end(), line.end)
        if end is not None and inside(quotations, match.start()) is None:
            yield ThingMention(match.start(), end)


def _end_of_thing(text: str, start: int, end: int) -> int | None:
    """Return where a phrase from `start` ends that a verb follows; None where its head is no such thing."""
    parts = list(itertools.islice(_WORD.finditer(text, start, min(end, start + _REACH)), _LONGEST_THING + 1))
    for part, following in itertools.pairwise(parts):
        if text[part.end() : following.start()].strip():
            return None
        verb = following.group()
        if _is_thing(part.group()) and not _is_thing(verb):
            return part.end() if verb[0].islower() and verb not in words("no_verbs") else None
    return None


def _is_thing(word: str) -> bool:
    return any(word in words(name) for name in _THINGS)


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
