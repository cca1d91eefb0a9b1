"""Reading a person's or body's name: its title, its core, and whether two names can be one bearer's.

Pure comparisons of two names; who is who in an article is decided in `directory`.
"""

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from annotations.nlp.lexicon import forename_groups, words

_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_TOKEN = re.compile(r"[^\s,;:()\[\]\"“”‘]+")
# Below these lengths a letter's difference makes another name.
_ONE_SLIP_LENGTH = 5
_TWO_SLIPS_LENGTH = 7


@dataclass(frozen=True, slots=True)
class Name:
    """A name without title and possessive; `title` in lower case, `suffix` like "Jr."."""

    core: tuple[str, ...]
    title: str = ""
    suffix: str = ""

    @property
    def text(self) -> str:
        """The name as people read it, without its title."""
        return " ".join((*self.core, self.suffix) if self.suffix else self.core)

    @property
    def last(self) -> str:
        """The last word in lower case: a person's surname, as far as English news goes."""
        return self.core[-1].casefold()

    @property
    def first(self) -> str:
        """The first word in lower case."""
        return self.core[0].casefold()

    @property
    def is_full(self) -> bool:
        """Whether the name has a forename before its surname."""
        return len(self.core) > 1 and self.core[0].casefold() not in words("name_particles")

    @property
    def gender(self) -> str:
        """What the title says: "f", "m" or empty. Never told from a forename."""
        return title_gender(self.title)


def title_gender(title: str) -> str:
    """Return "f" or "m" where a title says so, else an empty string."""
    if title in words("female_titles"):
        return "f"
    return "m" if title in words("male_titles") else ""


def is_title(word: str) -> bool:
    """Say whether `word` is a title before a name, with or without its full stop."""
    bare = word.rstrip(".").casefold()
    return bare in words("titles") or bare in words("male_titles") or bare in words("female_titles")


def parse_name(text: str) -> Name:
    """Split a name into title, core and suffix; the core is empty where nothing else is left."""
    parts = [_POSSESSIVE.sub("", part) for part in _TOKEN.findall(text)]
    # An ampersand belongs to a body's name; other signs are only the text's punctuation.
    parts = [part for part in parts if part == "&" or any(character.isalpha() for character in part)]
    while parts and parts[-1] == "&":
        parts.pop()
    while parts and parts[0] == "&":
        parts.pop(0)
    title = ""
    while len(parts) > 1 and is_title(parts[0]):
        # "Sir" or "Mr" tells more than "Dr"; the first that tells a gender is kept.
        bare = parts.pop(0).rstrip(".").casefold()
        title = title if title_gender(title) else bare
    if parts and parts[0].casefold() == "the":
        parts.pop(0)
    suffix = ""
    if len(parts) > 1 and parts[-1].rstrip(".").casefold() in words("suffixes"):
        suffix = parts.pop()
    return Name(tuple(parts), title, suffix)


def is_misspelling(first: str, second: str) -> bool:
    """Say whether one word is probably a slip for the other: long, same initial, one or two letters off."""
    a, b = first.casefold(), second.casefold()
    if a == b or not a or not b or a[0] != b[0]:
        return False
    shorter = min(len(a), len(b))
    # A plural or possessive s makes another word, not a slip.
    if a.rstrip("s") == b.rstrip("s"):
        return False
    allowed = 2 if shorter >= _TWO_SLIPS_LENGTH else 1 if shorter >= _ONE_SLIP_LENGTH else 0
    # Restricted Damerau-Levenshtein distance: letters changed, gone, come, or swapped with a neighbour.
    return OSA.distance(a, b, score_cutoff=allowed) <= allowed


def same_forename(first: str, second: str) -> bool:
    """Say whether two forenames can be one person's: equal, an initial, or short and full form."""
    a, b = first.casefold().rstrip("."), second.casefold().rstrip(".")
    if a == b:
        return True
    if (len(a) == 1 or len(b) == 1) and a[:1] == b[:1]:
        return True
    return b in forename_groups().get(a, frozenset())


def same_full_name(first: Name, second: Name) -> bool:
    """Say whether two full names can be one person's: middle names, nicknames and slips allowed."""
    if first.gender and second.gender and first.gender != second.gender:
        return False
    if first.last == second.last:
        return same_forename(first.core[0], second.core[0]) or is_misspelling(first.core[0], second.core[0])
    return first.first == second.first and is_misspelling(first.last, second.last)


def initials(core: tuple[str, ...]) -> str:
    """Return the initials of a name's capitalised words ("ISW")."""
    return "".join(word[0] for word in core if word[0].isupper())


def is_acronym_of(word: str, core: tuple[str, ...]) -> bool:
    """Say whether `word` is the acronym of a body's name."""
    bare = word.replace(".", "")
    return len(bare) > 1 and bare.isupper() and len(core) > 1 and bare == initials(core)
