"""Articles: storing what was read, putting a paragraph's region right, deleting."""

import hashlib

from django.db import IntegrityError, transaction

from annotations.choices import ArticleState, Region, RunState
from annotations.domain import history, matching, progress, runs, search, tallies, webhooks
from annotations.domain.locks import hold_article, hold_the_speakers
from annotations.models import AnnotationRun, Article, ArticleSet, Paragraph, Upload, User
from annotations.nlp.regions import first_body_sentence
from annotations.readers.document import SourceDocument


class AlreadyThere(Exception):
    """The same text was uploaded before. Show the person `article`."""

    def __init__(self, article: Article) -> None:
        super().__init__(f"This text is there already: {article.title}")
        self.article = article


def store_article(
    *,
    document: SourceDocument,
    by: User,
    source_name: str = "",
    article_set: ArticleSet | None = None,
    upload: Upload | None = None,
) -> AnnotationRun:
    """Store the article and queue its pre-annotation; the caller enqueues the run that is returned.

    The run belongs to `upload`, whose numbers the caller keeps.

    Raises AlreadyThere where an article has the same text; that one is put into `article_set` all the same.
    """
    digest = hashlib.sha256(document.text.encode()).hexdigest()
    try:
        with transaction.atomic():
            if known := Article.objects.filter(text_sha256=digest).first():
                raise AlreadyThere(known)
            article = Article.objects.create(
                title=(document.title or first_body_sentence(document.text) or source_name or "Untitled")[
                    :500
                ],
                outlet=document.outlet[:200],
                byline=document.byline[:300],
                url=document.url if len(document.url) <= 2000 else "",
                published_on=document.published_on,
                language=document.language,
                text=document.text,
                text_sha256=digest,
                source_name=source_name[:300],
                source_format=document.source_format.value,
                reading_notes="\n".join(document.notes),
                uploaded_by=by,
            )
            search.index_article(article)
            if article_set:
                article_set.articles.add(article)
            history.record_upload(article, by=by)
            return AnnotationRun.objects.create(article=article, requested_by=by, upload=upload)
    except IntegrityError:
        # Two uploads of one text at once: the other was first.
        known = Article.objects.get(text_sha256=digest)
    except AlreadyThere as already:
        known = already.article
    if article_set:
        article_set.articles.add(known)
    raise AlreadyThere(known)


@transaction.atomic
def set_region(*, paragraph: Paragraph, region: Region, by: User) -> AnnotationRun:
    """Say what a paragraph is, against the rules, and queue the article's pre-annotation anew.

    The caller enqueues the run that is returned. Raises ArticleGone.
    """
    article = hold_article(paragraph.article_id)
    before = {"paragraph": paragraph.index, "region": paragraph.region}
    paragraph.region, paragraph.set_by = region.value, by
    paragraph.save(update_fields=["region", "set_by"])
    history.record(
        verb="set region",
        by=by,
        article=article,
        before=before,
        after={"paragraph": paragraph.index, "region": region.value},
    )
    return runs.queue_run(article=article, by=by)


@transaction.atomic
def mark_reviewed(*, article: Article, by: User, is_reviewed: bool) -> None:
    """Close an article, or open it again, whatever is left in it. Raises ArticleGone."""
    article = hold_article(article.pk)
    if article.state not in {ArticleState.READY, ArticleState.REVIEWED}:
        return
    before = history.state_of(article=article)
    is_news = is_reviewed and article.state != ArticleState.REVIEWED
    article.state = ArticleState.REVIEWED if is_reviewed else ArticleState.READY
    article.save(update_fields=["state", "updated_at"])
    if is_news:
        webhooks.tell_reviewed(article)
    history.record(
        verb="mark reviewed" if is_reviewed else "open again",
        by=by,
        article=article,
        before=before,
        after=history.state_of(article=article),
    )


@transaction.atomic
def delete_article(*, article: Article, by: User) -> None:
    """Delete the article with its claims, and speakers that only it gave rise to; the revisions stay.

    Raises ArticleGone where somebody was quicker.
    """
    article = hold_article(article.pk)
    hold_the_speakers()
    speakers = matching.speaker_ids_of(article)
    counted = list(article.runs.filter(upload__isnull=False))
    proposed = list(article.proposals.filter(reannotation__isnull=False).order_by("reannotation"))
    history.record(
        verb="delete article",
        by=by,
        article=article,
        before={"title": article.title, "text_sha256": article.text_sha256, "claims": article.claims.count()},
    )
    article.delete()
    matching.forget_unused(speakers)
    for proposal in proposed:
        tallies.forget(proposal)
    for run in counted:
        # Not counted any more, else its import would wait for it for ever.
        name = runs.COUNTED.get(RunState(run.state))
        progress.count(run.upload_id, runs_total=-1, **({name: -1} if name else {}))
