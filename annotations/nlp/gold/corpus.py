"""The contract of every gold reader: what it returns, and how it says that it can't."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from annotations.choices import SpeakerKind
from annotations.nlp.scoring import KINDS

SPEAKER_KINDS = (*(kind.value for kind in SpeakerKind), "none")
_SHOWN = 20

# {"id", "text", "title", "attributions": [{"content", "cue", "source", "kind"?, "names"?, "speaker_kind"?}]}
GoldArticle = dict[str, Any]


class GoldError(Exception):
    """A corpus can't be read; the message names the file and, where there is one, the line."""


@dataclass(frozen=True, slots=True)
class GoldCorpus:
    """Articles with their gold claims.

    `notes` are full sentences about what was left out. `stated_kinds` says that the kinds are those of the
    desk, so that the pipeline's own kinds are the ones to compare them with. `desk_titles` says that a title
    may have been made of the text, as the desk does where none is given.
    """

    articles: list[GoldArticle]
    notes: tuple[str, ...] = ()
    stated_kinds: bool = False
    desk_titles: bool = False


@dataclass(frozen=True, slots=True)
class KnownText:
    """A text that is found by its hash, and what is known of its article."""

    text: str
    title: str = ""
    language: str = ""


TextsOf = Callable[[Collection[str]], Mapping[str, KnownText]]
"""SHA-256 hashes of texts in UTF-8 -> those texts that are at hand, under their hashes."""


def left_out(number: int, why: str, why_several: str) -> str:
    """Return the note that so many articles are left out."""
    if number == 1:
        return f"1 article is left out: {why}."
    return f"{number:,} articles are left out: {why_several}."


def undecided(number: int) -> str:
    """Return the note that so many articles are left out since the desk is not done with them."""
    why = "claims that nobody has decided"
    return left_out(number, f"it holds {why}", f"they hold {why}")


def all_wrong(problems: list[str]) -> GoldError:
    """Return the error that tells of several problems at once, so that they can be mended at once."""
    more = len(problems) - _SHOWN
    lines = problems[:_SHOWN] + ([f"and {more} more"] if more > 0 else [])
    return GoldError("\n".join(lines))


def checked_spans(value: Any, length: int, role: str) -> list[list[int]]:
    """Return spans as they are; raises ValueError, with what is wrong, where they do not fit a text."""
    if not isinstance(value, list):
        raise ValueError(f"the {role} is no list of [start, end]")
    for span in value:
        is_pair = isinstance(span, list) and len(span) == 2
        if not is_pair or not all(type(offset) is int for offset in span):
            raise ValueError(f"the {role} span {span} is no [start, end]")
        if not 0 <= span[0] < span[1] <= length:
            raise ValueError(f"the {role} span {span} does not fit the text of {length} characters")
    return value


def checked_kind(value: Any) -> str:
    """Return the kind of a claim as it is; raises ValueError where there is no such kind."""
    if value not in KINDS:
        raise ValueError(f"the kind {value!r} is none of {', '.join(KINDS)}")
    return str(value)


def checked_names(value: Any) -> list[str]:
    """Return names as they are; raises ValueError where they are no list of texts with words in them."""
    if not isinstance(value, list) or not all(isinstance(name, str) and name.strip() for name in value):
        raise ValueError("names is no list of names")
    return value


def checked_speaker_kind(value: Any) -> str:
    """Return the kind of a speaker as it is; raises ValueError where there is no such kind."""
    if value not in SPEAKER_KINDS:
        raise ValueError(f"the speaker's kind {value!r} is none of {', '.join(SPEAKER_KINDS)}")
    return str(value)
