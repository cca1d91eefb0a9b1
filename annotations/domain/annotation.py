"""Pre-annotation: a run on an article, from the queue to the stored draft.

A run is idempotent: it starts only from `queued`, and only the try that still holds it may store. Every
human decision outlives it.
"""

import logging
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from operator import attrgetter

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations.choices import ArticleState, ClaimOrigin, ClaimState, Region, RunState, SpanRole
from annotations.domain import history, matching
from annotations.domain.matching import Match
from annotations.models import (
    AnnotationRun,
    Article,
    Candidate,
    Claim,
    ClaimSpan,
    Mention,
    Paragraph,
    Sentence,
    Speaker,
    User,
)
from annotations.nlp import pipeline
from annotations.nlp.draft import Draft, DraftClaim, Span
from annotations.nlp.layout import lay_out
from annotations.nlp.regions import first_body_sentence
from annotations.queries.work import LOST_AFTER

logger = logging.getLogger(__name__)

MAX_TRIES = 3
# The pipeline reads English; an article whose language is unknown is short, and is tried.
PRE_ANNOTATED_LANGUAGES = frozenset({"", "en"})


@transaction.atomic
def queue_run(*, article: Article, by: User | None) -> AnnotationRun:
    """Ask for a pre-annotation of the article.

    An article that was annotated before keeps its state, since it may be reviewed meanwhile. Where a run
    already waits, that one is returned.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    if waiting := article.runs.filter(state=RunState.QUEUED).first():
        return waiting
    if article.state == ArticleState.FAILED or not article.paragraphs.exists():
        article.state, article.failure = ArticleState.QUEUED, ""
        article.save(update_fields=["state", "failure", "updated_at"])
    return AnnotationRun.objects.create(article=article, requested_by=by)


def perform_run(*, run_id: int) -> None:
    """Annotate the article of a queued run and store the draft; a run in any other state is left alone.

    An error ends the try, not the worker: the run is queued again, or failed with its reason.
    """
    started = AnnotationRun.objects.filter(pk=run_id, state=RunState.QUEUED).update(
        state=RunState.RUNNING, tries=F("tries") + 1, heartbeat_at=timezone.now()
    )
    if not started:
        logger.info("run %s is not queued, nothing to do", run_id)
        return
    run = AnnotationRun.objects.select_related("article").get(pk=run_id)
    article = run.article
    Article.objects.filter(pk=article.pk, state=ArticleState.QUEUED).update(state=ArticleState.ANNOTATING)
    try:
        store_draft(run=run, draft=_draft(article))
    except Exception as error:
        logger.exception("run %s on article %s failed at try %s", run.pk, article.pk, run.tries)
        _end_try(run, f"{type(error).__name__}: {error}")


def keep_alive(*, run_id: int) -> None:
    """Say that the run's worker is at work."""
    AnnotationRun.objects.filter(pk=run_id, state=RunState.RUNNING).update(heartbeat_at=timezone.now())


def take_up_lost_runs() -> list[int]:
    """Queue runs whose worker fell silent and return their ids; one that was tried three times is failed."""
    lost = AnnotationRun.objects.filter(state=RunState.RUNNING, heartbeat_at__lt=timezone.now() - LOST_AFTER)
    again = []
    for run in lost:
        logger.warning("run %s on article %s was lost by its worker", run.pk, run.article_id)
        if _end_try(run, "The worker stopped in the middle of this article.") == RunState.QUEUED:
            again.append(run.pk)
    return again


@transaction.atomic
def store_draft(*, run: AnnotationRun, draft: Draft) -> None:
    """Put the draft in the place of what the pipeline suggested before; what people decided stays.

    A claim that overlaps a decided one, also a rejected one, is not suggested again. Where the run was
    taken from this worker meanwhile, nothing is stored.
    """
    article = Article.objects.select_for_update().get(pk=run.article_id)
    finished = AnnotationRun.objects.filter(pk=run.pk, state=RunState.RUNNING, tries=run.tries).update(
        state=RunState.DONE, pipeline=draft.pipeline, error="", finished_at=timezone.now()
    )
    if not finished:
        logger.warning("run %s was given to another worker, its draft is dropped", run.pk)
        return
    before = set(matching.speaker_ids_of(article))
    article.claims.filter(state=ClaimState.SUGGESTED, origin=ClaimOrigin.PIPELINE).delete()
    sentences = _store_layout(article, draft)
    speakers = matching.speakers_for(article=article, drafts=draft.speakers)
    _store_mentions(article, draft, speakers)
    _store_claims(article, draft, speakers, sentences)
    matching.forget_unused(before)
    article.pipeline = draft.pipeline
    if article.claims.undecided().exists() or article.state != ArticleState.REVIEWED:
        article.state = ArticleState.READY
    article.failure = ""
    article.save(update_fields=["pipeline", "state", "failure", "updated_at"])
    history.record(
        verb="pre-annotate", by=None, article=article, after={"pipeline": draft.pipeline, "run": run.pk}
    )


def draft_of(text: str, *, language: str, title: str, regions: Mapping[int, Region] | None = None) -> Draft:
    """Return the draft of a text: claims where its language is one that is read, else its layout alone.

    `title` is a title that was given, not one made of the text; `regions` maps a paragraph's start offset to
    what an editor said it is.
    """
    if language in PRE_ANNOTATED_LANGUAGES:
        return pipeline.annotate(text, regions=regions, title=title, model=settings.SPACY_MODEL)
    return lay_out(text, regions=regions, title=title)


def _draft(article: Article) -> Draft:
    decided = article.paragraphs.filter(set_by__isnull=False).values_list("start", "region")
    regions = {start: Region(region) for start, region in decided}
    # A title that was made of the text's first sentence says nothing about which line is the headline.
    title = "" if article.title == first_body_sentence(article.text) else article.title
    return draft_of(article.text, language=article.language, title=title, regions=regions)


def _end_try(run: AnnotationRun, reason: str) -> RunState | None:
    """Queue the run again, or fail it with its article; None where another worker holds it by now."""
    again = run.tries < MAX_TRIES
    state = RunState.QUEUED if again else RunState.FAILED
    with transaction.atomic():
        held = AnnotationRun.objects.filter(pk=run.pk, state=RunState.RUNNING, tries=run.tries).update(
            state=state, error=reason, finished_at=None if again else timezone.now()
        )
        if not held:
            return None
        article = Article.objects.filter(pk=run.article_id, state=ArticleState.ANNOTATING)
        if again:
            article.update(state=ArticleState.QUEUED)
        else:
            article.update(state=ArticleState.FAILED, failure=f"Pre-annotation failed three times. {reason}")
    return state


def _store_layout(article: Article, draft: Draft) -> list[Sentence]:
    """Bring paragraphs up to date and replace the sentences; return the sentences in text order."""
    known = {paragraph.index: paragraph for paragraph in article.paragraphs.all()}
    for index, found in enumerate(draft.paragraphs, start=1):
        paragraph = known.setdefault(index, Paragraph(article=article, index=index))
        paragraph.start, paragraph.end, paragraph.region = found.start, found.end, found.region.value
    Paragraph.objects.bulk_create(
        [known[index] for index in sorted(known)],
        update_conflicts=True,
        unique_fields=["article", "index"],
        update_fields=["start", "end", "region"],
    )
    ids = dict(article.paragraphs.values_list("index", "pk"))
    article.sentences.all().delete()
    sentences = Sentence.objects.bulk_create(
        Sentence(
            article=article,
            paragraph_id=ids[found.paragraph + 1],
            index=index,
            start=found.start,
            end=found.end,
        )
        for index, found in enumerate(draft.sentences, start=1)
    )
    kept = list(article.claims.all())
    for claim in kept:
        claim.sentence = _sentence_at(sentences, claim.start)
    Claim.objects.bulk_update(kept, ["sentence"])
    return sentences


def _sentence_at(sentences: list[Sentence], start: int) -> Sentence | None:
    """Return the last sentence that starts at or before the offset."""
    index = bisect_right(sentences, start, key=attrgetter("start"))
    return sentences[index - 1] if index else None


def _store_mentions(article: Article, draft: Draft, speakers: list[Match]) -> None:
    article.mentions.all().delete()
    Mention.objects.bulk_create(
        Mention(
            article=article,
            start=found.start,
            end=found.end,
            form=found.form.value,
            speaker=_speaker(speakers, found.speaker),
        )
        for found in draft.mentions
    )


def _store_claims(article: Article, draft: Draft, speakers: list[Match], sentences: list[Sentence]) -> None:
    kept = ClaimSpan.objects.filter(claim__article=article, role=SpanRole.CONTENT)
    taken = _merged(kept.order_by("start").values_list("start", "end"))
    fresh = [found for found in draft.claims if not _overlaps(found.content, taken)]
    claims = Claim.objects.bulk_create(_claim(article, found, speakers, sentences) for found in fresh)
    ClaimSpan.objects.bulk_create(
        ClaimSpan(claim=claim, role=role.value, position=position, start=span.start, end=span.end)
        for claim, found in zip(claims, fresh, strict=True)
        for role, spans in _roles(found)
        for position, span in enumerate(spans)
    )
    Candidate.objects.bulk_create(
        Candidate(claim=claim, speaker=speaker, position=position)
        for claim, found in zip(claims, fresh, strict=True)
        for position, speaker in enumerate(_candidates(found, speakers))
    )


def _claim(article: Article, found: DraftClaim, speakers: list[Match], sentences: list[Sentence]) -> Claim:
    speaker = _speaker(speakers, found.speaker)
    start = min(span.start for span in found.content)
    return Claim(
        article=article,
        sentence=_sentence_at(sentences, start),
        start=start,
        kind=found.kind.value,
        speaker=speaker,
        suggested_speaker=speaker,
        source_form=found.source_form.value if found.source_form else "",
        origin=ClaimOrigin.PIPELINE.value,
        confidence=_confidence(found, speaker),
        reason=_reason(found, speakers)[:500],
        suggestion={
            "kind": found.kind.value,
            "spans": {
                role.value: [[span.start, span.end] for span in spans] for role, spans in _roles(found)
            },
        },
    )


def _roles(found: DraftClaim) -> list[tuple[SpanRole, tuple[Span, ...]]]:
    return [
        (SpanRole.CONTENT, found.content),
        (SpanRole.CUE, found.cue),
        (SpanRole.SOURCE, found.source),
    ]


def _speaker(speakers: list[Match], index: int | None) -> Speaker | None:
    """Return the desk's speaker for a draft speaker, None where an editor has to say who it is."""
    return None if index is None else speakers[index].speaker


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
