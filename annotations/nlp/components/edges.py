"""Where a content begins and ends: whole quotations in, what belongs to the reporting sentence out."""

from collections.abc import Sequence

from spacy.tokens import Doc

from annotations.nlp.components import layers
from annotations.nlp.components.candidates import Candidate
from annotations.nlp.components.frames import Marked
from annotations.nlp.components.syntax import Stretch, characters, stripped
from annotations.nlp.quotations import inside

_JOINS = frozenset({",", "and", "or", "but", "&"})
_LONGEST_JOIN = 2
_GOES_ON = frozenset({"and", "or", "of", "for", "to", "who", ","})
_TIMES = frozenset({"DATE", "TIME"})


def whole_quotations(doc: Doc, stretch: Stretch, marks: Sequence[Marked]) -> Stretch:
    """Return `stretch` widened to whole quotations, and over the built-in ones strung onto its end."""
    start, end = stretch
    for mark in marks:
        if mark.stretch[0] < end and mark.stretch[1] > start:
            start, end = min(start, mark.stretch[0]), max(end, mark.stretch[1])
    ends = {mark.stretch[1] for mark in marks}
    for mark in marks:
        if mark.free or not 0 < mark.stretch[0] - end <= _LONGEST_JOIN or end not in ends:
            continue
        if _JOINS.issuperset(token.lower_ for token in doc[end : mark.stretch[0]]):
            end = mark.stretch[1]
    return start, end


def trimmed_clause(doc: Doc, stretch: Stretch, candidate: Candidate) -> Stretch:
    """Return `stretch` without the times and participles at its edges that belong to the reporting verb."""
    start, end = stretch
    start = _after_times(doc, start, end)
    if candidate.construction in ("ccomp", "xcomp-to", "dobj"):
        end = _before_participle(doc, start, end)
    if candidate.construction.startswith(("dobj", "pobj:as", "obj-pobj:as")):
        end = _after_quotation(
            doc, start, end, called="as" in candidate.construction or "oprd" in candidate.construction
        )
    trimmed = stripped(doc, (start, end))
    return trimmed if trimmed[0] < trimmed[1] else stretch


def _after_times(doc: Doc, start: int, end: int) -> int:
    """A time right after the cue says when it was said: "told them on Sunday that ..."."""
    position = start
    while position < end and (doc[position].ent_type_ in _TIMES or doc[position].dep_ == "npadvmod"):
        position += 1
    followed = doc[position].lower_ in ("that", "he", "she", "they", "it", "the") if position < end else False
    return position if followed else start


def _before_participle(doc: Doc, start: int, end: int) -> int:
    """A participle behind a comma at the end goes on with the reporter's own sentence."""
    quotations = layers.quotations(doc)
    for position in range(end - 1, start + 1, -1):
        token = doc[position]
        goes_on = token.tag_ == "VBG" and doc[position - 1].text == "," and token.dep_ in ("advcl", "acl")
        if goes_on and inside(quotations, token.idx) is None:
            return position - 1
    return end


def _after_quotation(doc: Doc, start: int, end: int, *, called: bool) -> int:
    """What someone is called ends with the quotation marks around it; "which ..." never belongs to it."""
    span = characters(doc, (start, end))
    closing = [q.end for q in layers.quotations(doc) if span.start <= q.start and q.end < span.end]
    if not closing:
        return end
    position = end
    while position > start and doc[position - 1].idx >= closing[-1]:
        position -= 1
    following = doc[position].lower_ if position < end else ""
    if following == "which" or (called and following not in _GOES_ON):
        return position
    return end
