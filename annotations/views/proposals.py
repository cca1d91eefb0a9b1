"""The page that shows what today's pipeline would change in one article, and what is done about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations import tasks
from annotations.choices import ProposalState
from annotations.domain import proposals
from annotations.domain.annotation import pipeline_of_today
from annotations.models import Article, Proposal
from annotations.queries import reannotation as queries
from annotations.queries.work import is_waiting_for_a_worker
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.htmx import announce, go_to, render_page, wants_fragment

PAGE = "annotations/proposal.html"


@never_cache
@require_safe
@requires(Capability.MANAGE)
def proposal(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the article's latest proposal; while it is worked out, that part asks again."""
    article = row_or_404(request, Article.objects.all(), pk=pk)
    found = queries.proposal_of(article)
    is_queued = found is not None and found.state == ProposalState.QUEUED
    context: dict[str, Any] = {
        "article": article,
        "proposal": found,
        "shown": queries.shown(article, found) if found and not is_queued else None,
        "is_running": found is not None and queries.is_running(found),
        "is_waiting_for_a_worker": is_queued and is_waiting_for_a_worker(),
        "pipeline": pipeline_of_today(),
    }
    response = render_page(request, PAGE, context, fragment="proposal")
    if wants_fragment(request) and found and not is_queued:
        announce(response, f"Worked out: {found.get_state_display().lower()}.")
    return response


@require_POST
@requires(Capability.MANAGE)
def proposal_ask(request: DeskRequest, pk: int) -> HttpResponse:
    """Have a worker find out what would change in the article."""
    article = row_or_404(request, Article.objects.defer("text"), pk=pk)
    try:
        tasks.request_proposal(article, by=request.user)
    except proposals.CannotPropose as error:
        messages.error(request, str(error))
    return _to_page(request, article.pk)


@require_POST
@requires(Capability.MANAGE)
def proposal_apply(request: DeskRequest, pk: int) -> HttpResponse:
    """Change the article as was shown."""

    def apply(row: Proposal) -> Proposal:
        key = request.POST.get("key", "")[:64]
        return proposals.apply_proposal(proposal=row, by=request.user, request_key=key)

    return _done(request, pk, apply, "Applied. What you decided before is as it was.")


@require_POST
@requires(Capability.MANAGE)
def proposal_discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Leave the article as it is."""

    def discard(row: Proposal) -> Proposal:
        return proposals.discard_proposal(proposal=row, by=request.user)

    return _done(request, pk, discard, "Discarded. The article is as it was.")


@require_POST
@requires(Capability.MANAGE)
def proposal_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take back what was applied."""

    def undo(row: Proposal) -> Proposal:
        return proposals.undo_proposal(proposal=row, by=request.user)

    return _done(request, pk, undo, "Taken back. The article is as it was before.")


@require_POST
@requires(Capability.MANAGE)
def proposal_again(request: DeskRequest, pk: int) -> HttpResponse:
    """Have it worked out for the article as it is now."""

    def again(row: Proposal) -> Proposal:
        return tasks.request_proposal_again(row, by=request.user)

    return _done(request, pk, again, "")


def _done(request: DeskRequest, pk: int, verb: Callable[[Proposal], Proposal], message: str) -> HttpResponse:
    row = row_or_404(request, Proposal.objects.defer("changes"), pk=pk)
    try:
        came_to = verb(row)
    except (proposals.Closed, proposals.CannotPropose) as error:
        messages.error(request, str(error))
    else:
        # A stale one, and one that stays, say so on the page.
        if message and came_to.state not in (ProposalState.STALE, ProposalState.KEPT):
            messages.success(request, message)
    return _to_page(request, row.article_id)


def _to_page(request: DeskRequest, article_id: int) -> HttpResponse:
    return go_to(request, reverse("annotations:proposal", args=[article_id]))
