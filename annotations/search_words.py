"""Words as they are searched for: how a text is taken apart, and what somebody asks for. Pure: no Django.

Both databases get words that were made here, so that they find the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# A letter or digit with what follows it, accents that stand as characters of their own among it.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_PART = re.compile(r"[^\W_]+")
_ASKED = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]|([^\s\"“”„«»]+)")
LONGEST = 40  # characters of a word; what follows is not looked at
# From so many letters on a word finds longer ones that begin with it; fewer begin half of all words.
BEGINS_FROM = 3
MOST_TERMS = 10
MOST_ASKED = 200  # characters


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or several that follow each other; `begins` says that a word may go on after it."""

    words: tuple[str, ...]
    begins: bool = False

    def fits(self, word: str) -> bool:
        """Say whether the word is one of the term's."""
        return word.startswith(self.words[0]) if self.begins else word in self.words


def words_in(text: str) -> Iterator[str]:
    """Yield the words of a text in order, with case, accents and compatibility forms folded."""
    for match in _WORD.finditer(text):
        yield from _folded(match[0])


def asked(text: str) -> tuple[Term, ...]:
    """Return what somebody asks for; nothing where there is no letter or digit in it.

    Words in quotation marks follow each other and are whole, like those that punctuation holds together
    ("e-mail"). All else that may be an operator elsewhere is punctuation here.
    """
    terms = []
    for quoted, bare in _ASKED.findall(text[:MOST_ASKED]):
        words = tuple(words_in(quoted or bare))
        if words:
            begins = not quoted and len(words) == 1 and len(words[0]) >= BEGINS_FROM
            terms.append(Term(words, begins))
    return tuple(terms[:MOST_TERMS])


def highlighted(text: str, terms: tuple[Term, ...]) -> list[tuple[str, bool]]:
    """Return the text in pieces, each with whether it is a word that was asked for."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _fitting(text, terms):
        if match.start() > end:
            pieces.append((text[end : match.start()], False))
        pieces.append((match[0], True))
        end = match.end()
    return [*pieces, (text[end:], False)] if end < len(text) else pieces


def passage(text: str, terms: tuple[Term, ...], *, around: int = 100) -> str:
    """Return the text around the first word that was asked for, cut at words; empty where there is none."""
    match = next(_fitting(text, terms), None)
    if match is None:
        return ""
    start = max(0, match.start() - around)
    stop = match.end() + around
    cut = text[start:stop]
    if start:
        cut = "… " + cut.partition(" ")[2]
    if stop < len(text):
        cut = cut.rpartition(" ")[0] + " …"
    return " ".join(cut.split())


def _fitting(text: str, terms: tuple[Term, ...]) -> Iterator[re.Match[str]]:
    """Yield where the text has a word that was asked for."""
    for match in _WORD.finditer(text):
        if any(term.fits(word) for term in terms for word in _folded(match[0])):
            yield match


def _folded(word: str) -> list[str]:
    if word.isascii():  # nearly every word, and nothing in it but letters and digits
        return [word.lower()[:LONGEST]]
    apart = unicodedata.normalize("NFKD", word).casefold()
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(sign))
    return [part[:LONGEST] for part in _PART.findall(bare)]
