"""Pre-annotation: what the pipeline makes of an article, and storing it. Every human decision outlives it."""

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from annotations.choices import ArticleState, Region, RunState
from annotations.domain import history, matching, numbering, placing, progress
from annotations.domain.locks import hold_articles
from annotations.domain.placing import Placing
from annotations.models import AnnotationRun, Article
from annotations.nlp import pipeline
from annotations.nlp.draft import Draft
from annotations.nlp.layout import lay_out
from annotations.nlp.regions import first_body_sentence
from annotations.queries.blank import blank_among
from annotations.queries.untouched import untouched_suggestions
from newsdesk.logs import about

logger = logging.getLogger(__name__)

# The pipeline reads English; an article whose language is unknown is short, and is tried.
PRE_ANNOTATED_LANGUAGES = frozenset({"", "en"})

Made = tuple[AnnotationRun, Draft]


def store_draft(*, run: AnnotationRun, draft: Draft) -> None:
    """Put the draft in the place of what the pipeline suggested before; what people had a hand in stays.

    A claim that overlaps one that stays, also a rejected one, is not suggested again. Where the run was
    taken from this worker meanwhile, or its article deleted, nothing is stored.
    """
    store_drafts([(run, draft)])


@transaction.atomic
def store_drafts(made: Sequence[Made]) -> list[Made]:
    """Store drafts of several articles together, as `store_draft` would one after the other.

    Returns those that are not the first of their article. Among others they are not stored: they lock single
    speakers, which several of them might do in the wrong order.
    """
    articles = _held(made)
    blank = blank_among(articles)
    later = [one for one in made if one[0].article_id in articles.keys() - blank]
    is_first = len(made) > 1 or not later
    asked = [one for one in made if one[0].article_id in blank] if is_first else later
    finished = _finished(asked)
    if finished:
        placings = [Placing(articles[run.article_id], draft) for run, draft in finished]
        _place(placings, is_first=is_first)
        _write_down(finished, placings, is_first=is_first)
    return later if is_first else []


def finish_run(run: AnnotationRun, draft: Draft) -> Article | None:
    """Say that the run is done and return its article, held; None where the draft has to be dropped.

    So it is where the run was taken from this worker meanwhile, or its article deleted.
    """
    articles = _held([(run, draft)])
    return articles.get(run.article_id) if articles and _finished([(run, draft)]) else None


def _held(made: Sequence[Made]) -> dict[int, Article]:
    """Return the articles that are still there, by id, each locked and with its text."""
    articles = hold_articles({run.article_id for run, _ in made})
    for run, _ in made:
        if article := articles.get(run.article_id):
            # It never changes, and is at hand where the run's draft was made of it.
            article.text = run.article.text
        else:
            _drop(run, "the article of run %s was deleted, its draft is dropped")
    return articles


def _finished(made: Sequence[Made]) -> list[Made]:
    """Say that the runs are done, and return them without those that are not this worker's any more."""
    running = AnnotationRun.objects.filter(pk__in=[run.pk for run, _ in made], state=RunState.RUNNING)
    leases = dict(running.select_for_update().order_by("pk").values_list("pk", "lease"))
    finished = []
    by_pipeline: defaultdict[str, list[int]] = defaultdict(list)
    for run, draft in made:
        if run.pk in leases and leases[run.pk] == run.lease:
            finished.append((run, draft))
            by_pipeline[draft.pipeline].append(run.pk)
        else:
            _drop(run, "run %s is not this worker's any more, its draft is dropped")
    for name, run_ids in by_pipeline.items():
        AnnotationRun.objects.filter(pk__in=run_ids).update(
            state=RunState.DONE, pipeline=name, error="", finished_at=timezone.now()
        )
    return finished


def _drop(run: AnnotationRun, why: str) -> None:
    with about(run=run.pk, article=run.article_id):
        logger.warning(why, run.pk)


def _place(placings: Sequence[Placing], *, is_first: bool) -> None:
    """Store what the drafts hold. Several are the first of their articles; one alone may be a later one."""
    before: set[int] = set()
    for one in placings:
        one.fresh = one.draft.claims
        if not is_first:
            before |= matching.speaker_ids_of(one.article)
            untouched = untouched_suggestions(one.article)
            one.article.claims.filter(pk__in=[claim.pk for claim in untouched]).delete()
            one.fresh = placing.without_taken(one.article.claims.all(), one.draft.claims)
    placing.store_layout(placings, is_first=is_first)
    # From here on other workers wait with theirs until the end of the transaction.
    asked = [(one.article, one.draft.speakers) for one in placings]
    for one, speakers in zip(placings, matching.speakers_of_each(asked, is_first=is_first), strict=True):
        one.speakers = speakers
    placing.store_mentions(placings, is_first=is_first)
    placing.store_claims(placings)
    matching.forget_unused(before)
    if is_first:
        numbering.number_blank({one.article.pk: one.in_order(one.referred_to()) for one in placings})
        return
    for one in placings:
        needed = one.in_order(matching.speaker_ids_of(one.article))
        numbering.number_article(article=one.article, speaker_ids=needed)


def _write_down(finished: Sequence[Made], placings: Sequence[Placing], *, is_first: bool) -> None:
    """Make the articles ready, and leave a revision in each; count the runs of an import."""
    _make_ready(placings)
    history.record_drafts(
        {
            one.article: {"pipeline": draft.pipeline, "run": run.pk}
            for one, (run, draft) in zip(placings, finished, strict=True)
        },
        {
            one.article: [claim.confidence or 0.0 for claim in one.claims] if is_first else None
            for one in placings
        },
    )
    done = Counter(run.upload_id for run, _ in finished if run.upload_id)
    for upload_id in sorted(done):
        progress.count(upload_id, runs_done=done[upload_id])


def _make_ready(placings: Sequence[Placing]) -> None:
    """Have the articles wait for review; one that was reviewed stays so where nothing is left to decide."""
    alike: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for one in placings:
        article = one.article
        if article.state != ArticleState.REVIEWED or article.claims.undecided().exists():
            article.state = ArticleState.READY
        alike[one.draft.pipeline, article.state].append(article.pk)
    for (name, state), article_ids in alike.items():
        Article.objects.filter(pk__in=article_ids).update(
            pipeline=name, state=state, failure="", updated_at=timezone.now()
        )


def pipeline_of_today() -> str:
    """Return the pipeline that annotates from now on, without loading it."""
    return pipeline.expected_id(settings.SPACY_MODEL)


def draft_of(text: str, *, language: str, title: str, regions: Mapping[int, Region] | None = None) -> Draft:
    """Return the draft of a text: claims where its language is one that is read, else its layout alone.

    `title` is a title that was given, not one made of the text; `regions` maps a paragraph's start offset to
    what an editor said it is.
    """
    if language in PRE_ANNOTATED_LANGUAGES:
        return pipeline.annotate(text, regions=regions, title=title, model=settings.SPACY_MODEL)
    return lay_out(text, regions=regions, title=title)


def draft_of_article(article: Article, regions: Mapping[int, Region]) -> Draft:
    """Return what the pipeline makes of an article, given the regions that editors set.

    It asks the database nothing, so that it can be called in a thread of its own.
    """
    # A title that was made of the text's first sentence says nothing about which line is the headline.
    title = "" if article.title == first_body_sentence(article.text) else article.title
    return draft_of(article.text, language=article.language, title=title, regions=regions)
