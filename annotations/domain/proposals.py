"""Proposals: what a newer pipeline would change in one article, worked out, shown, and then applied or not.

Working one out is a run like any other, whose draft is compared with the article instead of being stored. It
is applied only to the article that it was worked out for: where a claim was changed since, or the change
would no longer be the one that was shown, it is stale. Applying is one step with one revision, which undo
takes back as a whole.
"""

import json
import logging
from contextlib import suppress
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max

from annotations.choices import OPEN_PROPOSALS, ArticleState, ProposalState, RunState
from annotations.domain import annotation, drafted, history, matching, numbering, placing, rows, tallies, undo
from annotations.domain.comparing import Comparison, compare
from annotations.domain.locks import ArticleGone, hold_article
from annotations.domain.placing import Placing
from annotations.models import (
    COUNTED,
    Alias,
    AnnotationRun,
    Article,
    Candidate,
    Claim,
    ClaimSpan,
    Proposal,
    ProposalDraft,
    Revision,
    Speaker,
    User,
)
from annotations.nlp.draft import Draft, DraftClaim
from annotations.nlp.kept_draft import from_plain, plain
from annotations.queries.history import RE_ANNOTATE
from annotations.queries.regions import decided_regions

logger = logging.getLogger(__name__)

STALE = "The article was changed after this was worked out, so nothing of it was applied."
REGIONS_CHANGED = "A paragraph was greyed out, or made body text, while this was worked out."
# Until somebody decides, or after it went wrong, all may be dropped or worked out anew.
DISCARDABLE = (
    ProposalState.QUEUED,
    ProposalState.READY,
    ProposalState.UNCHANGED,
    ProposalState.FAILED,
    ProposalState.STALE,
)
REPEATABLE = (ProposalState.FAILED, ProposalState.STALE)


class CannotPropose(Exception):
    """The article can't be annotated again; the text says why, for the person."""


class Closed(Exception):
    """The proposal is in another state by now; the text says in which, for the person."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(f"This is no longer to be decided: {proposal.get_state_display().lower()}.")


@transaction.atomic
def request_proposal(*, article: Article, by: User) -> Proposal:
    """Ask what the pipeline of today would change in the article; the caller enqueues its run.

    Where somebody asked before and it is not decided yet, that proposal is returned. Raises CannotPropose and
    ArticleGone.
    """
    article = hold_article(article.pk)
    if there := article.proposals.filter(state__in=OPEN_PROPOSALS).first():
        return there
    if not article.is_pre_annotated or article.state not in (ArticleState.READY, ArticleState.REVIEWED):
        raise CannotPropose("Only an article that was pre-annotated can be annotated again.")
    run = AnnotationRun.objects.create(article=article, requested_by=by, is_proposal=True)
    return Proposal.objects.create(article=article, run=run, requested_by=by)


@transaction.atomic
def work_out_again(*, proposal: Proposal, by: User) -> Proposal:
    """Queue a proposal that is stale or failed anew; the caller enqueues its run.

    Raises Closed where it is neither, CannotPropose where the article has another one, and ArticleGone.
    """
    article = hold_article(proposal.article_id)
    held = _held(proposal)
    if held.state not in REPEATABLE:
        raise Closed(held)
    if article.proposals.filter(state__in=OPEN_PROPOSALS).exists():
        raise CannotPropose("What would change in this article is being worked out, or shown, already.")
    run = AnnotationRun.objects.create(article=article, requested_by=by, is_proposal=True)
    nothing: dict[str, Any] = dict.fromkeys(COUNTED, 0)
    _move(held, ProposalState.QUEUED, run=run, changes={}, reason="", basis="", **nothing)
    return held


@transaction.atomic
def store_proposal(*, run: AnnotationRun, draft: Draft) -> None:
    """Keep the draft of a run beside the article, with what it would change.

    Where the run was taken from this worker meanwhile, or its article deleted, nothing is kept.
    """
    article = annotation.finish_run(run, draft)
    if article is None:
        return
    held = Proposal.objects.select_for_update().filter(run=run, state=ProposalState.QUEUED).first()
    if held is None:
        logger.warning("the proposal of run %s is decided already, its draft is dropped", run.pk)
        return
    if not _fits(article, draft):
        _move(held, ProposalState.STALE, pipeline=draft.pipeline, reason=REGIONS_CHANGED)
        return
    savepoint = transaction.savepoint()
    found = compare(article, draft)
    # The speakers whom it would make are not made, and nobody needs to wait for them.
    transaction.savepoint_rollback(savepoint)
    state = ProposalState.UNCHANGED if found.is_empty else ProposalState.READY
    if state == ProposalState.READY:
        ProposalDraft.objects.update_or_create(proposal=held, defaults={"draft": plain(draft)})
    _move(
        held,
        state,
        pipeline=draft.pipeline,
        changes=found.told,
        basis=_basis(article),
        reason="",
        **found.counts,
    )


def fail_proposal(*, run: AnnotationRun, reason: str) -> None:
    """Say that the run of a proposal was given up; the caller holds the article."""
    held = Proposal.objects.select_for_update().filter(run=run, state=ProposalState.QUEUED).first()
    if held is not None:
        _move(held, ProposalState.FAILED, reason=reason)


@transaction.atomic
def apply_proposal(*, proposal: Proposal, by: User, request_key: str = "") -> Proposal:
    """Change the article as the proposal says, in one step; where the article was changed since, nothing is.

    The state of what is returned says which: applied or stale. Raises Closed where somebody was quicker, and
    ArticleGone.
    """
    article = hold_article(proposal.article_id)
    held = _held(proposal)
    if request_key and held.step and held.step.request_key == request_key:
        return held
    if held.state != ProposalState.READY:
        raise Closed(held)
    savepoint = transaction.savepoint()
    step = _apply(article, held, by, request_key)
    if step is None:
        transaction.savepoint_rollback(savepoint)
        _move(held, ProposalState.STALE, reason=STALE, decided_by=by)
    else:
        transaction.savepoint_commit(savepoint)
        _move(held, ProposalState.APPLIED, step=step, decided_by=by)
    return held


@transaction.atomic
def discard_proposal(*, proposal: Proposal, by: User) -> Proposal:
    """Drop what was worked out, or is; nothing of the article changes. Raises Closed and ArticleGone."""
    hold_article(proposal.article_id)
    held = _held(proposal)
    if held.state not in DISCARDABLE:
        raise Closed(held)
    AnnotationRun.objects.filter(proposal=held, state__in=(RunState.QUEUED, RunState.RUNNING)).update(
        state=RunState.STOPPED, lease=None, not_before=None
    )
    _move(held, ProposalState.DISCARDED, decided_by=by)
    return held


@transaction.atomic
def undo_proposal(*, proposal: Proposal, by: User) -> Proposal:
    """Take an applied proposal back, unless somebody changed a claim of it since: then it stays.

    The state of what is returned says which: undone, or kept with the reason. Raises Closed and ArticleGone.
    """
    hold_article(proposal.article_id)
    held = _held(proposal)
    if held.state != ProposalState.APPLIED or held.step is None:
        raise Closed(held)
    step = held.step
    if step.undone_at:
        _move(held, ProposalState.UNDONE, decided_by=by)
        return held
    try:
        undo.take_back(step=step, by=by)
    except undo.CannotTakeBack as error:
        _move(held, ProposalState.KEPT, reason=str(error), decided_by=by)
    else:
        _move(held, ProposalState.UNDONE, decided_by=by)
    return held


@transaction.atomic
def give_up(*, proposal: Proposal, reason: str) -> None:
    """Say that a proposal could not be applied, undone or discarded, so that nobody tries for ever."""
    with suppress(ArticleGone):
        hold_article(proposal.article_id)
        held = _held(proposal)
        state = ProposalState.KEPT if held.state == ProposalState.APPLIED else ProposalState.FAILED
        _move(held, state, reason=reason)


def _apply(article: Article, proposal: Proposal, by: User, request_key: str) -> Revision | None:
    """Store the proposal's draft and return the revision, None where it is not what was shown any more."""
    draft = from_plain(ProposalDraft.objects.get(proposal=proposal).draft)
    if proposal.basis != _basis(article) or not _fits(article, draft):
        return None
    known_before = matching.speaker_ids_of(article)
    last_speaker, last_alias = _last(Speaker), _last(Alias)
    found = compare(article, draft)
    if found.told != proposal.changes:
        return None
    old = {claim.pk for claim in (*found.removed, *(claim for claim, _ in found.changed))}
    before = history.state_of(article=article, claim_ids=old)
    before[drafted.key_of(article)] = drafted.state_of(article, old)
    _change_claims(article, found)
    placed = _store_rest(article, draft, found)
    added = placed.claims
    after_claims = old | {claim.pk for claim in added}
    before |= {f"claim:{claim.pk}": None for claim in added}
    made = set(Speaker.objects.filter(pk__gt=last_speaker).values_list("pk", flat=True))
    taught = _taught(found, last_alias) - set(
        Alias.objects.filter(speaker__in=made).values_list("pk", flat=True)
    )
    gone = matching.unused(known_before)
    before |= matching.forget(gone)
    before |= {f"speaker:{pk}": None for pk in sorted(made)} | {f"alias:{pk}": None for pk in sorted(taught)}
    needed = placed.in_order(matching.speaker_ids_of(article))
    numbering.number_article(article=article, speaker_ids=needed)
    article.pipeline, article.failure = draft.pipeline, ""
    if article.claims.undecided().exists():
        article.state = ArticleState.READY
    article.save(update_fields=["pipeline", "state", "failure", "updated_at"])
    after = history.state_of(
        article=article, claim_ids=after_claims, speaker_ids=made | gone, alias_ids=taught
    )
    after[drafted.key_of(article)] = drafted.state_of(article, after_claims)
    return history.record(
        verb=RE_ANNOTATE, by=by, article=article, before=before, after=after, request_key=request_key
    )


def _change_claims(article: Article, found: Comparison) -> None:
    """Take away the claims that go and write the others as the draft has them."""
    article.claims.filter(pk__in=[claim.pk for claim in found.removed]).delete()
    changed = found.changed
    for claim, new in changed:
        for name, value in placing.suggested(new, found.matches).items():
            setattr(claim, name, value)
        claim.version += 1
    fields = [*placing.suggested(changed[0][1], found.matches), "version"] if changed else []
    if fields:
        Claim.objects.bulk_update([claim for claim, _ in changed], fields)
    ids = [claim.pk for claim, _ in changed]
    ClaimSpan.objects.filter(claim__in=ids).delete()
    Candidate.objects.filter(claim__in=ids).delete()
    pairs: list[tuple[Claim, DraftClaim]] = changed
    rows.store_spans(span for pair in pairs for span in placing.spans_of(*pair))
    rows.store_candidates(
        candidate for pair in pairs for candidate in placing.candidates_of(*pair, found.matches)
    )


def _store_rest(article: Article, draft: Draft, found: Comparison) -> Placing:
    """Store layout, mentions and the claims that are new."""
    placed = Placing(article, draft, speakers=found.matches, fresh=found.added)
    placing.store_layout([placed])
    placing.store_mentions([placed])
    placing.store_claims([placed])
    return placed


def _taught(found: Comparison, last_alias: int) -> set[int]:
    """Return the names that speakers got of the draft; all others come of a person or are learned."""
    speakers = {match.speaker.pk for match in found.matches if match.speaker}
    new = Alias.objects.filter(
        pk__gt=last_alias, speaker__in=speakers, added_by__isnull=True, learned_in__isnull=True
    )
    return set(new.values_list("pk", flat=True))


def _last(model: type[Speaker] | type[Alias]) -> int:
    return int(model._default_manager.aggregate(last=Max("pk"))["last"] or 0)


def _basis(article: Article) -> str:
    """Return a word that differs once anybody, or the pipeline, changed the article or any of its claims."""
    claims = article.claims.order_by("pk").values_list("pk", "version", "state")
    known = [article.state, article.pipeline, list(claims)]
    return sha256(json.dumps(known).encode()).hexdigest()


def _fits(article: Article, draft: Draft) -> bool:
    """Say whether the draft was made with what editors said of the paragraphs."""
    made_with = {paragraph.start: paragraph.region.value for paragraph in draft.paragraphs}
    said = decided_regions([article.pk])[article.pk]
    return all(made_with.get(start) == region for start, region in said.items())


def _held(proposal: Proposal) -> Proposal:
    """Return the proposal as stored, locked behind its article. Raises ArticleGone where it went with it."""
    held = Proposal.objects.select_for_update(of=("self",)).filter(pk=proposal.pk).first()
    if held is None:
        raise ArticleGone
    return held


def _move(held: Proposal, state: ProposalState, **fields: Any) -> None:
    """Bring the proposal to another state, with what changes beside it, and count it there."""
    out_of, counted_out = held.state, tallies.less(tallies.numbers_of(held))
    for name, value in fields.items():
        setattr(held, name, value)
    held.state = state.value
    held.save()
    if state not in OPEN_PROPOSALS:
        ProposalDraft.objects.filter(proposal=held).delete()
    tallies.count(held.reannotation_id, {out_of: counted_out, state.value: tallies.numbers_of(held)})
