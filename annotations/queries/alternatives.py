"""The other contents that are offered for a claim, in words that tell them apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.choices import SpanRole
from annotations.models import Claim
from annotations.nlp.alternatives import alternatives
from annotations.nlp.draft import Span

# Words shown whole; of more, so many are shown at each end.
_SHOWN_WHOLE, _SHOWN = 9, 4


@dataclass(frozen=True, slots=True)
class OtherContent:
    """One other content: its place in the list, its spans as a form sends them, and its words, shortened."""

    number: int
    spans: str
    words: str


def content_of(claim: Claim) -> str:
    """Return the spans of the claim's content as a form sends them, in code points: `302-322;369-423`."""
    return _written(_pieces(claim, SpanRole.CONTENT))


def other_contents(claim: Claim) -> list[OtherContent]:
    """Return the other contents that the claim may have, likeliest first; reads only its spans."""
    text = claim.article.text
    found = alternatives(
        text,
        _pieces(claim, SpanRole.CONTENT),
        cue=_pieces(claim, SpanRole.CUE),
        source=_pieces(claim, SpanRole.SOURCE),
    )
    return [
        OtherContent(number, _written(pieces), " […] ".join(_shortened(piece.of(text)) for piece in pieces))
        for number, pieces in enumerate(found, 1)
    ]


def _pieces(claim: Claim, role: SpanRole) -> list[Span]:
    return sorted(Span(span.start, span.end) for span in claim.spans.all() if span.role == role)


def _written(pieces: Sequence[Span]) -> str:
    return ";".join(f"{piece.start}-{piece.end}" for piece in pieces)


def _shortened(words: str) -> str:
    parts = words.split()
    if len(parts) <= _SHOWN_WHOLE:
        return " ".join(parts)
    return f"{' '.join(parts[:_SHOWN])} … {' '.join(parts[-_SHOWN:])}"
