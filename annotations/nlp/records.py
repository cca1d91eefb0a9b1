"""A draft as the JSON object that `annotate` writes, one line an article."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from annotations.nlp.draft import Draft, DraftClaim, Span


def draft_as_record(
    draft: Draft,
    *,
    article_id: str,
    source: str,
    text: str,
    title: str = "",
    published_on: date | None = None,
) -> dict[str, Any]:
    """Return the draft of `text` with the article's own fields, ready for `json.dumps`.

    Every span is a [start, end) pair of code points into `text`.
    """
    return {
        "id": article_id,
        "source": source,
        "title": title,
        "published_on": None if published_on is None else published_on.isoformat(),
        "text": text,
        "regions": [
            {"kind": paragraph.region.value, "start": paragraph.start, "end": paragraph.end}
            for paragraph in draft.paragraphs
        ],
        "sentences": [
            {
                "start": sentence.start,
                "end": sentence.end,
                "paragraph": sentence.paragraph,
                "region": draft.paragraphs[sentence.paragraph].region.value,
            }
            for sentence in draft.sentences
        ],
        "speakers": [
            {"name": speaker.name, "kind": speaker.kind.value, "aliases": list(speaker.aliases)}
            for speaker in draft.speakers
        ],
        "claims": [_claim(draft, claim) for claim in draft.claims],
    }


def _claim(draft: Draft, claim: DraftClaim) -> dict[str, Any]:
    return {
        "kind": claim.kind.value,
        "content": _pairs(claim.content),
        "cue": _pairs(claim.cue),
        "source": _pairs(claim.source),
        "speaker": None if claim.speaker is None else draft.speakers[claim.speaker].name,
        "confidence": claim.confidence,
    }


def _pairs(spans: Iterable[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]
