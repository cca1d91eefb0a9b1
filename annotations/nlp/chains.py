"""Which sources hang on the same chain as one that was corrected: the same pronoun, role or surname.

Correcting who "he" is answers the next "he" as well, unless the text has named somebody else meanwhile. Only
sources that were taken for the same speaker are compared; that the resolution kept them together is the
evidence that they are one chain.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotations.choices import MentionForm, SpeakerKind
from annotations.names import normalise_name
from annotations.nlp.forms import mention_form
from annotations.nlp.mentions import pronoun_gender
from annotations.nlp.names import parse_name

_PEOPLE = frozenset({SpeakerKind.PERSON, SpeakerKind.UNNAMED})
_DEFINITE = frozenset({"the", "my", "our", "his", "her", "its", "their"})
_OTHER_PRONOUNS = {"they": "they", "them": "they", "it": "it"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A claim's source: where it stands, in code points, and its words."""

    claim_id: int
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Link:
    """What ties references together: their form, and the part of their words that they share."""

    form: MentionForm
    shared: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where people are named around the corrected claim, in text order, and what the right one is called.

    `names` holds the starts of all people named but the right one, `other_antecedents` those after which a
    pronoun means somebody else: the speaker whom the pipeline took for the right one, or anybody where it
    left that open.
    """

    names: Sequence[int]
    other_antecedents: Sequence[int]
    kind_of_right: SpeakerKind
    words_of_right: frozenset[str]


def link_of(words: str) -> Link | None:
    """Return what would tie a source of these words to others, None where nothing would.

    Pronouns are tied by gender and number, definite descriptions by their words, names by their last word.
    """
    form = mention_form(words)
    folded = words.strip().casefold()
    shared = ""
    if form == MentionForm.PRONOUN:
        shared = pronoun_gender(folded) or _OTHER_PRONOUNS.get(folded, "")
    elif form == MentionForm.NOMINAL:
        first, _, rest = folded.partition(" ")
        shared = normalise_name(rest) if first in _DEFINITE else ""
    elif core := parse_name(words.partition(",")[0]).core:
        shared = normalise_name(core[-1])
    return Link(form, shared) if shared else None


def hanging_on(corrected: Reference, others: Iterable[Reference], around: Surroundings) -> list[int]:
    """Return the ids of the claims among `others` that hang on the chain of the corrected one.

    All of them were taken for the same speaker. A pronoun hangs on the same pronoun as long as that speaker
    is not named in between; he and she also on a name or role before them where nobody else is. A role hangs
    on the same words, a surname on the same surname, where the right speaker bears it: else the correction
    was not about who bears the name.
    """
    link = link_of(corrected.words)
    if link is None:
        return []
    return [other.claim_id for other in others if _hangs(corrected, link, other, around)]


def _hangs(corrected: Reference, link: Link, other: Reference, around: Surroundings) -> bool:
    theirs = link_of(other.words)
    if theirs is None:
        return False
    if theirs == link:
        if link.form == MentionForm.PRONOUN:
            return not _any_between(around.other_antecedents, corrected.start, other.start)
        if link.form == MentionForm.NOMINAL:
            # One article may have several polls, and "the poll" is each of them in turn.
            return around.kind_of_right != SpeakerKind.DOCUMENT
        return link.shared in around.words_of_right
    is_he_or_she = theirs.form == MentionForm.PRONOUN and theirs.shared in {"m", "f"}
    if link.form == MentionForm.PRONOUN or not is_he_or_she or around.kind_of_right not in _PEOPLE:
        return False
    if link.form == MentionForm.NAME and link.shared not in around.words_of_right:
        return False
    return corrected.end <= other.start and not _any_between(around.names, corrected.end, other.start)


def _any_between(starts: Sequence[int], one: int, other: int) -> bool:
    low, high = sorted((one, other))
    return bisect_left(starts, high) > bisect_right(starts, low)
