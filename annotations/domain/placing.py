"""Placing drafts in their articles: layout, mentions and claims of all of them in one statement a table."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from annotations.choices import ClaimOrigin, SpanRole
from annotations.domain import drafted, rows, search
from annotations.domain.matching import Match
from annotations.domain.rows import CandidateRow, MentionRow, SpanRow
from annotations.models import Article, Claim, ClaimSpan, Paragraph, Sentence, Speaker
from annotations.nlp.draft import Draft, DraftClaim, Span


@dataclass(slots=True)
class Placing:
    """A draft on its way into its article, which is held, with what of it is stored so far.

    `speakers` are who its speakers are on this desk, `fresh` which of its claims are to be stored.
    """

    article: Article
    draft: Draft
    sentences: list[Sentence] = field(default_factory=list)
    speakers: list[Match] = field(default_factory=list)
    mentions: list[MentionRow] = field(default_factory=list)
    fresh: Sequence[DraftClaim] = ()
    claims: list[Claim] = field(default_factory=list)

    def referred_to(self) -> set[int]:
        """Return the ids of the speakers that the draft's mentions and claims refer to."""
        mentioned = {mention.speaker_id for mention in self.mentions if mention.speaker_id}
        return mentioned | {
            speaker.pk for found in self.fresh for speaker in _candidates(found, self.speakers)
        }

    def in_order(self, speaker_ids: Iterable[int]) -> list[int]:
        """Return the ids in the order in which the text first mentions the speakers, then by id."""
        first: dict[int | None, int] = {}
        for mention in self.mentions:
            first[mention.speaker_id] = min(mention.start, first.get(mention.speaker_id, mention.start))
        return sorted(speaker_ids, key=lambda pk: (first.get(pk, math.inf), pk))


def store_layout(placings: Sequence[Placing], *, is_first: bool = False) -> None:
    """Bring paragraphs up to date and replace the sentences, which are in text order then.

    What an editor said a paragraph is stays, also where that was said while the draft was made. Where the
    drafts are the first, the articles have neither paragraphs nor claims.
    """
    paragraphs = [_paragraphs(placing, is_first=is_first) for placing in placings]
    Paragraph.objects.bulk_create(
        chain.from_iterable(paragraphs),
        update_conflicts=True,
        unique_fields=["article", "index"],
        update_fields=["start", "end", "region"],
    )
    for placing, placed in zip(placings, paragraphs, strict=True):
        if not is_first:
            placing.article.sentences.all().delete()
        placing.sentences = [
            Sentence(
                article_id=placing.article.pk,
                paragraph_id=placed[found.paragraph].pk,
                index=index,
                start=found.start,
                end=found.end,
            )
            for index, found in enumerate(placing.draft.sentences, start=1)
        ]
    Sentence.objects.bulk_create(sentence for placing in placings for sentence in placing.sentences)
    if not is_first:
        for placing in placings:
            drafted.place_claims(placing.article, placing.sentences)


def store_mentions(placings: Sequence[Placing], *, is_first: bool = False) -> None:
    """Replace the articles' mentions, of which there are none where the drafts are the first."""
    for placing in placings:
        if not is_first:
            placing.article.mentions.all().delete()
        placing.mentions = [
            MentionRow(
                article_id=placing.article.pk,
                start=found.start,
                end=found.end,
                form=found.form.value,
                speaker_id=_id_of(_speaker(placing.speakers, found.speaker)),
            )
            for found in placing.draft.mentions
        ]
    rows.store_mentions(mention for placing in placings for mention in placing.mentions)


def store_claims(placings: Sequence[Placing]) -> None:
    """Store the fresh claims as suggestions."""
    for placing in placings:
        placing.claims = [
            Claim(
                article_id=placing.article.pk,
                sentence_id=_sentence_at(placing.sentences, start_of(found)),
                **suggested(found, placing.speakers),
            )
            for found in placing.fresh
        ]
    Claim.objects.bulk_create(claim for placing in placings for claim in placing.claims)
    stored = [
        (placing, claim, found)
        for placing in placings
        for claim, found in zip(placing.claims, placing.fresh, strict=True)
    ]
    rows.store_spans(span for _, claim, found in stored for span in spans_of(claim, found))
    search.index_claims({placing.article: _contents(placing) for placing in placings})
    rows.store_candidates(
        candidate
        for placing, claim, found in stored
        for candidate in candidates_of(claim, found, placing.speakers)
    )


def without_taken(kept: QuerySet[Claim], found: Sequence[DraftClaim]) -> list[DraftClaim]:
    """Return those of the draft's claims that overlap none of the claims `kept`."""
    spans = ClaimSpan.objects.filter(claim__in=kept, role=SpanRole.CONTENT)
    taken = _merged(spans.order_by("start").values_list("start", "end"))
    return [claim for claim in found if not _overlaps(claim.content, taken)]


def suggested(found: DraftClaim, speakers: list[Match]) -> dict[str, Any]:
    """Return the fields of a claim as the draft suggests it."""
    speaker = speaker_of(found, speakers)
    return {
        "start": start_of(found),
        "kind": found.kind.value,
        "speaker": speaker,
        "suggested_speaker": speaker,
        "source_form": found.source_form.value if found.source_form else "",
        "origin": ClaimOrigin.PIPELINE.value,
        "confidence": _confidence(found, speaker),
        "reason": _reason(found, speakers)[:500],
        "suggestion": {
            "kind": found.kind.value,
            "spans": {
                role.value: [[span.start, span.end] for span in spans] for role, spans in _roles(found)
            },
        },
    }


def spans_of(claim: Claim, found: DraftClaim) -> Iterator[SpanRow]:
    """Yield the spans of a claim as the draft has them, not stored yet."""
    for role, spans in _roles(found):
        for position, span in enumerate(spans):
            yield SpanRow(
                article_id=claim.article_id,
                claim_id=claim.pk,
                role=role.value,
                position=position,
                start=span.start,
                end=span.end,
            )


def candidates_of(claim: Claim, found: DraftClaim, speakers: list[Match]) -> Iterator[CandidateRow]:
    """Yield whom the claim may belong to, likeliest first, not stored yet."""
    for position, speaker in enumerate(_candidates(found, speakers)):
        yield CandidateRow(claim_id=claim.pk, speaker_id=speaker.pk, position=position)


def start_of(found: DraftClaim) -> int:
    """Return where the content of a draft's claim starts."""
    return min(span.start for span in found.content)


def speaker_of(found: DraftClaim, speakers: list[Match]) -> Speaker | None:
    """Return the desk's speaker of a draft's claim, None where an editor has to say who it is."""
    return _speaker(speakers, found.speaker)


def _paragraphs(placing: Placing, *, is_first: bool) -> list[Paragraph]:
    """Return the article's paragraphs in text order, those of the draft as it has them, not stored yet."""
    article = placing.article
    known = {} if is_first else {paragraph.index: paragraph for paragraph in article.paragraphs.all()}
    for index, found in enumerate(placing.draft.paragraphs, start=1):
        paragraph = known.setdefault(index, Paragraph(article_id=article.pk, index=index))
        paragraph.start, paragraph.end = found.start, found.end
        if paragraph.set_by_id is None:
            paragraph.region = found.region.value
    return [known[index] for index in sorted(known)]


def _contents(placing: Placing) -> dict[int, list[tuple[int, int]]]:
    """Return the spans of the content of each claim, by its id."""
    return {
        claim.pk: [(span.start, span.end) for span in found.content]
        for claim, found in zip(placing.claims, placing.fresh, strict=True)
    }


def _sentence_at(sentences: list[Sentence], start: int) -> int | None:
    """Return the id of the last sentence that starts at or before the offset."""
    index = bisect_right(sentences, start, key=attrgetter("start"))
    return sentences[index - 1].pk if index else None


def _roles(found: DraftClaim) -> list[tuple[SpanRole, tuple[Span, ...]]]:
    return [
        (SpanRole.CONTENT, found.content),
        (SpanRole.CUE, found.cue),
        (SpanRole.SOURCE, found.source),
    ]


def _speaker(speakers: list[Match], index: int | None) -> Speaker | None:
    """Return the desk's speaker for a draft speaker, None where an editor has to say who it is."""
    return None if index is None else speakers[index].speaker


def _id_of(speaker: Speaker | None) -> int | None:
    return speaker.pk if speaker else None


def _candidates(found: DraftClaim, speakers: list[Match]) -> list[Speaker]:
    """Return whom the claim may belong to, likeliest first: whom its speaker may be, then its candidates."""
    indices = [found.speaker] if found.speaker is not None else []
    named: dict[int, Speaker] = {}
    for index in [*indices, *found.candidates]:
        match = speakers[index]
        for speaker in (match.speaker, *match.candidates):
            if speaker is not None:
                named.setdefault(speaker.pk, speaker)
    return list(named.values())


def _confidence(found: DraftClaim, speaker: Speaker | None) -> float:
    """Return the draft's confidence, halved where its speaker was left open: somebody must say who it is."""
    is_left_open = found.speaker is not None and speaker is None
    return found.confidence / 2 if is_left_open else found.confidence


def _reason(found: DraftClaim, speakers: list[Match]) -> str:
    """Return why the draft has its speaker, and why that is the one of the desk."""
    of_the_desk = "" if found.speaker is None else speakers[found.speaker].reason
    return "; ".join(filter(None, (found.reason, of_the_desk)))


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans that come in order of their starts with those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _overlaps(content: tuple[Span, ...], taken: list[tuple[int, int]]) -> bool:
    for span in content:
        index = bisect_left(taken, (span.end, 0)) - 1
        if index >= 0 and taken[index][1] > span.start:
            return True
    return False
