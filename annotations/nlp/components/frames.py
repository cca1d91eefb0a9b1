"""Quotations and the cue beside them: "...", she said; he told reporters: "...".

Works on the words around a quotation, its frame, since the parse of a sentence that holds a long
quotation is often wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from annotations.nlp.components.candidates import Candidate, lemma_of, source_stretch
from annotations.nlp.components.cues import share_of_claims
from annotations.nlp.components.syntax import (
    Stretch,
    cue_stretch,
    is_verb,
    sentence_start,
    stripped,
    subject,
)
from annotations.nlp.quotations import Quotation, inside

SCARE_WORDS = 3
_SENTENCE_END = frozenset(".!?")
_RIGHT_REACH = 30
_LEFT_REACH = 45
_MINIMUM = 0.4
_NEAR = 5
_LONGEST_SIGNATURE = 12
DASHES = frozenset({"—", "–", "-", "--", "―"})


@dataclass(frozen=True, slots=True)
class Marked:
    """A quotation with its tokens and whether it stands free, not built into the sentence around it."""

    quotation: Quotation
    stretch: Stretch
    words: int
    free: bool


def marked(doc: Doc, quotations: Sequence[Quotation]) -> list[Marked]:
    """Return the quotations of `doc` as stretches of tokens."""
    found = []
    starts = [token.idx for token in doc]
    position = 0
    for quotation in quotations:
        while position < len(starts) and starts[position] + len(doc[position].text) <= quotation.start:
            position += 1
        end = position
        while end < len(starts) and starts[end] < quotation.end:
            end += 1
        if end > position:
            stretch = (position, end)
            words = sum(1 for token in doc[position:end] if token.text[0].isalnum())
            found.append(Marked(quotation, stretch, words, _is_free(doc, stretch)))
        position = end
    return found


def _is_free(doc: Doc, stretch: Stretch) -> bool:
    start, end = stretch
    before = _solid(doc, start - 1, -1)
    after = _solid(doc, end, 1)
    text = doc[start:end].text.strip("“”\"'`‘’ ")
    ends_off = text[-1:] in ",.?!—–-…" or after is None or after.text[0] in ",—–―-.?!;:…" or after.is_quote
    if before is None or before.text[-1] in ".?!" or before.is_quote:
        return ends_off
    if before.text in (":",):
        return True
    capital = text[:1].isupper() or text[:1] in "…[.I"
    if before.text == "," or before.text in DASHES:
        return ends_off and (capital or end - start > 6)
    return (
        capital
        and ends_off
        and (before.pos_ == "VERB" or before.lower_ in ("that", "as", "tweeted"))
        and end - start > 5
    )


def _solid(doc: Doc, index: int, step: int) -> Token | None:
    while 0 <= index < len(doc):
        if not doc[index].is_space:
            return doc[index]
        index += step
    return None


def right_frame(doc: Doc, mark: Marked, marks: Sequence[Quotation]) -> Stretch:
    """Return the words after a quotation, up to the sentence's end or the next quotation."""
    start = end = mark.stretch[1]
    while end < len(doc) and end - start < _RIGHT_REACH:
        token = doc[end]
        if token.text in _SENTENCE_END or inside(marks, token.idx) is not None:
            break
        end += 1
    return start, end


def left_frame(doc: Doc, mark: Marked, marks: Sequence[Quotation]) -> Stretch:
    """Return the words before a quotation, back to the sentence's start or the quotation before."""
    start = end = mark.stretch[0]
    while start > 0 and end - start < _LEFT_REACH:
        token = doc[start - 1]
        if token.text in _SENTENCE_END or inside(marks, token.idx) is not None:
            break
        start -= 1
    return start, end


def frame_candidates(doc: Doc, mark: Marked, marks: Sequence[Quotation]) -> Iterator[Candidate]:
    """Yield the cues that a quotation's frame offers, each with the quotation as its content."""
    right = right_frame(doc, mark, marks)
    left = left_frame(doc, mark, marks)
    kind = "free" if mark.free else "built-in" if mark.words > SCARE_WORDS else "scare"
    verbs = [token for token in doc[right[0] : right[1]] if _can_report(token)]
    for order, verb in enumerate(verbs[:2]):
        near = "near" if verb.i - right[0] <= _NEAR else str(order + 1)
        yield _candidate(doc, mark, verb, f"{kind}-right-{near}", right)
    if mark.free:
        yield from _signature(doc, mark, right)
    delimiter = _solid(doc, mark.stretch[0] - 1, -1)
    sign = delimiter.text if delimiter is not None and delimiter.text in (":", ",") else "none"
    verbs = [token for token in doc[left[0] : left[1]] if _can_report(token)]
    for order, verb in enumerate(reversed(verbs[-3:])):
        yield _candidate(doc, mark, verb, f"{kind}-left-{sign}-{order + 1}", left)
    if sign == ":" and delimiter is not None:
        yield from _colon(doc, mark, delimiter, left)


def _can_report(token: Token) -> bool:
    """Say whether a verb may be a cue: no participle that only describes a noun ("the acting mayor")."""
    return is_verb(token) and token.dep_ != "amod"


def _candidate(doc: Doc, mark: Marked, verb: Token, construction: str, frame: Stretch) -> Candidate:
    return Candidate(
        verb.i,
        lemma_of(verb),
        construction,
        (mark.stretch,),
        cue_stretch(verb),
        frame_source(doc, verb, frame),
    )


def frame_source(doc: Doc, verb: Token, frame: Stretch) -> Stretch | None:
    """Return the source of a reporting verb: its subject by the parse, else the noun phrase beside it."""
    head = subject(verb)
    if head is not None and frame[0] <= head.i < frame[1]:
        start, end = source_stretch(head, verb)
        start, end = max(start, frame[0]), min(end, frame[1])
        bare = stripped(doc, (start, end))
        if start < end and bare[0] < bare[1]:
            return bare
    after = _noun_phrase(doc, verb.i + 1, frame[1])
    before = None if verb.i == frame[0] else _noun_phrase_before(doc, verb.i, frame[0])
    beside = before or after
    if beside is not None or head is None or sentence_start(head) != sentence_start(verb):
        return beside
    return source_stretch(head, verb)


def _is_time(token: Token) -> bool:
    return token.ent_type_ in ("DATE", "TIME")


def _is_name_part(token: Token) -> bool:
    if _is_time(token):
        return False
    return token.pos_ in ("PROPN", "PRON", "NOUN", "DET", "ADJ", "NUM") or token.dep_ in (
        "compound",
        "poss",
        "case",
    )


def _noun_phrase(doc: Doc, start: int, limit: int) -> Stretch | None:
    end = start
    while end < limit and _is_name_part(doc[end]):
        end += 1
    return (start, end) if end > start else None


def _noun_phrase_before(doc: Doc, end: int, limit: int) -> Stretch | None:
    while end > limit and (doc[end - 1].pos_ in ("ADV", "AUX", "PART") or _is_time(doc[end - 1])):
        end -= 1
    start = end
    if start > limit and doc[start - 1].text == ")":
        # "Rep. Ann Lee (D-Ohio) said"
        while start > limit and doc[start - 1].text != "(":
            start -= 1
        start = max(limit, start - 1)
    while start > limit and _is_name_part(doc[start - 1]):
        start -= 1
    return (start, end) if end > start else None


def _colon(doc: Doc, mark: Marked, colon: Token, frame: Stretch) -> Iterator[Candidate]:
    """A name or a noun before a colon: 'Ann Lee: "..."', 'her answer: "..."'."""
    before = stripped(doc, (frame[0], colon.i))
    words = doc[before[0] : before[1]]
    named = len(words) <= 12 and any(token.pos_ in ("PROPN", "PRON") for token in words)
    if before[0] < before[1] and not any(token.pos_ == "VERB" for token in words):
        yield Candidate(
            colon.i, ":", "free-colon", (mark.stretch,), (colon.i, colon.i + 1), before if named else None
        )


def _signature(doc: Doc, mark: Marked, frame: Stretch) -> Iterator[Candidate]:
    """A name after a dash that ends the paragraph: '"..." - Ann Lee'."""
    start, end = frame
    while start < end and doc[start].is_space:
        start += 1
    if start == end or doc[start].text not in DASHES or any(not t.is_space for t in doc[end : len(doc)]):
        return
    name = stripped(doc, (start + 1, end))
    if name[0] < name[1] and name[1] - name[0] <= _LONGEST_SIGNATURE and doc[name[0]].text[0].isupper():
        yield Candidate(start, "-", "free-signature", (mark.stretch,), (start, start + 1), name)


def choose(options: Sequence[Candidate]) -> tuple[Candidate, float] | None:
    """Return the likeliest of a quotation's cues with its share of claims; None where none is likely."""
    best = None
    for option in options:
        share = share_of_claims(option.construction, option.lemma)
        if share >= _MINIMUM and (best is None or share > best[1]):
            best = option, share
    return best
