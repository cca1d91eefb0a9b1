"""Drafts of one article for tests: five things said, each in a paragraph of its own, by whoever is named."""

from dataclasses import replace
from itertools import count
from typing import Any
from uuid import uuid4

from annotations.choices import ClaimKind, MentionForm, Region, SpeakerKind
from annotations.domain import annotation, articles, proposals, runs
from annotations.models import Article, Proposal, User
from annotations.nlp.draft import (
    Draft,
    DraftClaim,
    DraftMention,
    DraftParagraph,
    DraftSentence,
    DraftSpeaker,
    Span,
)
from annotations.readers.document import SourceDocument, SourceFormat

SENTENCES = (
    "“The tolls stay where they are,”",
    "“Nobody asked the ferry crews,”",
    "“We open the bridge in May,”",
    "“It costs more than we said,”",
    "“Ask the council about it,”",
)
NOBODY = " somebody said that day."
TEXT = "\n\n".join(sentence + NOBODY for sentence in SENTENCES)
_numbers = count(1)


def draft_with(
    said: list[tuple[int, str]],
    *,
    pipeline: str = "rules 1",
    like: Draft | None = None,
    claims: tuple[DraftClaim, ...] | None = None,
    sentences: int = 0,
) -> Draft:
    """A draft in which each sentence of the numbers is said by the person named.

    With `like` it is that draft with other `claims`; `sentences` leaves out the last ones.
    """
    if like is not None:
        return replace(like, pipeline=pipeline, claims=claims or ())
    starts = [TEXT.index(sentence) for sentence in SENTENCES]
    ends = [start + len(sentence + NOBODY) for start, sentence in zip(starts, SENTENCES, strict=True)]
    names = list(dict.fromkeys(name for _, name in said))
    ordered = sorted(said)
    made = tuple(
        DraftClaim(
            kind=ClaimKind.DIRECT,
            content=(Span(starts[number], starts[number] + len(SENTENCES[number])),),
            cue=(Span(ends[number] - 14, ends[number] - 10),),
            source=(Span(ends[number] - 23, ends[number] - 15),),
            source_form=MentionForm.NOMINAL,
            speaker=names.index(name),
            candidates=tuple(range(len(names))),
            confidence=0.8,
            reason="subject of said",
        )
        for number, name in ordered
    )
    return Draft(
        pipeline=pipeline,
        paragraphs=tuple(
            DraftParagraph(start, end, Region.BODY) for start, end in zip(starts, ends, strict=True)
        ),
        sentences=tuple(
            DraftSentence(start, end, number)
            for number, (start, end) in enumerate(zip(starts, ends, strict=True))
        )[: len(SENTENCES) - sentences],
        speakers=tuple(DraftSpeaker(name, SpeakerKind.PERSON) for name in names),
        mentions=tuple(
            DraftMention(ends[number] - 23, ends[number] - 15, MentionForm.NOMINAL, names.index(name))
            for number, name in ordered
        ),
        claims=made,
    )


def claim_of(claim: DraftClaim, **changes: Any) -> DraftClaim:
    """The claim of a draft with something changed."""
    return replace(claim, **changes)


def annotated(editor: User, draft: Draft) -> Article:
    """An article with TEXT that was annotated with the draft."""
    text = f"{TEXT} {next(_numbers)}"
    document = SourceDocument(text=text, source_format=SourceFormat.TEXT, title="Tolls", language="en")
    run = articles.store_article(document=document, by=editor)
    lease = uuid4()
    runs.take_batch(run_ids=[run.pk], lease=lease)
    run.refresh_from_db()
    annotation.store_draft(run=run, draft=draft)
    return Article.objects.get(pk=run.article_id)


def propose(article: Article, editor: User, draft: Draft) -> Proposal:
    """What the draft would change in the article, worked out as a worker does."""
    proposal = proposals.request_proposal(article=article, by=editor)
    assert proposal.run is not None
    runs.take_batch(run_ids=[proposal.run.pk], lease=uuid4())
    proposal.run.refresh_from_db()
    proposals.store_proposal(run=proposal.run, draft=draft)
    return Proposal.objects.get(pk=proposal.pk)
