"""Claims of an article from the triples of its paragraphs: what runs over a paragraph's end is joined here.

Pure: reads triples and quotations, whoever found them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from annotations.nlp.draft import Span
from annotations.nlp.quotations import Quotation
from annotations.nlp.triples import Triple


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
    continued = {quotation.end for quotation in quotations if quotation.continues}
    ends = {quotation.end for quotation in quotations}
    done: list[Triple] = []
    waiting: list[Triple] = []
    last_direct: int | None = None
    for part in parts:
        for triple in part.triples:
            goes_on = last_direct is not None and _is_continuation(text, done[last_direct], triple, continued)
            if last_direct is not None and (goes_on or (not triple.cue and _whole(part, triple, text))):
                previous = done[last_direct]
                if goes_on and triple.cue:
                    # The paragraph's own cue repeats who speaks; the first cue stays the claim's.
                    if triple.construction.startswith("free"):
                        done[last_direct] = replace(previous, content=(*previous.content, *triple.content))
                        continue
                elif not triple.cue:
                    done[last_direct] = replace(previous, content=(*previous.content, *triple.content))
                    continue
            if not triple.cue:
                waiting.append(triple)
                continue
            content = triple.content
            if waiting and triple.construction.startswith("free"):
                content = (*(span for other in waiting for span in other.content), *content)
                waiting.clear()
            done.append(replace(triple, content=content))
            if any(span.end in ends for span in content):
                last_direct = len(done) - 1
        if not part.triples:
            last_direct = last_direct if _is_short(text, part.paragraph) else None
    done.extend(waiting)
    return tuple(sorted(done, key=_order))


def _is_continuation(text: str, previous: Triple, triple: Triple, continued: set[int]) -> bool:
    end = previous.content[-1].end
    return end in continued and not text[end : triple.content[0].start].strip()


def _whole(part: ParagraphTriples, triple: Triple, text: str) -> bool:
    return not text[part.paragraph.start : triple.content[0].start].strip()


def _is_short(text: str, paragraph: Span) -> bool:
    return len(text[paragraph.start : paragraph.end].split()) < 4


def _order(triple: Triple) -> tuple[int, int]:
    return triple.content[0].start, triple.content[0].end
