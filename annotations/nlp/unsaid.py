"""What nobody said: the names of things, in quotation marks, that an extractor took for speech.

Pure: reads triples and quotations, whoever found them. Its lists are in `resources/unsaid.json`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from annotations.nlp.draft import Span
from annotations.nlp.lexicon import words
from annotations.nlp.quotations import Quotation, touching
from annotations.nlp.triples import Triple

_RESOURCE = Path(__file__).parent / "resources" / "unsaid.json"
# A longer quotation is a sentence that somebody said.
_LONGEST_NAME = 6
# Titles leave words as short as this small: "Girl With a Broom", "Queen of the North".
_SHORT_WORD = 3
_LONGEST_TIE = 20
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
# Words that name no source: articles, and what is left of "so-called".
_NOBODY = frozenset({"a", "an", "the", "so"})
_ACCORDING = re.compile(r"according to", re.IGNORECASE)
_OWN = frozenset({"his", "her", "its", "their"})
_SPEAKERS = ("roles", "organisation_nouns", "group_nouns", "document_nouns")
_WORD_BEFORE = re.compile(r"[\w-]*-$")


@cache
def _list(name: str) -> frozenset[str]:
    lists: dict[str, str] = json.loads(_RESOURCE.read_text(encoding="utf-8"))
    return frozenset(lists[name].split())


def without_unsaid(
    text: str, triples: Iterable[Triple], quotations: Sequence[Quotation]
) -> tuple[Triple, ...]:
    """Return the triples without those whose short quotations are names of things and nobody's words."""
    return tuple(triple for triple in triples if not _is_unsaid(text, triple, quotations))


def _is_unsaid(text: str, triple: Triple, quotations: Sequence[Quotation]) -> bool:
    if _is_measure(text, triple):
        return True
    quoted = [
        text[quotation.start : quotation.end]
        for span in triple.content
        for quotation in touching(quotations, span)
    ]
    if not quoted or any(len(quotation.split()) > _LONGEST_NAME for quotation in quoted):
        return False
    cue = [word.casefold() for span in triple.cue for word in _WORD.findall(_whole(text, span))]
    source = {word.casefold() for span in triple.source for word in _WORD.findall(span.of(text))}
    if source <= _NOBODY and _gives_name(cue, quoted):
        return True
    deed = _deed(cue)
    if deed & _list("counted_deeds"):
        # "Recalled" is said of memories too; what is counted is a thing.
        return triple.content[0].of(text)[:1].isdigit() and all(map(_is_capitalised, quoted))
    return bool(deed & _list("deeds"))


def _is_measure(text: str, triple: Triple) -> bool:
    """Say whether "according to" names a measure and nobody: "in line according to their height"."""
    if not _ACCORDING.fullmatch(" ".join(span.of(text) for span in triple.cue)) or not triple.source:
        return False
    source = triple.source[0].of(text).casefold().split()
    return len(source) == 2 and source[0] in _OWN and not any(source[1] in words(name) for name in _SPEAKERS)


def _whole(text: str, span: Span) -> str:
    """Return the words of a cue with what a hyphen ties to the first: an extractor cuts "so-called"."""
    before = _WORD_BEFORE.search(text, max(0, span.start - _LONGEST_TIE), span.start)
    return text[before.start() if before else span.start : span.end]


def _gives_name(cue: Sequence[str], quoted: Iterable[str]) -> bool:
    """Say that a cue gives a thing its name: "a ship called “Hope”" does, "was called “unfit”" judges."""
    if not _list("names").isdisjoint(cue):
        return True
    return len(cue) == 1 and cue[0] in _list("names_or_judges") and all(map(_is_capitalised, quoted))


def _is_capitalised(quotation: str) -> bool:
    found = _WORD.findall(quotation)
    if not found or not found[0][0].isupper():
        return False
    return all(word[0].isupper() for word in found if len(word) > _SHORT_WORD)


def _deed(cue: Sequence[str]) -> frozenset[str]:
    """Return the forms that the only telling word of a cue may have come from; none where it has more."""
    telling = [word for word in cue if word not in _list("light") and not word.endswith("ly")]
    return frozenset(_stems(telling[0])) if len(telling) == 1 else frozenset()


def _stems(word: str) -> Iterator[str]:
    yield word
    for ending in ("s", "es", "d", "ed", "ing"):
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            yield stem
            if ending == "ing":
                yield f"{stem}e"
            if ending in ("ed", "ing") and stem[-2:-1] == stem[-1:]:
                yield stem[:-1]
