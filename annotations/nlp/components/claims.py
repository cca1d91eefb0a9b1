"""Component that finds the claims of one paragraph by rules over quotations and parse.

Quotations that stand free find their cue first; then clauses, outermost first; then quotations that
stand inside a sentence and that no clause took.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from annotations.nlp.components import layers
from annotations.nlp.components.candidates import Candidate, candidates
from annotations.nlp.components.cues import share_of_claims
from annotations.nlp.components.frames import SCARE_WORDS, Marked, choose, frame_candidates, marked
from annotations.nlp.components.syntax import Stretch, characters
from annotations.nlp.quotations import inside
from annotations.nlp.triples import Triple

# A claim is worth suggesting from about half the F-score that the rules reach.
_LEAST_SHARE = 0.33


@dataclass(slots=True)
class _Found:
    candidate: Candidate | None
    share: float
    content: list[Stretch] = field(default_factory=list)


class ClaimFinder:
    """Finds claims; `least_share` is the lowest share of claims that a cue may have in its construction."""

    def __init__(self, *, least_share: float = _LEAST_SHARE) -> None:
        self.least_share = least_share

    def __call__(self, doc: Doc) -> Doc:
        """Leave the triples of `doc` in text order."""
        marks = marked(doc, layers.quotations(doc))
        found = self._from_free_quotations(doc, marks)
        found += self._from_clauses(doc, found)
        found += self._from_built_in_quotations(doc, marks, found)
        triples = [_triple(doc, item) for item in found]
        doc.user_data[layers.TRIPLES] = tuple(sorted(triples, key=_start))
        return doc

    def _from_free_quotations(self, doc: Doc, marks: Sequence[Marked]) -> list[_Found]:
        quotations = layers.quotations(doc)
        found: list[_Found] = []
        by_head: dict[int, _Found] = {}
        waiting: list[Marked] = []
        for mark in marks:
            if not mark.free:
                continue
            best = choose(list(frame_candidates(doc, mark, quotations)))
            if best is None:
                if mark.words <= SCARE_WORDS:
                    continue
                if found and found[-1].candidate is not None and not waiting:
                    found[-1].content.append(mark.stretch)
                else:
                    waiting.append(mark)
                continue
            candidate, share = best
            item = by_head.get(candidate.head)
            if item is None:
                item = by_head[candidate.head] = _Found(candidate, share)
                found.append(item)
                item.content.extend(other.stretch for other in waiting)
                waiting.clear()
            item.content.append(mark.stretch)
        found.extend(_Found(None, 0.0, [mark.stretch]) for mark in waiting)
        return found

    def _from_clauses(self, doc: Doc, earlier: Sequence[_Found]) -> list[_Found]:
        quotations = layers.quotations(doc)
        used = {item.candidate.head for item in earlier if item.candidate is not None}
        taken = _Taken()
        for item in earlier:
            taken.add(item.content)
        options = []
        for candidate in candidates(doc):
            share = share_of_claims(candidate.construction, candidate.lemma)
            if share >= self.least_share and inside(quotations, doc[candidate.head].idx) is None:
                options.append((candidate, share))
        found = []
        for candidate, share in _outermost_first(options):
            if candidate.head in used or taken.holds(candidate.head) or taken.overlaps(candidate.content):
                continue
            used.add(candidate.head)
            content = [_whole_quotations(doc, stretch) for stretch in candidate.content]
            taken.add(content)
            found.append(_Found(candidate, share, content))
        return found

    def _from_built_in_quotations(
        self, doc: Doc, marks: Sequence[Marked], earlier: Sequence[_Found]
    ) -> list[_Found]:
        quotations = layers.quotations(doc)
        taken = _Taken()
        for item in earlier:
            taken.add(item.content)
        by_head = {item.candidate.head: item for item in earlier if item.candidate is not None}
        found: list[_Found] = []
        for mark in marks:
            if mark.free or taken.overlaps([mark.stretch]):
                continue
            best = choose(list(frame_candidates(doc, mark, quotations)))
            if best is None:
                continue
            candidate, share = best
            item = by_head.get(candidate.head)
            if item is None:
                item = by_head[candidate.head] = _Found(candidate, share)
                found.append(item)
            item.content.append(mark.stretch)
        return found


class _Taken:
    """Tokens that are content already."""

    def __init__(self) -> None:
        self._tokens: set[int] = set()

    def add(self, stretches: Iterable[Stretch]) -> None:
        for start, end in stretches:
            self._tokens.update(range(start, end))

    def holds(self, token: int) -> bool:
        return token in self._tokens

    def overlaps(self, stretches: Iterable[Stretch]) -> bool:
        return any(token in self._tokens for start, end in stretches for token in range(start, end))


def _outermost_first(options: list[tuple[Candidate, float]]) -> Iterator[tuple[Candidate, float]]:
    """Yield the options so that none comes before one whose content holds its cue."""
    # Of the readings of one cue the likeliest counts; a longer content is further out.
    best: dict[int, tuple[Candidate, float]] = {}
    for candidate, share in options:
        if candidate.head not in best or share > best[candidate.head][1]:
            best[candidate.head] = candidate, share
    yield from sorted(best.values(), key=_extent)


def _extent(option: tuple[Candidate, float]) -> tuple[int, int]:
    content = option[0].content
    return -sum(end - start for start, end in content), option[0].head


def _whole_quotations(doc: Doc, stretch: Stretch) -> Stretch:
    """Return `stretch` widened so that it does not end inside a quotation that it enters."""
    span = characters(doc, stretch)
    start, end = stretch
    for quotation in layers.quotations(doc):
        if quotation.end <= span.start or quotation.start >= span.end:
            continue
        while (
            start > 0 and doc[start].idx > quotation.start >= doc[0].idx and quotation.start >= span.start - 2
        ):
            start -= 1
        while end < len(doc) and doc[end].idx < quotation.end:
            end += 1
    return start, end


def _triple(doc: Doc, item: _Found) -> Triple:
    content = tuple(characters(doc, stretch) for stretch in sorted(item.content))
    candidate = item.candidate
    if candidate is None:
        return Triple(content, (), (), "quotation")
    cue = characters(doc, candidate.cue)
    source = () if candidate.source is None else (characters(doc, candidate.source),)
    return Triple(content, (cue,), source, candidate.construction, candidate.lemma, round(item.share, 3))


def _start(triple: Triple) -> tuple[int, int]:
    return triple.content[0].start, triple.content[0].end
