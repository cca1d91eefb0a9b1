"""Labelled names made whole, and names that the labels miss: initials, nicknames, acronyms, broken words."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from annotations.nlp.draft import Span
from annotations.nlp.lexicon import mostly_borne_by, words
from annotations.nlp.name_roles import ROLE_AFTER, as_role
from annotations.nlp.names import is_title
from annotations.nlp.quotations import Quotation, inside

_UPPER = r"[A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽ]"
_CAPITALISED = re.compile(
    rf"\b{_UPPER}[\w’'-]*(?:\s+(?:de|da|dos|van|von|der|bin|al|la|del|di)(?=\s{_UPPER}))?"
    rf"(?:[ ]+{_UPPER}[\w’'-]*)*"
)
_INITIALS_BEFORE = re.compile(r"(?<![\w.])(?:[A-Z][\w’'-]+ )?(?:[A-Z]\. ?){1,2}$")
_ACRONYM_AFTER = re.compile(r"\s\(([A-Z][A-Za-z&]*[A-Z])\)")
_WORD = re.compile(r"[^\W_][\w’'.&-]*")
# A surname that was cut off: "Aung Min Suu" before "Lay".
_LAST_PART = re.compile(
    r" (?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"[A-Z][a-z’'-]+(?=[\s,.;:)]|$)(?! [A-Z])"
)
_MORE_OF_NAME = re.compile(r" [A-Z][a-z]+s?\b(?! [A-Z]\.)")
_LAST_ASCII = 127
_MARKS = "“”‘’«»„…—–•―\u00a0\u2009\u202f"
_SMALL_WORD = 3
_TITLE_SHARE = 0.85
_LONGEST_PERSON = 3
_QUOTED_NICKNAME = re.compile(
    rf"(?P<first>{_UPPER}[\w.’'-]+) [“\"‘'(](?P<nickname>{_UPPER}[\w.’'-]+)[”\"’')] "
    rf"(?P<last>{_UPPER}[\w’'-]+)"
)
_REACH = 120


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A stretch of text that is a name, and what sort of bearer it has ("PERSON", "ORG", "GPE", "NORP")."""

    start: int
    end: int
    label: str


def start_of_name(name: NamedSpan) -> int:
    """Return where a name starts, to sort and to search by."""
    return name.start


def repaired(text: str, names: Sequence[NamedSpan], headlines: Sequence[Span]) -> Iterator[NamedSpan]:
    """Yield the names with whole words, people's with their initials, bodies' as their acronyms say."""
    nicknamed = (NamedSpan(*match.span(), "PERSON") for match in _QUOTED_NICKNAME.finditer(text))
    spelt_out = sorted([*_spelt_out(text), *nicknamed], key=start_of_name)
    people = {text[name.start : name.end] for name in names if name.label == "PERSON"}
    found: list[NamedSpan] = []
    position = 0
    for name in names:
        start, end = _whole_word(text, name.start, name.end)
        if name.label == "PERSON" and (match := _INITIALS_BEFORE.search(text, max(0, start - 40), start)):
            start = match.start()
        while position < len(spelt_out) and spelt_out[position].end <= start:
            found.append(spelt_out[position])
            position += 1
        covering = position < len(spelt_out) and spelt_out[position].start < end
        if covering or not text[start:end].strip() or text[start:end].casefold() == "the":
            continue
        label = name.label
        if found and start < found[-1].end:
            # Two labels met inside one word that a wrong encoding broke.
            before = found.pop()
            start, label = before.start, before.label if label != "PERSON" else label
        if label == "PERSON" and any(line.start <= start < line.end for line in headlines):
            end = start + len(_known_beginning(text[start:end], people))
        elif label == "PERSON" and " " not in text[start:end] and _MORE_OF_NAME.match(text, end):
            # "Pell Grants": the name of a thing called after somebody.
            label = ""
        elif (
            label == "PERSON" and (match := _LAST_PART.match(text, end)) and _is_free(names, end, match.end())
        ):
            end = match.end()
        if start < end:
            found.append(NamedSpan(start, end, label))
    found.extend(spelt_out[position:])
    yield from sorted(found, key=start_of_name)


def _is_free(names: Sequence[NamedSpan], start: int, end: int) -> bool:
    index = bisect_right(names, start, key=start_of_name)
    return index == len(names) or names[index].start >= end


def is_set_as_title(text: str, line: Span) -> bool:
    """Say whether nearly every longer word of a line has a capital, as in a repeated headline."""
    long = [
        match.group()
        for match in _WORD.finditer(text, line.start, line.end)
        if len(match.group()) > _SMALL_WORD
    ]
    capitals = sum(word[0].isupper() for word in long)
    return len(long) > _SMALL_WORD and capitals >= _TITLE_SHARE * len(long)


def _known_beginning(name: str, people: Collection[str]) -> str:
    """Return what a headline's name keeps without a verb taken for a part of it ("Ann Lee Slams")."""
    parts = name.split()
    for count in range(2, len(parts)):
        if " ".join(parts[:count]) in people:
            return " ".join(parts[:count])
    return name


def _whole_word(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a name's edges moved out to those of its words, where a label or a broken letter cut one."""
    while start > 0 and _inside_word(text, start - 1) and _inside_word(text, start):
        start -= 1
    while (
        end < len(text) and (_inside_word(text, end) or text[end - 1] == "-") and _inside_word(text, end - 1)
    ):
        if text[end] in "'’" or text[end].isspace():
            break
        end += 1
    while end > start and not text[end - 1].isalnum() and text[end - 1] not in ".)":
        end -= 1
    return start, end


def _inside_word(text: str, index: int) -> bool:
    character = text[index]
    # What a wrong encoding leaves of an accented letter is a sign or control character between letters.
    return (
        character.isalnum() or character == "-" or (ord(character) > _LAST_ASCII and character not in _MARKS)
    )


def _spelt_out(text: str) -> Iterator[NamedSpan]:
    """Yield the names of bodies whose acronym follows: "Alliance to Reclaim Our Schools (AROS)"."""
    for match in _ACRONYM_AFTER.finditer(text):
        letters = [letter for letter in match[1] if letter.isupper()]
        parts = list(_WORD.finditer(text, max(0, match.start() - _REACH), match.start()))
        first = len(parts)
        while first > 0 and letters:
            first -= 1
            word = parts[first].group()
            if word[0].upper() == letters[-1] and (word[0].isupper() or len(word) > _SMALL_WORD):
                letters.pop()
            elif (
                word[0].isupper()
                or len(word) > _SMALL_WORD
                or "\n" in text[parts[first].end() : match.start()]
            ):
                break
        if not letters and first < len(parts) - 1:
            yield NamedSpan(parts[first].start(), match.start(), "ORG")


def unlabelled(
    text: str, line: Span, known: Sequence[NamedSpan], quotations: Sequence[Quotation]
) -> Iterator[NamedSpan]:
    """Yield runs of capitalised words inside sentences that nobody labelled: they may be names as well."""
    position = 0
    for match in _CAPITALISED.finditer(text, line.start, line.end):
        while position < len(known) and known[position].end <= match.start():
            position += 1
        if position < len(known) and known[position].start < match.end():
            continue
        word = match.group()
        before = text[max(line.start, match.start() - 3) : match.start()].rstrip()
        opens = not before or before[-1] in '.!?:“”"‘—–…•' or inside(quotations, match.start()) is not None
        if (opens and not _looks_like_person(text, match)) or is_title(word):
            continue
        if word.casefold() in words("time_words"):
            continue
        if not word.isupper() or len(word) > 1:
            yield NamedSpan(match.start(), match.end(), "")


def _looks_like_person(text: str, match: re.Match[str]) -> bool:
    """Say whether a run of capitals that opens a sentence is a full name by its first word or its role."""
    parts = match.group().split()
    if not 1 < len(parts) <= _LONGEST_PERSON or any(
        part.casefold() in words("determiners") for part in parts
    ):
        return False
    if mostly_borne_by(parts[0]):
        return True
    role = ROLE_AFTER.match(text, match.end())
    return role is not None and bool(as_role(role["role"]))
