"""Component that finds the claims of one paragraph by rules over quotations and parse.

Quotations that stand free find their cue first; then clauses, outermost first; then quotations that
stand inside a sentence and that no clause took; last, free quotations without a cue join the claim before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc

from annotations.nlp.components import layers
from annotations.nlp.components.candidates import Candidate, candidates
from annotations.nlp.components.cues import share_of_claims
from annotations.nlp.components.edges import trimmed_clause, whole_quotations
from annotations.nlp.components.frames import SCARE_WORDS, Marked, choose, frame_candidates, marked
from annotations.nlp.components.openings import introduction
from annotations.nlp.components.syntax import Stretch, characters
from annotations.nlp.draft import Span
from annotations.nlp.quotations import inside
from annotations.nlp.set_speech import transcript_line
from annotations.nlp.triples import Triple

# A wrong suggestion costs a keystroke, a missed claim many: suggest what is right two times in five, and a
# clause that holds a quotation, which is hardly ever nobody's, a little earlier.
LEAST_SHARE = 0.4
_LEAST_SHARE_QUOTED = 0.33
_SURE_CLAUSE = 0.5


@dataclass(slots=True)
class _Found:
    candidate: Candidate | None
    share: float
    content: list[Stretch] = field(default_factory=list)


@dataclass(slots=True)
class _Paragraph:
    """One paragraph on its way: what is found so far and which tokens are content already."""

    doc: Doc
    marks: list[Marked]
    clauses: list[tuple[Candidate, float]]
    found: list[_Found] = field(default_factory=list)
    by_head: dict[int, _Found] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def add(self, candidate: Candidate, share: float, content: Iterable[Stretch]) -> None:
        """Add content to the claim of the candidate's cue, made if new."""
        item = self.by_head.get(candidate.head)
        if item is None:
            item = self.by_head[candidate.head] = _Found(candidate, share)
            self.found.append(item)
        for stretch in content:
            item.content.append(stretch)
            self.taken.update(range(*stretch))

    def is_taken(self, stretches: Iterable[Stretch]) -> bool:
        """Say whether any token of `stretches` is content already."""
        return any(token in self.taken for stretch in stretches for token in range(*stretch))


class ClaimFinder:
    """Finds claims; `least_share` is the lowest share of claims that a cue may have in its construction."""

    def __init__(self, *, least_share: float = LEAST_SHARE) -> None:
        self.least_share = least_share

    def __call__(self, doc: Doc) -> Doc:
        """Leave the triples of `doc` in text order."""
        line = transcript_line(doc.text, Span(0, len(doc.text)))
        doc.user_data[layers.TRIPLES] = (line,) if line is not None else self._triples(doc)
        return doc

    def _triples(self, doc: Doc) -> tuple[Triple, ...]:
        quotations = layers.quotations(doc)
        marks = marked(doc, quotations)
        clauses = []
        for candidate in candidates(doc):
            share = share_of_claims(candidate.construction, candidate.lemma)
            least = (
                min(self.least_share, _LEAST_SHARE_QUOTED)
                if _holds_quotation(candidate, marks)
                else self.least_share
            )
            if share >= least and inside(quotations, doc[candidate.head].idx) is None:
                clauses.append((candidate, share))
        paragraph = _Paragraph(doc, marks, list(_outermost_first(clauses)))
        waiting = _take_free_quotations(paragraph)
        _take_clauses(paragraph)
        _take_built_in_quotations(paragraph)
        waiting = _join_claims_before(paragraph, waiting)
        triples = [_triple(doc, item) for item in paragraph.found]
        triples += [_triple(doc, _Found(None, 0.0, [mark.stretch])) for mark in waiting]
        opening = introduction(doc) if not quotations else None
        if opening is not None and not any(triple.cue == opening.cue for triple in triples):
            triples.append(opening)
        return tuple(sorted(triples, key=_start))


def _holds_quotation(candidate: Candidate, marks: Sequence[Marked]) -> bool:
    return any(
        mark.stretch[0] < end and mark.stretch[1] > start
        for mark in marks
        for start, end in candidate.content
    )


def _take_free_quotations(paragraph: _Paragraph) -> list[Marked]:
    """Give each free quotation to its cue; return those without one."""
    quotations = layers.quotations(paragraph.doc)
    waiting: list[Marked] = []
    for mark in paragraph.marks:
        if not mark.free:
            continue
        best = choose(list(frame_candidates(paragraph.doc, mark, quotations)))
        clause = None if best is None else _clause_around(paragraph, best[0], mark)
        if best is not None and clause is not None:
            if _is_announced(paragraph.doc, clause, mark):
                paragraph.add(_after_colon(clause, mark), best[1], [mark.stretch])
        elif best is not None:
            before = [mark.stretch]
            if waiting and waiting[-1].stretch[1] == mark.stretch[0] and not paragraph.by_head:
                before = [*(other.stretch for other in waiting), mark.stretch]
                waiting.clear()
            paragraph.add(*best, before)
        elif best is None and mark.words > SCARE_WORDS:
            waiting.append(mark)
    return waiting


def _clause_around(paragraph: _Paragraph, candidate: Candidate, mark: Marked) -> Candidate | None:
    """Return the clause that holds the cue before a quotation: what someone is said to have said."""
    if candidate.head >= mark.stretch[0]:
        return None
    for clause, share in paragraph.clauses:
        holds = any(start <= candidate.head < end for start, end in clause.content)
        if share >= _SURE_CLAUSE and clause.head < candidate.head and holds:
            reaches = any(end >= mark.stretch[0] for _, end in clause.content)
            return clause if reaches or _is_announced(paragraph.doc, clause, mark) else None
    return None


def _is_announced(doc: Doc, clause: Candidate, mark: Marked) -> bool:
    """Say whether a colon leads from a finished clause to the quotation: 'said he could not go: "..."'."""
    end = max(end for _, end in clause.content)
    return end < mark.stretch[0] and doc[end : mark.stretch[0]].text.strip() == ":"


def _after_colon(clause: Candidate, mark: Marked) -> Candidate:
    colon = max(end for _, end in clause.content)
    return Candidate(colon, ":", "announced", (mark.stretch,), (colon, colon + 1), clause.source)


def _take_clauses(paragraph: _Paragraph) -> None:
    doc = paragraph.doc
    # Participles cut off a clause, with the source of the clause's cue: it is they who go on.
    released: list[tuple[Stretch, Stretch | None]] = []
    for candidate, share in paragraph.clauses:
        if candidate.head in paragraph.by_head:
            continue
        if paragraph.is_taken(candidate.content):
            continue
        trimmed = [trimmed_clause(doc, stretch, candidate) for stretch in candidate.content]
        content = [whole_quotations(doc, stretch, paragraph.marks) for stretch in trimmed]
        if paragraph.is_taken(content):
            continue
        source = next((s for (start, end), s in released if start <= candidate.head < end), candidate.source)
        paragraph.add(replace(candidate, source=source), share, content)
        released += [
            ((short[1], long[1]), candidate.source)
            for short, long in zip(trimmed, candidate.content, strict=True)
            if short[1] < long[1]
        ]


def _take_built_in_quotations(paragraph: _Paragraph) -> None:
    doc = paragraph.doc
    for mark in paragraph.marks:
        if mark.free or paragraph.is_taken([mark.stretch]):
            continue
        best = choose(list(frame_candidates(doc, mark, layers.quotations(doc))))
        if best is None:
            continue
        candidate, share = best
        stretch = whole_quotations(doc, mark.stretch, paragraph.marks)
        if candidate.cue[1] < stretch[0] and share_of_claims("ccomp", candidate.lemma) >= _SURE_CLAUSE:
            # The parse missed the clause that this cue reports; it runs from the cue to the quotation.
            wide = (candidate.cue[1], stretch[1])
            if not paragraph.is_taken([wide]) and "," not in doc[wide[0] : stretch[0]].text:
                stretch = wide
        if not paragraph.is_taken([stretch]):
            paragraph.add(candidate, share, [stretch])


def _join_claims_before(paragraph: _Paragraph, waiting: Sequence[Marked]) -> list[Marked]:
    """Add free quotations without a cue to the claim that stands before them; return those with none."""
    left = []
    for mark in waiting:
        before = [
            item
            for item in paragraph.found
            if item.content and min(item.content)[0] < mark.stretch[0] and _can_go_on(paragraph.doc, item)
        ]
        if before and not paragraph.is_taken([mark.stretch]):
            last = max(before, key=_last_start)
            last.content.append(mark.stretch)
        elif not before:
            left.append(mark)
    return left


def _can_go_on(doc: Doc, item: _Found) -> bool:
    return any(
        quotation.start < characters(doc, stretch).end and quotation.end > characters(doc, stretch).start
        for quotation in layers.quotations(doc)
        for stretch in item.content
    )


def _last_start(item: _Found) -> int:
    return max(start for start, _ in item.content)


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


def _triple(doc: Doc, item: _Found) -> Triple:
    content = tuple(characters(doc, stretch) for stretch in sorted(item.content))
    candidate = item.candidate
    if candidate is None:
        return Triple(content, (), (), "quotation")
    cue = characters(doc, candidate.cue)
    source = () if candidate.source is None else (characters(doc, candidate.source),)
    return Triple(content, (cue,), source, candidate.construction, candidate.lemma, round(item.share, 3))


def _start(triple: Triple) -> tuple[int, int]:
    first = (triple.content or triple.cue)[0]
    return first.start, first.end
