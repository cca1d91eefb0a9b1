"""Undo and redo, and taking any one step back: kept on the server, so that they survive a reload.

A step is taken back only where the claims it changed still are as it left them; one that annotated the
article again is taken back as a whole or not at all. Undo and redo are a person's own, article by article;
they pass over steps on what a colleague changed since, and the person is told.
Whoever may review may take back a single step of anybody, which is a step of its own and can be undone too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from annotations.choices import ArticleState
from annotations.domain import closing, drafted, history
from annotations.domain.locks import hold_article
from annotations.domain.restoring import Restoration
from annotations.models import Article, Revision, User
from annotations.queries.history import REVERSIBLE, TAKE_BACK, UNDOABLE
from annotations.queries.speakers import MERGE_VERB

# Steps whose effect on what they point to is the opposite of it.
_AGAINST = frozenset({"undo", TAKE_BACK})
_REVIEWED = {"state": ArticleState.REVIEWED.value}


class CannotTakeBack(Exception):
    """The step can't be taken back; the text says why, for the person."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A claim that is not as `step` left it, and the last revision that changed it, where there is one.

    Without a claim it is the article that was annotated again since.
    """

    step: Revision
    claim_id: int | None
    changed_by: Revision | None


@dataclass(frozen=True, slots=True)
class Step:
    """What undo or redo did: the step it took back or repeated, None where there was none.

    `obstacles` say what was left as it is, since somebody changed it: all claims of newer steps, and single
    claims of a step on several.
    """

    revision: Revision | None
    obstacles: tuple[Obstacle, ...] = ()


def undo_last(*, article: Article, by: User, request_key: str = "") -> Step:
    """Take back the person's last step in the article that still can be. Raises ArticleGone."""
    with transaction.atomic():
        article = hold_article(article.pk)
        if done := _done_before(by, request_key):
            return Step(done.target)
        obstacles: list[Obstacle] = []
        steps = _steps(article, by).filter(undone_at__isnull=True).order_by("-pk")
        for step in steps.iterator(chunk_size=20):
            found = _reverse(article, step, by, verb="undo", request_key=request_key)
            obstacles += found.obstacles
            if found.revision:
                return Step(step, tuple(obstacles))
        return Step(None, tuple(obstacles))


def redo_last(*, article: Article, by: User, request_key: str = "") -> Step:
    """Repeat the step that the person took back last, unless they did something else since.

    Raises ArticleGone.
    """
    with transaction.atomic():
        article = hold_article(article.pk)
        if done := _done_before(by, request_key):
            return Step(done.target)
        # Whatever came to the same step later, such as a colleague who took it back, is not theirs to repeat.
        later = Revision.objects.filter(target=OuterRef("target"), pk__gt=OuterRef("pk"))
        undone = (
            Revision.objects.filter(article_id=article.pk, actor=by, verb="undo", undone_at__isnull=True)
            .exclude(Exists(later))
            .order_by("-pk")
            .first()
        )
        if undone is None or _steps(article, by).filter(pk__gt=undone.pk).exists():
            return Step(None)
        return _reverse(article, undone, by, verb="redo", request_key=request_key)


def take_back(*, step: Revision, by: User, request_key: str = "") -> Revision:
    """Take one step of an article back, whoever did it and whatever was done since; return the revision.

    Raises CannotTakeBack where a claim of the step was changed since: nothing of it is taken back then.
    Raises ArticleGone.
    """
    if step.article_id is None:
        raise CannotTakeBack("This step can't be taken back here.")
    with transaction.atomic():
        article = hold_article(step.article_id)
        if done := _done_before(by, request_key):
            return done
        step = Revision.objects.get(pk=step.pk)
        if step.verb not in REVERSIBLE:
            raise CannotTakeBack("This step can't be taken back here.")
        if step.undone_at:
            raise CannotTakeBack("This step was taken back already.")
        found = _reverse(article, step, by, verb=TAKE_BACK, request_key=request_key, is_whole=True)
        if found.revision is None:
            raise CannotTakeBack(reason(found.obstacles[0]))
        return found.revision


def reason(obstacle: Obstacle) -> str:
    """Return the sentence that says why a step was left as it is."""
    step, change = obstacle.step, obstacle.changed_by
    if obstacle.claim_id is None:
        return f"“{step.verb}” stays, since the article was annotated again after it."
    who = "somebody"
    if change is not None:
        who = change.actor.display_name if change.actor else "the pipeline"
    how = f" ({change.verb})" if change else ""
    return f"“{step.verb}” stays, since {who} changed claim {obstacle.claim_id} after it{how}."


def _steps(article: Article, by: User) -> QuerySet[Revision]:
    return Revision.objects.filter(article_id=article.pk, actor=by, verb__in=UNDOABLE)


def _done_before(by: User, request_key: str) -> Revision | None:
    if not request_key:
        return None
    return Revision.objects.filter(actor=by, request_key=request_key).select_related("target").first()


def _reverse(
    article: Article, row: Revision, by: User, *, verb: str, request_key: str, is_whole: bool = False
) -> Step:
    """Take back what `row` did, as far as its claims still are as it left them, and write that down.

    Nothing is done where none of them is, or with `is_whole` where any is not. For undo the revision in the
    result is the step, for redo the step that is done again, else the new one.
    """
    last = _last_effect(row)
    savepoint = transaction.savepoint()
    restoration = Restoration.of(article=article, wanted=_wanted(row, last), left=last.after)
    changed = restoration.changed_since()
    obstacles = _obstacles(row, last, changed)
    if restoration.has_newer_draft():
        obstacles = (Obstacle(row, None, None), *obstacles)
    is_draft = drafted.key_of(article) in last.after
    claims = sum(key.startswith("claim:") for key in last.after)
    if obstacles and (is_whole or is_draft or len(changed) == claims):
        # Lets go of the step's speakers, since the next step to be tried has others.
        transaction.savepoint_rollback(savepoint)
        return Step(None, obstacles)
    transaction.savepoint_commit(savepoint)
    was_open = article.claims.undecided().exists()
    before, after = restoration.perform(leave=changed)
    # An article that was open without suggestions before it was annotated again is so once more.
    follows = not is_draft or restoration.wanted[f"article:{article.pk}"] == _REVIEWED
    closing.follow_claims(article, was_open=was_open and follows)
    after |= history.state_of(article=article)
    target = row.target if verb == "redo" else row
    made = history.record(
        verb=verb,
        by=by,
        article=article,
        claim_id=row.claim_id,
        before=before,
        after=after,
        target=target,
        request_key=request_key,
    )
    if verb == "redo":
        assert target is not None  # noqa: S101 - an undo always points to its step
        _mark(target, is_undone=False)
    else:
        _mark(row, is_undone=True)
    return Step(made if verb == TAKE_BACK else target, obstacles)


def _last_effect(row: Revision) -> Revision:
    """Return the revision that last put the row's step in force: itself, or the redo that came later."""
    return Revision.objects.filter(target=row, verb="redo").order_by("-pk").first() or row


def _wanted(row: Revision, last: Revision) -> history.State:
    """Return the state to reach: what the step found, in its own words, for the rows it last changed.

    Its own words, since a speaker who is merged for a while is named there as it was meant.
    """
    source = row.before
    if row.verb == "undo" and row.target is not None:
        source = row.target.after
    return {key: source.get(key, fields) for key, fields in last.before.items()}


def _obstacles(row: Revision, last: Revision, changed: Sequence[str]) -> tuple[Obstacle, ...]:
    """Return why each of these claims is left as it is."""
    if not changed:
        return ()
    touching = reduce(or_, (Q(after__has_key=key) for key in changed))
    # A split of a speaker belongs to no article; a merge changes nobody's claim.
    there = Q(article_id=row.article_id) | Q(article_id__isnull=True)
    is_merge = Q(verb=MERGE_VERB) | Q(verb="undo", target__verb=MERGE_VERB)
    later = list(
        Revision.objects.filter(touching, there, pk__gt=last.pk)
        .exclude(is_merge)
        .select_related("actor")
        .order_by("-pk")
    )
    return tuple(
        Obstacle(
            row, int(key.partition(":")[2]), next((found for found in later if key in found.after), None)
        )
        for key in changed
    )


def _mark(row: Revision, *, is_undone: bool) -> None:
    """Note whether a step is in force, and with it the one that it was against."""
    row.undone_at = timezone.now() if is_undone else None
    row.save(update_fields=["undone_at"])
    if row.target is not None and row.verb in _AGAINST:
        _mark(row.target, is_undone=not is_undone)
    elif row.target is not None:
        _mark(row.target, is_undone=is_undone)
