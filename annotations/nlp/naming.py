"""Names as a text spells them, told by their capitals alone: for whoever types the beginning of one."""

import re
from collections.abc import Iterable

from annotations.nlp.lexicon import words
from annotations.nlp.names import parse_name
from annotations.nlp.words import WORD

_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:…\n])[\s\"“”‘’'«»(\[]*$")
# They join two names as often as the words of one: "Ann Lee and Bo Roe", "Leeds in May".
_BETWEEN_NAMES = frozenset({"and", "in", "on", "to"})
_LOOKS_BACK = 8  # code points: a stop, marks and spaces


def names_in(text: str) -> list[str]:
    """Return the runs of capitalised words, without titles and possessive endings, once each, in text order.

    The first word of a sentence is left out where the text has it in lower case too.
    """
    runs: list[list[re.Match[str]]] = []
    matches = list(WORD.finditer(text))
    in_lower_case = {match.group() for match in matches if match.group().islower()}
    for match in matches:
        is_capitalised = match.group()[0].isupper()
        last = runs[-1][-1] if runs else None
        if last and _goes_on(text, last, match) and (is_capitalised or _is_particle(match)):
            runs[-1].append(match)
        elif is_capitalised:
            runs.append([match])
    found = (_name(text, run, in_lower_case) for run in runs)
    return list(dict.fromkeys(name for name in found if name))


def _goes_on(text: str, last: re.Match[str], match: re.Match[str]) -> bool:
    between = text[last.end() : match.start()]
    is_initial = len(last.group()) == 1 and between == ". "
    return (between in {" ", " & "} or is_initial) and not _POSSESSIVE.search(last.group())


def _is_particle(match: re.Match[str]) -> bool:
    return match.group() in words("name_particles") - _BETWEEN_NAMES


def _name(text: str, run: list[re.Match[str]], in_lower_case: Iterable[str]) -> str:
    kept = list(run)
    starts_sentence = _SENTENCE_START.search(text[max(run[0].start() - _LOOKS_BACK, 0) : run[0].start()])
    if starts_sentence and run[0].group().casefold() in in_lower_case:
        kept = kept[1:]
    while kept and _is_particle(kept[-1]):
        kept.pop()
    return parse_name(text[kept[0].start() : kept[-1].end()]).text if kept else ""
