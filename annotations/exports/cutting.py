"""A claim of an article -> its row. The one place where text cells are cut from the stored text."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from annotations.exports.row import ClaimRow, Offsets
from annotations.nlp.words import WORD

# Code points of the text on each side of a content: enough to find the place again in a changed text.
CONTEXT = 60


class SpanOutsideText(Exception):
    """A claim's spans do not fit the article's text; the message names the claim."""


@dataclass(frozen=True, slots=True)
class ArticleCells:
    """What the rows of one article share.

    `paragraphs` are (start, end, region) and `sentences` (start, end), both in text order.
    """

    text: str
    text_sha256: str
    title: str
    pipeline: str
    set: str = ""
    article_id: int | None = None
    outlet: str = ""
    byline: str = ""
    url: str = ""
    published_on: date | None = None
    paragraphs: Sequence[tuple[int, int, str]] = ()
    sentences: Sequence[Offsets] = ()


@dataclass(frozen=True, slots=True)
class SpeakerCells:
    """The resolved speaker of a claim; the empty one where the claim is unresolved."""

    speaker_id: int | None = None
    name: str = ""
    kind: str = ""
    role: str = ""
    external_id: str = ""
    gender: str = ""
    gender_basis: str = ""
    countable: bool = True


@dataclass(frozen=True, slots=True)
class ClaimCells:
    """What a row says of the claim itself; spans in reading order."""

    claim_no: int
    kind: str
    content: Sequence[Offsets]
    state: str
    origin: str
    cue: Sequence[Offsets] = ()
    source: Sequence[Offsets] = ()
    source_form: str = ""
    claim_id: int | None = None
    confidence: float | None = None
    suggested_speaker: str = ""
    changed: bool = False
    editor: str = ""
    updated_at: datetime | None = None
    speaker: SpeakerCells = field(default_factory=SpeakerCells)


def claim_row(article: ArticleCells, claim: ClaimCells) -> ClaimRow:
    """Return the claim's row. Raises SpanOutsideText where a span does not fit the article's text."""
    if not claim.content:
        raise SpanOutsideText(f"{_name(article, claim)} has no content span.")
    content, cue, source = (
        _cut(article, claim, role, spans)
        for role, spans in (("content", claim.content), ("cue", claim.cue), ("source", claim.source))
    )
    start = min(span[0] for span in claim.content)
    end = max(span[1] for span in claim.content)
    paragraph = _index_at(article.paragraphs, claim.content[0][0])
    sentence = _index_at(article.sentences, claim.content[0][0])
    speaker = claim.speaker
    return ClaimRow(
        set=article.set,
        article_id=article.article_id,
        article_title=article.title,
        outlet=article.outlet,
        byline=article.byline,
        url=article.url,
        published_on=article.published_on,
        claim_id=claim.claim_id,
        claim_no=claim.claim_no,
        paragraph=None if paragraph is None else paragraph + 1,
        sentence=None if sentence is None else sentence + 1,
        region="" if paragraph is None else article.paragraphs[paragraph][2],
        kind=claim.kind,
        content=content,
        content_spans=tuple(claim.content),
        cue=cue,
        cue_spans=tuple(claim.cue),
        source=source,
        source_spans=tuple(claim.source),
        source_form=claim.source_form if claim.source else "none",
        speaker_id=speaker.speaker_id,
        speaker=speaker.name,
        speaker_kind=speaker.kind,
        speaker_role=speaker.role,
        speaker_external_id=speaker.external_id,
        speaker_gender=speaker.gender,
        gender_basis=speaker.gender_basis,
        countable=speaker.countable,
        words=count_words(content),
        state=claim.state,
        origin=claim.origin,
        confidence=claim.confidence,
        suggested_speaker=claim.suggested_speaker,
        changed=claim.changed,
        editor=claim.editor,
        updated_at=claim.updated_at,
        left_context=article.text[max(0, start - CONTEXT) : start],
        right_context=article.text[end : end + CONTEXT],
        text_sha256=article.text_sha256,
        pipeline=article.pipeline,
    )


def count_words(pieces: Sequence[str]) -> int:
    """Return how many words the pieces hold; "won't" and "1,000" are one each, punctuation is none."""
    return sum(1 for piece in pieces for _ in WORD.finditer(piece))


def _cut(article: ArticleCells, claim: ClaimCells, role: str, spans: Sequence[Offsets]) -> tuple[str, ...]:
    length = len(article.text)
    for start, end in spans:
        if not 0 <= start < end <= length:
            raise SpanOutsideText(
                f"{_name(article, claim)} has the {role} span {start}-{end}, "
                f"which does not fit the article's text of {length} characters."
            )
    return tuple(article.text[start:end] for start, end in spans)


def _name(article: ArticleCells, claim: ClaimCells) -> str:
    if claim.claim_id is None:
        return f"Claim number {claim.claim_no} of “{article.title}”"
    return f"Claim {claim.claim_id} of article {article.article_id} (“{article.title}”)"


def _index_at(stretches: Sequence[Offsets] | Sequence[tuple[int, int, str]], offset: int) -> int | None:
    """Return the index of the stretch that holds `offset`, None where it lies between two."""
    index = bisect_right(stretches, offset, key=lambda stretch: stretch[0]) - 1
    return index if index >= 0 and offset < stretches[index][1] else None
