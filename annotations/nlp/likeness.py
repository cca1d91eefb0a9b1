"""Why two names may be one bearer's, over a whole desk: forms, slips, initials, short forms, first letters.

Pure comparisons of two names. Which of many names are worth comparing is decided in `likely_pairs`; who is
who within one article in `directory`.
"""

import unicodedata

from rapidfuzz.distance import OSA

from annotations.choices import Likeness
from annotations.names import normalise_name
from annotations.nlp.lexicon import forename_groups, mostly_borne_by
from annotations.nlp.names import initials, is_misspelling, parse_name

# Words that say in which form a body is registered, and "and", which some write and some leave out.
LEGAL_FORMS = frozenset(
    {"inc", "incorporated", "ltd", "limited", "llc", "llp", "plc", "corp", "corporation", "co", "company"}
    | {"ag", "gmbh", "sa", "nv", "bv", "ab", "oy", "spa", "pty"}
)
# Fewer letters than these stand for too many names.
LETTERS_OF_AN_ACRONYM = 3
LETTERS_OF_A_NAME = 3


class Form:
    """One form of a name as the desk has it, taken apart once, since each is compared with many.

    `pk` is its own id, `owner` whose it is; `is_main` says that it is the owner's own name, not another that
    it goes by. `words` are those of the core in lower case, without accents, hyphens as breaks.
    """

    def __init__(self, pk: int, owner: int, text: str, *, is_person: bool, is_main: bool = True) -> None:
        self.pk, self.owner, self.text = pk, owner, text
        self.is_person, self.is_main = is_person, is_main
        self.normalised = normalise_name(text)
        self.name = parse_name(text)
        self.words = tuple(normalise_name(_plain(" ".join(self.name.core))).split()) if self.name.core else ()
        self.squeezed = "".join(word for word in self.words if word != "and")
        self.is_full = is_person and len(self.words) > 1 and self.name.is_full
        self.first = self.words[0] if self.words else ""
        self.last = self.words[-1] if self.words else ""
        self.middle = self.words[1:-1]

    def unincorporated(self) -> tuple[str, ...]:
        """Return the words of a body's name without those that say in which form it is registered."""
        return tuple(word for word in self.words if word not in LEGAL_FORMS) or self.words

    def letters(self) -> frozenset[str]:
        """Return the acronyms that a body's name may have: of its capitalised words, and of all of them."""
        core = self.name.core
        if len(core) < LETTERS_OF_AN_ACRONYM:
            return frozenset()
        found = {initials(core).casefold(), "".join(word[0] for word in core).casefold()}
        return frozenset(some for some in found if len(some) >= LETTERS_OF_AN_ACRONYM)

    def acronym(self) -> str:
        """Return the name in lower case where it is an acronym itself, else an empty string."""
        bare = self.name.text.replace(".", "")
        is_one = " " not in bare and bare.isupper() and len(bare) >= LETTERS_OF_AN_ACRONYM
        return bare.casefold() if is_one else ""


def likeness_of(one: Form, other: Form) -> Likeness | None:
    """Return what makes the two forms look like one bearer's, None where nothing does.

    A person is never likened to a body by anything but the very same name.
    """
    if not one.words or not other.words or _differ_by_title(one, other):
        return None
    if one.normalised == other.normalised:
        return Likeness.SAME_NAME
    if one.is_person != other.is_person:
        return None
    if one.squeezed == other.squeezed and _same_suffix(one, other):
        is_title = one.name.text.casefold() == other.name.text.casefold()
        return Likeness.TITLE if is_title else Likeness.SPELLING
    return _of_people(one, other) if one.is_person else _of_bodies(one, other)


def contradict(one: Form, other: Form) -> bool:
    """Say whether two full names of one surname can't be one person's: their forenames differ."""
    if not (one.is_full and other.is_full and one.last == other.last):
        return False
    return likeness_of(one, other) is None


def are_forenames(*words: str) -> bool:
    """Say whether each word is a forename that people are known to bear, so that none is a slip."""
    return all(mostly_borne_by(word) or word in forename_groups() for word in words)


def stands_for(letters: str, form: Form) -> bool:
    """Say whether a name's first word is the initial, or the initials, of the forenames of another."""
    if (
        len(letters) > LETTERS_OF_A_NAME
        or len(form.first) < LETTERS_OF_A_NAME
        or letters in forename_groups()
    ):
        return False
    return letters == form.first[0] or letters == "".join(word[0] for word in (form.first, *form.middle))


def _of_people(one: Form, other: Form) -> Likeness | None:
    if not (one.is_full and other.is_full and _same_suffix(one, other)):
        return None
    if one.last == other.last:
        return _of_one_surname(one, other)
    if sorted(one.words) == sorted(other.words):
        return Likeness.WORD_ORDER
    if one.first == other.first and _middles_agree(one, other) and is_misspelling(one.last, other.last):
        return _slips(one.last, other.last)
    return None


def _of_one_surname(one: Form, other: Form) -> Likeness | None:
    a, b = one.first, other.first
    if a == b:
        return Likeness.MIDDLE_NAME if _middles_agree(one, other) else None
    # "Tip O'Neill" and "Thomas Tip O'Neill", "J. Edgar Hoover" and "Edgar Hoover".
    if (len(b) >= LETTERS_OF_A_NAME and b in one.middle) or (
        len(a) >= LETTERS_OF_A_NAME and a in other.middle
    ):
        return Likeness.MIDDLE_NAME
    if b in forename_groups().get(a, ()):
        return Likeness.SHORT_FORM if _middles_agree(one, other) else None
    if stands_for(a, other) or stands_for(b, one):
        return Likeness.INITIAL
    if is_misspelling(a, b) and not are_forenames(a, b) and _middles_agree(one, other):
        return _slips(a, b)
    return None


def _is_middle(word: str, form: Form) -> bool:
    return len(word) >= LETTERS_OF_A_NAME and word in form.middle


def _middles_agree(one: Form, other: Form) -> bool:
    """Say whether the middle names can be one person's: either has none, or one begins as the other."""
    return all(
        a.startswith(b) or b.startswith(a) or b in forename_groups().get(a, ())
        for a, b in zip(one.middle, other.middle, strict=False)
    )


def _differ_by_title(one: Form, other: Form) -> bool:
    """Say whether the titles tell the two apart: "Mr Lee" is not "Mrs Lee"."""
    return bool(one.name.gender and other.name.gender) and one.name.gender != other.name.gender


def _same_suffix(one: Form, other: Form) -> bool:
    """Say whether both or neither is a "Jr."; of father and son one often goes without."""
    return one.name.suffix.casefold().rstrip(".") == other.name.suffix.casefold().rstrip(".")


def _of_bodies(one: Form, other: Form) -> Likeness | None:
    if one.unincorporated() == other.unincorporated():
        return Likeness.LEGAL_FORM
    if one.acronym() in other.letters() or other.acronym() in one.letters():
        return Likeness.ACRONYM
    differing = [(a, b) for a, b in zip(one.words, other.words, strict=False) if a != b]
    if len(one.words) == len(other.words) and len(differing) == 1 and _is_slip_in_a_body(*differing[0]):
        return _slips(*differing[0])
    return Likeness.PART if _is_part(one.words, other.words) or _is_part(other.words, one.words) else None


def _is_slip_in_a_body(one: str, other: str) -> bool:
    """Say whether one word is a slip for the other; "Korean" is none for "Korea"."""
    return is_misspelling(one, other) and not (one.startswith(other) or other.startswith(one))


def _is_part(words: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Say whether the words, two at least, are the other name but for its first or its last."""
    return len(words) > 1 and words in {whole[:-1], whole[1:]}


def _slips(one: str, other: str) -> Likeness:
    return Likeness.SLIP if OSA.distance(one, other) == 1 else Likeness.SLIPS


def _plain(text: str) -> str:
    """Return the text without the marks above and below its letters."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
