"""A draft that is stored nowhere -> the same rows that the desk exports, without the desk's own ids."""

import hashlib
from collections.abc import Iterator

from annotations.choices import ClaimOrigin, ClaimState
from annotations.exports.cutting import ArticleCells, ClaimCells, SpeakerCells, claim_row
from annotations.exports.row import ClaimRow
from annotations.nlp.draft import Draft, DraftClaim
from annotations.readers.document import SourceDocument


def rows_of_draft(draft: Draft, document: SourceDocument) -> Iterator[ClaimRow]:
    """Yield the claims of a draft of the document's text, in text order, as suggestions of the pipeline."""
    article = ArticleCells(
        text=document.text,
        text_sha256=hashlib.sha256(document.text.encode()).hexdigest(),
        title=document.title,
        pipeline=draft.pipeline,
        outlet=document.outlet,
        byline=document.byline,
        url=document.url,
        published_on=document.published_on,
        paragraphs=[(each.start, each.end, each.region.value) for each in draft.paragraphs],
        sentences=[(each.start, each.end) for each in draft.sentences],
    )
    claims = sorted(draft.claims, key=lambda claim: claim.content[0].start)
    for number, claim in enumerate(claims, start=1):
        yield claim_row(article, _cells(number, claim, _speaker(draft, claim)))


def _cells(number: int, claim: DraftClaim, speaker: SpeakerCells) -> ClaimCells:
    return ClaimCells(
        claim_no=number,
        kind=claim.kind.value,
        content=[(span.start, span.end) for span in claim.content],
        cue=[(span.start, span.end) for span in claim.cue],
        source=[(span.start, span.end) for span in claim.source],
        source_form=claim.source_form.value if claim.source_form else "",
        state=ClaimState.SUGGESTED.value,
        origin=ClaimOrigin.PIPELINE.value,
        confidence=claim.confidence,
        speaker=speaker,
        suggested_speaker=speaker.name,
    )


def _speaker(draft: Draft, claim: DraftClaim) -> SpeakerCells:
    if claim.speaker is None:
        return SpeakerCells()
    speaker = draft.speakers[claim.speaker]
    return SpeakerCells(name=speaker.name, kind=speaker.kind.value, role=speaker.role)
