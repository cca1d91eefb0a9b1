"""Undo and redo: per person and article, kept on the server, so that they survive a reload.

A step is taken back only where the rows it changed still are as it left them; a step on something that a
colleague changed since is passed over, and the person is told.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotations.choices import ArticleState
from annotations.domain import history
from annotations.domain.history import State
from annotations.models import Article, Revision, User

UNDOABLE = frozenset(
    {
        "accept",
        "reject",
        "assign speaker",
        "change kind",
        "change content",
        "change cue",
        "change source",
        "change note",
        "add claim",
        "delete claim",
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """What undo or redo did: the revision it took back or repeated, None where there was none.

    `passed_over` counts newer steps that could not be taken back, since somebody changed the same since.
    """

    revision: Revision | None
    passed_over: int = 0


def undo_last(*, article: Article, by: User, request_key: str = "") -> Step:
    """Take back the person's last step in the article that still can be."""
    with transaction.atomic():
        article = Article.objects.select_for_update().get(pk=article.pk)
        if done := _done_before(by, request_key):
            return Step(done.target)
        steps = _steps(article, by).filter(undone_at__isnull=True).order_by("-id")
        passed_over = 0
        for revision in steps.iterator(chunk_size=20):
            if _holds(article, revision.after):
                history.restore(revision.before)
                _mark(revision, by, article, verb="undo", request_key=request_key)
                return Step(revision, passed_over)
            passed_over += 1
        return Step(None, passed_over)


def redo_last(*, article: Article, by: User, request_key: str = "") -> Step:
    """Repeat the step that the person took back last, unless they did something else since."""
    with transaction.atomic():
        article = Article.objects.select_for_update().get(pk=article.pk)
        if done := _done_before(by, request_key):
            return Step(done.target)
        revision = _steps(article, by).filter(undone_at__isnull=False).order_by("-undone_at").first()
        if revision is None or _steps(article, by).filter(at__gt=revision.undone_at).exists():
            return Step(None)
        if not _holds(article, revision.before):
            return Step(None, 1)
        history.restore(revision.after)
        _mark(revision, by, article, verb="redo", request_key=request_key)
        return Step(revision)


def _steps(article: Article, by: User) -> QuerySet[Revision]:
    return Revision.objects.filter(article_id=article.pk, actor=by, verb__in=UNDOABLE)


def _done_before(by: User, request_key: str) -> Revision | None:
    if not request_key:
        return None
    return Revision.objects.filter(actor=by, request_key=request_key).select_related("target").first()


def _holds(article: Article, state: State) -> bool:
    """Say whether the claims and speakers of `state` are like that now.

    The article's own state follows from everybody's claims, so it is not compared, and neither are aliases:
    that somebody took away the name that a correction taught is no reason to keep the correction.
    """
    ids: dict[str, set[int]] = {"claim": set(), "speaker": set()}
    for key in state:
        noun, _, number = key.partition(":")
        if noun in ids:
            ids[noun].add(int(number))
    now = history.state_of(article=article, claim_ids=ids["claim"], speaker_ids=ids["speaker"])
    return all(
        _comparable(fields) == _comparable(now[key])
        for key, fields in state.items()
        if key.startswith(("claim:", "speaker:"))
    )


def _comparable(fields: dict[str, object] | None) -> dict[str, object] | None:
    """Return the fields with speakers followed through merges: a merge is nobody's change of a claim."""
    if fields is None or "speaker_id" not in fields:
        return fields
    followed = {
        name: history.current_speaker_id(fields[name])  # type: ignore[arg-type] # JSON: an id or None
        for name in ("speaker_id", "suggested_speaker_id")
    }
    return {**fields, **followed}


def _mark(revision: Revision, by: User, article: Article, *, verb: str, request_key: str) -> None:
    revision.undone_at = timezone.now() if verb == "undo" else None
    revision.save(update_fields=["undone_at"])
    if article.claims.undecided().exists():
        # A colleague's claims may be open where the remembered state says that none is.
        Article.objects.filter(pk=article.pk, state=ArticleState.REVIEWED).update(state=ArticleState.READY)
    history.record(
        verb=verb,
        by=by,
        article=article,
        claim_id=revision.claim_id,
        before=revision.after if verb == "undo" else revision.before,
        after=revision.before if verb == "undo" else revision.after,
        target=revision,
        request_key=request_key,
    )
