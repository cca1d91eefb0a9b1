"""Annotating many articles again: proposals for each, then one word of an editor for all of them.

The edge asks in one row, however many articles there are; the workers do the rest a batch at a time, and may
die at any moment, since each proposal is moved in a transaction of its own and only from the state that it
is found in. Each article gets its own step, which its own undo takes back as well.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress

from django.db import InterfaceError, OperationalError, transaction

from annotations.choices import ProposalState, Wish
from annotations.domain import history, proposals, tallies
from annotations.domain.locks import ArticleGone
from annotations.models import AnnotationRun, ArticleSet, Proposal, Reannotation, User
from annotations.queries import reannotation as queries

logger = logging.getLogger(__name__)

# Articles that get their proposals in one transaction.
FILLED = 500
# Proposals that one press queues anew.
REPEATED = 500


class NotYet(Exception):
    """What is asked can't be done now; the text says why, for the person."""


@transaction.atomic
def start_reannotation(*, article_set: ArticleSet | None, pipeline: str, by: User) -> Reannotation:
    """Ask what `pipeline` would change in all articles, or those of a set, that another one annotated.

    The caller has the workers fill it.
    """
    name = article_set.name if article_set else ""
    made = Reannotation.objects.create(
        article_set=article_set, set_name=name, pipeline=pipeline, requested_by=by
    )
    tallies.open_tallies(made)
    _record("ask for re-annotation", made, by)
    return made


@transaction.atomic
def fill(*, reannotation_id: int) -> list[int]:
    """Queue the proposals of the next articles; return their runs, none where all have theirs.

    Articles with a proposal of their own that is not decided yet are left out.
    """
    held = _held(reannotation_id)
    if held is None or held.is_filled:
        return []
    if held.set_name and held.article_set_id is None:
        # Without its set it would mean the whole desk.
        held.is_filled = True
        held.save(update_fields=["is_filled"])
        return []
    ids = list(
        queries.articles_to_propose(held)
        .filter(pk__gt=held.reached)
        .order_by("pk")
        .values_list("pk", flat=True)[:FILLED]
    )
    held.is_filled = len(ids) < FILLED
    held.reached = ids[-1] if ids else held.reached
    held.save(update_fields=["is_filled", "reached"])
    runs = AnnotationRun.objects.bulk_create(
        AnnotationRun(article_id=pk, requested_by_id=held.requested_by_id, is_proposal=True) for pk in ids
    )
    Proposal.objects.bulk_create(
        (
            Proposal(
                article_id=run.article_id, reannotation=held, run=run, requested_by_id=held.requested_by_id
            )
            for run in runs
        ),
        ignore_conflicts=True,
    )
    # Somebody asked for one of the articles in this very moment.
    made = set(Proposal.objects.filter(run__in=runs).values_list("run_id", flat=True))
    AnnotationRun.objects.filter(pk__in={run.pk for run in runs} - made).delete()
    tallies.count(held.pk, {ProposalState.QUEUED.value: {"articles": len(made)}})
    return sorted(pk for pk in made if pk is not None)


@transaction.atomic
def wish(*, reannotation: Reannotation, what: Wish, by: User) -> None:
    """Say what the workers are to do with the proposals: apply, undo or discard them, or nothing more.

    Raises NotYet where what would be applied is not all worked out, so that nobody has seen it.
    """
    held = _held(reannotation.pk)
    if held is None:
        return
    if what == Wish.APPLY and not queries.is_worked_out(held):
        raise NotYet("Not every article is worked out yet. Apply when all are.")
    held.wish, held.wished_by = what.value, by
    held.is_filled = held.is_filled or what == Wish.DISCARD
    held.save(update_fields=["wish", "wished_by", "is_filled"])
    _record(_VERBS[what], held, by)


def work_out_again(*, reannotation: Reannotation, by: User) -> list[int]:
    """Queue proposals that are stale or failed anew, at most some hundreds; return their runs.

    Nothing more is applied until somebody has seen them too. Those whose article has a newer proposal stay.
    """
    wish(reannotation=reannotation, what=Wish.NOTHING, by=by)
    run_ids = []
    stale = reannotation.proposals.filter(state__in=proposals.REPEATABLE).order_by("pk")
    for proposal in list(stale.only("pk", "article_id")[:REPEATED]):
        # Each by itself: a tally that is touched must not be held while the next article is waited for.
        with suppress(proposals.CannotPropose, proposals.Closed, ArticleGone):
            again = proposals.work_out_again(proposal=proposal, by=by)
            run_ids += [again.run_id] if again.run_id else []
    return run_ids


def carry_out(*, proposal_ids: Iterable[int]) -> None:
    """Do with these proposals what is wished of their re-annotation; what somebody else did is left alone.

    Raises OperationalError and InterfaceError where the database is away: the rest is taken up again.
    """
    for pk in proposal_ids:
        proposal = Proposal.objects.select_related("reannotation__wished_by").filter(pk=pk).first()
        if proposal is None or proposal.reannotation is None or proposal.reannotation.wished_by is None:
            continue
        wished, by = Wish(proposal.reannotation.wish), proposal.reannotation.wished_by
        if proposal.state not in queries.WISHED_FOR[wished]:
            continue
        try:
            with suppress(proposals.Closed, ArticleGone):
                if wished == Wish.APPLY:
                    proposals.apply_proposal(proposal=proposal, by=by)
                elif wished == Wish.UNDO:
                    proposals.undo_proposal(proposal=proposal, by=by)
                elif wished == Wish.DISCARD:
                    proposals.discard_proposal(proposal=proposal, by=by)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # One that can't be applied or undone must not be tried for ever, nor hold up the others.
            logger.exception("%s could not be carried out on %s", wished, proposal)
            proposals.give_up(proposal=proposal, reason=f"{type(error).__name__}: {error}")


_VERBS = {
    Wish.NOTHING: "stop re-annotation",
    Wish.APPLY: "apply re-annotation",
    Wish.UNDO: "undo re-annotation",
    Wish.DISCARD: "discard re-annotation",
}


def _held(pk: int) -> Reannotation | None:
    return Reannotation.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()


def _record(verb: str, reannotation: Reannotation, by: User) -> None:
    state = {"set": reannotation.article_set_id, "pipeline": reannotation.pipeline}
    history.record(verb=verb, by=by, before={}, after={f"reannotation:{reannotation.pk}": state})
