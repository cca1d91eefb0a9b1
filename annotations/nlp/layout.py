"""The layout of a text that is not pre-annotated: paragraphs, regions and sentences, no claims."""

import re
from collections.abc import Iterator, Mapping

from annotations.choices import Region
from annotations.nlp.draft import Draft, DraftSentence
from annotations.nlp.paragraphs import trimmed
from annotations.nlp.regions import find_regions

# A full stop, question or exclamation mark of any of the scripts that newspapers use, with what closes
# behind it, and then a space; the scripts that write no space need none.
_SENTENCE_END = re.compile(r"[.!?؟…][\"'”’»)\]]*\s+|[。！？][”’」』）]*\s*")


def lay_out(text: str, *, regions: Mapping[int, Region] | None = None, title: str = "") -> Draft:
    """Return a draft of `text` with its paragraphs and sentences alone, and an empty pipeline name.

    `regions` maps a paragraph's start offset to what an editor said it is.
    """
    paragraphs = find_regions(text, title=title, regions=regions)
    sentences = tuple(
        DraftSentence(start, end, index)
        for index, paragraph in enumerate(paragraphs)
        for start, end in _sentences(text, paragraph.start, paragraph.end)
    )
    return Draft(pipeline="", paragraphs=paragraphs, sentences=sentences)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for match in _SENTENCE_END.finditer(text, start, end):
        span = trimmed(text, at, match.end())
        if span.end > span.start:
            yield span.start, span.end
        at = match.end()
    span = trimmed(text, at, end)
    if span.end > span.start:
        yield span.start, span.end
