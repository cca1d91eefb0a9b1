"""When two spellings of a name are the same name. Pure text: no Django, nothing of ours.

Two names are one where `normalise_name` gives them the same form. It is meant for exact comparison; who is
meant by "Trump" alone is decided elsewhere, from the article.
"""

import unicodedata
from functools import lru_cache

# Words before a name that say how somebody is addressed. Offices ("President") stay: they tell people apart.
TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "mister", "madam", "madame", "sir", "dame", "lord", "lady", "baron"}
    | {"baroness", "dr", "doctor", "prof", "professor", "rev", "revd", "reverend", "hon", "honourable", "the"}
)
APOSTROPHES = frozenset("'’‘ʼ`´′")


# An article says its names again and again.
@lru_cache(maxsize=4096)
def normalise_name(text: str) -> str:
    """Return the form under which `text` is compared; empty where it holds no letter or digit.

    Compatibility forms and case are folded (Unicode NFKC and full case folding), the possessive ending and
    titles and a "the" in front are taken off, punctuation becomes one space, apostrophes inside a word vanish
    ("O’Brien"), and letters that stand alone are joined ("J. K. Rowling" and "JK Rowling"). A title with
    nothing behind it stays. The form of a form is itself.
    """
    folded = _fold(text)
    words = _words(_without_possessive(folded))
    words = _with_initials_joined(words)
    while len(words) > 1 and words[0] in TITLES:
        words = _with_initials_joined(words[1:])
    return " ".join(words)


def surname(text: str) -> str:
    """Return the last word of the normalised name, which for most people of the news is the surname."""
    return normalise_name(text).rpartition(" ")[2]


def _fold(text: str) -> str:
    # Folding the case can bring back characters that NFKC would change, so it is done until nothing moves.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded if folded == text else _fold(folded)


def _without_possessive(text: str) -> str:
    end = len(text)
    while end and not _is_part_of_a_word(text[end - 1]):
        end -= 1
    trimmed = text[:end]
    if len(trimmed) > 2 and trimmed[-1] == "s" and trimmed[-2] in APOSTROPHES:
        return trimmed[:-2]
    return trimmed


def _words(text: str) -> list[str]:
    kept = (
        character if _is_part_of_a_word(character) else "" if _vanishes(character) else " "
        for character in text
    )
    return "".join(kept).split()


def _with_initials_joined(words: list[str]) -> list[str]:
    joined: list[str] = []
    run = False
    for word in words:
        is_initial = len(word) == 1 and word.isalpha()
        if is_initial and run:
            joined[-1] += word
        else:
            joined.append(word)
        run = is_initial
    return joined


def _is_part_of_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _vanishes(character: str) -> bool:
    """Apostrophes, and marks without a shape, such as joiners and the direction marks around Hebrew names."""
    return character in APOSTROPHES or unicodedata.category(character) == "Cf"
