"""Claims of an article from the triples of its paragraphs: what runs over a paragraph's end is joined here.

Pure: reads triples and quotations, whoever found them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from annotations.nlp.draft import Span
from annotations.nlp.quotations import Quotation
from annotations.nlp.triples import INTRODUCTION, Triple


@dataclass(frozen=True, slots=True)
class ParagraphTriples:
    """The triples of one paragraph, with offsets into the article."""

    paragraph: Span
    triples: tuple[Triple, ...]


def assemble(
    text: str, parts: Iterable[ParagraphTriples], quotations: Sequence[Quotation]
) -> tuple[Triple, ...]:
    """Return the article's triples in text order, none without a cue left waiting where a neighbour has one.

    A quotation that goes on in the next paragraph is one claim; a paragraph that is a quotation without
    a cue goes to the direct claim before it, else to the one after it.
    """
    state = _Assembly(text, quotations)
    for part in parts:
        state.add(part)
    return state.finish()


class _Assembly:
    """The claims so far, and what the last paragraph left open."""

    def __init__(self, text: str, quotations: Sequence[Quotation]) -> None:
        self.text = text
        self.continued = {quotation.end for quotation in quotations if quotation.continues}
        self.ends = {quotation.end for quotation in quotations}
        self.done: list[Triple] = []
        self.waiting: list[Triple] = []
        # The index of the claim whose quotation a paragraph without a cue carries on.
        self.last_direct: int | None = None
        self.introduction: Triple | None = None

    def add(self, part: ParagraphTriples) -> None:
        """Take up the next paragraph."""
        introduction, self.introduction = self.introduction, None
        for triple in part.triples:
            if triple.construction == INTRODUCTION:
                self.introduction = triple
            elif introduction is not None and not triple.cue:
                self._append(replace(introduction, content=triple.content))
                introduction = None
            elif not self._carry_on(part, triple):
                self._settle(part, triple)
        if not part.triples and not _is_short(self.text, part.paragraph):
            self.last_direct = None
            self._give_up()

    def _carry_on(self, part: ParagraphTriples, triple: Triple) -> bool:
        if self.last_direct is None:
            return False
        previous = self.done[self.last_direct]
        goes_on = _is_continuation(self.text, previous, triple, self.continued)
        # Where the paragraph's own cue only repeats who speaks, the first cue stays the claim's.
        repeated = goes_on and triple.construction.startswith("free")
        bare = not triple.cue and (goes_on or _opens_paragraph(part, triple, self.text))
        if repeated or bare:
            content = (*previous.content, *triple.content)
            self.done[self.last_direct] = replace(previous, content=content)
        return repeated or bare

    def _settle(self, part: ParagraphTriples, triple: Triple) -> None:
        if not triple.cue:
            self.waiting.append(triple)
            return
        near = any(span.start >= part.paragraph.start for other in self.waiting for span in other.content)
        if self.waiting and not near and _follows_a_sentence(part, triple, self.text):
            # What stands before the quotation brings in somebody else.
            self._give_up()
        if self.waiting and triple.construction.startswith("free"):
            before = [span for other in self.waiting for span in other.content]
            triple = replace(triple, content=(*before, *triple.content))
            self.waiting.clear()
        self._append(triple)

    def _append(self, triple: Triple) -> None:
        self.done.append(triple)
        if any(span.end in self.ends for span in triple.content):
            self.last_direct = len(self.done) - 1

    def _give_up(self) -> None:
        """Let quotations that wait for a cue stand as claims without one."""
        self.done.extend(self.waiting)
        self.waiting.clear()

    def finish(self) -> tuple[Triple, ...]:
        """Return all claims in text order, quotations that found no cue among them."""
        self._give_up()
        return tuple(sorted(self.done, key=_order))


def _is_continuation(text: str, previous: Triple, triple: Triple, continued: set[int]) -> bool:
    end = previous.content[-1].end
    return end in continued and not text[end : triple.content[0].start].strip()


def _opens_paragraph(part: ParagraphTriples, triple: Triple, text: str) -> bool:
    return not text[part.paragraph.start : triple.content[0].start].strip()


def _follows_a_sentence(part: ParagraphTriples, triple: Triple, text: str) -> bool:
    return text[part.paragraph.start : triple.content[0].start].rstrip().endswith((".", "!", "?"))


def _is_short(text: str, paragraph: Span) -> bool:
    return len(text[paragraph.start : paragraph.end].split()) < 4


def _order(triple: Triple) -> tuple[int, int]:
    return triple.content[0].start, triple.content[0].end
