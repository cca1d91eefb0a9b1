"""Where a text names people and bodies and what it says of them: mentions without a parse.

Takes the names from whoever labelled them; what stands around a name in the text says whether it is a
subject, a place or an employer, and which role its bearer has.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from annotations.nlp.draft import Span
from annotations.nlp.lexicon import mostly_borne_by, words
from annotations.nlp.mentions import Mentions, NameMention, PronounMention, ThingMention, pronoun_gender
from annotations.nlp.names import is_title
from annotations.nlp.quotations import Quotation, inside

_UPPER = r"[A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽ]"
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
_OFFICE_BEFORE = re.compile(
    r"(?P<role>(?:(?:[A-Z][\w.’'-]+|the|former|acting|deputy|vice)\s+){0,3}"
    r"(?:[Ss]ecretary|[Mm]inister|[Dd]irector|[Cc]hief|[Hh]ead|[Ss]peaker|[Mm]ember)\s+of\s+(?:the\s+)?"
    r"(?:[A-Z][\w’'-]+|state|defen[cs]e)(?:\s+[A-Z][\w’'-]+){0,2})\s+$"
)
# Small words between an article and a name say what its bearer is, whatever they are: "the horse trainer".
_CALLING_BEFORE = re.compile(
    r"(?:^|[\s“\"(])(?P<role>(?:the|The|a|A|an|An|his|His|her|Her|their|Their|its|Its)\s+(?:[a-z][a-z-]+\s+){0,3}[a-z-]{3,}"
    r"(?<!\bof)(?<!\bfor)(?<!\band)(?<!\bthat)(?<!\bwith)(?<!\bfrom)(?<!\bsaid)(?<!\bsays)(?<!\btold)(?<!\bwhen)(?<!ed))\s+$"
)
_OWN_BEFORE = re.compile(
    r"(?:^|[\s“\"(])(?<![Ii]n )(?<![Aa]t )(?<![Tt]o )(?<![Oo]f )(?<![Ff]or )(?<![Oo]n )(?<![Ww]ith )"
    r"(?<![Ff]rom )(?<![Bb]y )"
    r"(?P<role>(?:his|His|her|Her|their|Their|its|Its)\s+(?:[a-z][\w-]*\s+){0,2}[a-z][\w-]*),\s+$"
)
_IS_ROLE = re.compile(r"\s+(?:is|was|has\s+been|became)\s+(?P<role>(?:a|an|the)\s+[^,;:.()“”\"—–\n]{3,90})")
_ROLE_WITH_COMMA = re.compile(
    r"(?<!\b(?:in|at|on|of|to)\s)\b(?P<role>(?:the|a|an|his|her|its|their)\s+[^,;:.()“”\"—–\n]{3,70}),\s+$",
    re.IGNORECASE,
)
_ROLE_ENDS = re.compile(
    r"\s+(?:who|which|that|when|where|whose|and|but|said|says|told|has|had|is|was|were)\b"
)
_BEFORE_PREPOSITION = re.compile(r"\s+(?:of|for|at|in|from|to|with|on|under|against|by)\b")
_DETERMINER = re.compile(
    r"\b(?:the|a|an|this|that|its|their|our|my|his|her|some|several|many|those|these|one)\s+", re.IGNORECASE
)
_LONGEST_THING = 4
_THINGS = ("organisation_nouns", "document_nouns", "group_nouns", "roles")
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
    headlines = [*headlines, *(line for line in lines if _is_set_as_title(text, line))]
    names = list(_repaired(text, names, headlines))
    for line in lines:
        here = _names_of(names, line)
        known = [*here, *_unlabelled(text, line, here, quotations)]
        named = [
            _name_mention(text, line, name, quotations, line in headlines)
            for name in sorted(known, key=_start)
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


def _start(name: NamedSpan) -> int:
    return name.start


def _names_of(names: Sequence[NamedSpan], line: Span) -> Sequence[NamedSpan]:
    first = bisect_right(names, line.start - 1, key=_start)
    return names[first : bisect_right(names, line.end - 1, key=_start)]


def _repaired(text: str, names: Sequence[NamedSpan], headlines: Sequence[Span]) -> Iterator[NamedSpan]:
    """Yield the names with whole words, people's with their initials, bodies' as their acronyms say."""
    nicknamed = (NamedSpan(*match.span(), "PERSON") for match in _QUOTED_NICKNAME.finditer(text))
    spelt_out = sorted([*_spelt_out(text), *nicknamed], key=_start)
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
    yield from sorted(found, key=_start)


def _is_free(names: Sequence[NamedSpan], start: int, end: int) -> bool:
    index = bisect_right(names, start, key=_start)
    return index == len(names) or names[index].start >= end


def _is_set_as_title(text: str, line: Span) -> bool:
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


def _unlabelled(
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
    role = _ROLE_AFTER.match(text, match.end())
    return role is not None and bool(_as_role(role["role"]))


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
        role=_role(text[max(line.start, name.start - _REACH) : name.start], before, after)
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


def _role(up_to_name: str, before: str, after: str) -> str:
    """Return the words that say what the bearer of a name is; empty where the text says nothing nearby."""
    if found := _role_before(up_to_name):
        return found
    for match in (_ROLE_AFTER.match(after), _IS_ROLE.match(after)):
        if match is not None and (found := _as_role(match["role"])):
            return found
    if (match := _OWN_BEFORE.search(before)) and after[:1] in (",", ".", " "):
        return match["role"]
    match = _ROLE_WITH_COMMA.search(before)
    return _as_role(match["role"]) if match is not None and after[:1] in (",", ".", " ") else ""


def _role_before(before: str) -> str:
    for pattern in (_OFFICE_BEFORE, _CALLING_BEFORE):
        if match := pattern.search(before):
            return match["role"]
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
        if is_title(bare) and bare.rstrip(".") in words("abbreviated_titles"):
            if bare.rstrip(".") in words("gendered_titles"):
                break
            has_role = True
        elif bare in words("roles"):
            has_role = True
        elif bare in words("role_breaks") or (not has_role and not word[0].isupper()):
            break
        elif not word[0].isupper() and bare not in words("role_modifiers"):
            modifiers += 1
            if modifiers > _MOST_MODIFIERS or bare.endswith(("ed", "ing", "ly")):
                break
        if not has_role and first < len(parts):
            # The role's own noun stands right before the name, or before "general" and its like.
            return ""
        first -= 1
        if bare in words("determiners"):
            break
    return " ".join(parts[first:]) if has_role else ""


def _as_role(phrase: str) -> str:
    phrase = _ROLE_ENDS.split(phrase.strip(), maxsplit=1)[0]
    first = phrase.split(maxsplit=1)[0].casefold() if phrase.strip() else ""
    if first in words("role_breaks") and first not in ("who", "a", "an", "the"):
        return ""
    head = _BEFORE_PREPOSITION.split(phrase, maxsplit=1)[0].split()
    # Past a role's own noun only "general", "elect" and their like follow: "attorney general".
    if not head or not any(word.casefold().strip(".’'") in words("roles") for word in head[-2:]):
        return ""
    return " ".join(phrase.split()[:_LONGEST_ROLE]).strip(" ,")
