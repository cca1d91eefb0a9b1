"""Reading the words that say what somebody is: "the deputy prime minister of Ukraine", "his wife"."""

import re
from collections.abc import Iterator
from functools import lru_cache

from annotations.nlp.lexicon import abbreviations, words

_HEAD_ENDS = frozenset({"and", "who", "close", "familiar", "involved", "i", "we", "he", "she"})


@lru_cache(maxsize=4096)
def role_words(role: str) -> frozenset[str]:
    """Return the words of a role that tell roles apart: lower case, abbreviations spelt out, endings cut.

    "Ukrainian" and "Ukraine" are cut to the same stem, so that "the Ukrainian deputy PM" and "the deputy
    prime minister of Ukraine" agree.
    """
    found: set[str] = set()
    for word in role.replace("’s", "").replace("'s", "").replace("-", " ").split():
        bare = word.strip('.,()"“”').casefold()
        for part in abbreviations().get(bare, bare).split():
            if part and part not in words("determiners") and part not in words("name_particles"):
                found.add(_stem(part))
    return frozenset(found)


def office_words(role: str) -> frozenset[str]:
    """Return the words of a role that make another office of it: "vice", "deputy", "former"."""
    return role_words(role) & words("office_words")


def proper_words(role: str) -> frozenset[str]:
    """Return those words of a role with a capital that stand past its first word."""
    return role_words(" ".join(word for word in role.split()[1:] if word[:1].isupper()))


def gender_of_role(role: str) -> str:
    """Return "f" or "m" where the words of a role say so ("his wife", "chairman"), else an empty string."""
    found = set(genders_of_role(role))
    return found.pop() if len(found) == 1 else ""


def genders_of_role(role: str) -> Iterator[str]:
    """Yield "f" or "m" for every word of a role that tells it; whose wife someone is says nothing."""
    for word in role.casefold().replace(",", " ").replace("-", " ").split():
        if word in words("female_words"):
            yield "f"
        elif word in words("male_words"):
            yield "m"


def head_noun(text: str) -> str:
    """Return the head noun of a description in lower case: the word before its first preposition."""
    found = ""
    for word in text.split():
        bare = re.sub(r"['’]s?$", "", word.strip('.,;:()"“”')).casefold()
        if found and (bare in _HEAD_ENDS or bare in words("prepositions") or bare in words("participles")):
            break
        if word.endswith(("'s", "’s")):
            continue
        if bare:
            found = bare
    return found


def _stem(word: str) -> str:
    if word in words("roles") or word in words("office_words"):
        return word
    for ending in ("ian", "ean", "ese", "ish", "an", "ch", "ce", "ia", "e", "n", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
