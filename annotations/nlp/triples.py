"""The seam between finding claims and resolving their speakers.

An extractor, whether rules or a trained model, turns one parsed paragraph into triples of content, cue and
source; everything after it reads triples alone.
"""

from dataclasses import dataclass

from annotations.nlp.draft import Span

INTRODUCTION = "introduction"


@dataclass(frozen=True, slots=True)
class Triple:
    """One attribution inside one paragraph, with offsets into that paragraph's text.

    `construction` names the rule that found it and `lemma` the head word of its cue ("say"), empty where
    there is none. `confidence` is the share of such finds that are claims. A triple without a cue is a
    quotation that waits for the cue of a neighbour; one of construction INTRODUCTION has no content and
    waits for the paragraph after it.
    """

    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    construction: str
    lemma: str = ""
    confidence: float = 0.0
