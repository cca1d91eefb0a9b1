"""Whether a speaker's name is one that the gold accepts.

Names are compared in the form of `annotations.names`. A group or somebody left without a name has none but
the words of the article, so there "officials" and "city officials" are the same; "Trump supporters" and
"Trump" are not, since the heads of the two differ.
"""

from collections.abc import Iterable, Sequence

from annotations.names import normalise_name
from annotations.nlp.scoring.lists import listed

DESCRIBED_KINDS = frozenset({"group", "unnamed"})


def is_right_name(given: str | None, accepted: Sequence[str], speaker_kind: str) -> bool:
    """Say whether `given` is one of the accepted names; where none is accepted, nobody must be given."""
    if not accepted or not given:
        return not accepted and not given
    words = _words(given)
    if any(words == _words(name) for name in accepted):
        return True
    return speaker_kind in DESCRIBED_KINDS and any(_is_same_head(words, _words(name)) for name in accepted)


def _words(name: str) -> list[str]:
    words = normalise_name(name).split()
    while len(words) > 1 and words[0] in listed("determiners"):
        words = words[1:]
    return words


def _is_same_head(one: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether one description holds the words of the other and both have the same head."""
    holds = set(one) <= set(other) or set(other) <= set(one)
    return holds and bool(one) and bool(other) and _head(one) == _head(other)


def _head(words: Iterable[str]) -> str:
    """Return the last word before a preposition or relative pronoun that has one before it."""
    head = ""
    for word in words:
        if head and word in listed("after_head"):
            break
        head = word
    return head
