"""The review page: an article with its claims, and what happens to the article as a whole."""

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from annotations import tasks
from annotations.choices import ArticleState, Region, RunState, SpeakerKind
from annotations.domain import articles, presence, undo
from annotations.domain.undo import Step
from annotations.forms.review import RegionForm, StepForm
from annotations.models import Article
from annotations.queries import review as queries
from annotations.queries.changes import versions_left
from annotations.queries.claim_order import WHOLE
from annotations.queries.names_in_text import names_in_text
from annotations.queries.speakers import speaker_search
from annotations.queries.work import is_waiting_for_a_worker
from annotations.views import review_parts
from annotations.views.access import Capability, DeskRequest, number_in, requires, row_or_404, sight
from annotations.views.early_head import early_head, is_opened
from annotations.views.htmx import announce, bring_versions, go_to, wants_fragment
from annotations.views.queue import (
    address_on_the_way,
    is_fetched_ahead,
    is_unchanged,
    mark_if_fetched_ahead,
    neighbours,
)
from annotations.views.review_parts import render_partial
from newsdesk.engines import engine


@gzip_page  # decision 66
@never_cache
@require_safe
@requires(Capability.READ)
def review(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the article and the claims around `?claim=`, and what comes before and after it in its queue.

    `?order=` is how the cards stand, and is remembered for the articles after this one.
    """
    article = row_or_404(request, queries.articles_for_review(sight(request)), pk=pk)
    if not is_fetched_ahead(request):
        presence.note_presence(article=article, by=request.user)
    if is_unchanged(request, article):
        return HttpResponseNotModified()
    order = review_parts.order_asked_for(request)
    if order is not None and request.session.get(review_parts.ORDER_IN_SESSION) != order:
        request.session[review_parts.ORDER_IN_SESSION] = order.value
    if is_opened(request):
        context = {"article": article}
        early = early_head(request, review_parts.PAGE, context, lambda: _reviewed(request, article))
        return early  # type: ignore[return-value] # every view is typed to HttpResponse; Django takes both
    return _reviewed(request, article)


def _reviewed(request: DeskRequest, article: Article) -> HttpResponse:
    """Answer with the page, or the part of it that is wanted."""
    order = review_parts.order_in_force(request)
    reviewed = queries.ReviewedArticle(article, order, lists_claims=True)
    claim_id = _claim_asked_for(request, reviewed)
    run = article.run_under_way  # type: ignore[attr-defined] # annotated
    is_queued = bool(run) and run["state"] == RunState.QUEUED
    colleagues = queries.colleagues_at_work(request.user)
    context = review_parts.list_context(request, reviewed, claim_id) | {
        "text": reviewed.text_around(claim_id),
        "board": reviewed.board if request.GET.get("board") else None,
        "counts_effort": request.user.counts_effort and article.desk_counts_effort,  # type: ignore[attr-defined] # annotated
        "run": run,
        "is_waiting_for_a_worker": is_queued and is_waiting_for_a_worker(),
        "trouble": engine().trouble() if is_queued else "",
        "others": queries.others_here(article, colleagues),
        **neighbours(request, article, colleagues, article.sets.all()),
    }
    if not wants_fragment(request):
        return mark_if_fetched_ahead(request, article, render_partial(request, "", context))
    if review_parts.order_asked_for(request) is not None:
        message = f"{order.label}. {review_parts.left(reviewed)}"
        return announce(render_partial(request, "ordered", context), message)
    return render_partial(request, "claim-list", context)


@gzip_page
@require_safe
@requires(Capability.READ)
def article_text(request: DeskRequest, pk: int) -> HttpResponse:
    """Show another part of a long text: around `?claim=`, or before or behind an offset."""
    article = row_or_404(request, review_parts.articles_without_text(), pk=pk)
    before, after = number_in(request.GET.get("before")), number_in(request.GET.get("after"))
    reviewed = queries.ReviewedArticle(article)
    if before is not None:
        text = reviewed.text_before(before)
    elif after is not None:
        text = reviewed.text_from(after)
    else:
        text = reviewed.text_around(number_in(request.GET.get("claim")))
    context = {
        "article": article,
        "text": text,
        "is_earlier": before is not None,
        "is_later": after is not None,
    }
    return render_partial(request, "text-window", context)


@gzip_page
@require_safe
@requires(Capability.READ)
def article_cards(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the cards of `?claims=`, or of the claims from `?from=` on in the text, or up to `?until=`."""
    article = row_or_404(request, review_parts.articles_without_text(), pk=pk)
    reviewed = queries.ReviewedArticle(article)
    first, last = number_in(request.GET.get("from")), number_in(request.GET.get("until"))
    if "claims" in request.GET:
        named = [number for part in request.GET["claims"].split(",")[:WHOLE] if (number := number_in(part))]
        context = review_parts.step_context(reviewed) | {"cards": reviewed.cards(named), "current_id": None}
        return render_partial(request, "cards", context)
    window = reviewed.beyond(last or first or 0, forwards=last is None)
    context = review_parts.step_context(reviewed) | {
        "window": window,
        "cards": reviewed.cards(window.claim_ids, in_a_row=True),
        "current_id": None,
    }
    return render_partial(request, "more-claims", context)


@require_safe
@requires(Capability.READ)
def article_board(request: DeskRequest, pk: int) -> HttpResponse:
    """Show all the article's speakers with their claims counted."""
    article = row_or_404(request, review_parts.articles_without_text(), pk=pk)
    if not wants_fragment(request):
        return redirect(address_on_the_way(request, article, board=1))
    board = queries.ReviewedArticle(article).board
    return render_partial(request, "board-list", {"article": article, "board": board})


@require_safe
@requires(Capability.READ)
def article_run(request: DeskRequest, pk: int) -> HttpResponse:
    """Say how the pre-annotation goes on; once it is over the page is loaded anew."""
    article = row_or_404(request, review_parts.articles_without_text(), pk=pk)
    run = queries.run_under_way(article)
    if run is None:
        return HttpResponseClientRefresh() if wants_fragment(request) else redirect(article)
    context = {
        "article": article,
        "run": run,
        "is_waiting_for_a_worker": is_waiting_for_a_worker(),
        "trouble": engine().trouble(),
    }
    return render_partial(request, "run-status", context)


@require_safe
@requires(Capability.READ)
def article_presence(request: DeskRequest, pk: int) -> HttpResponse:
    """Note that the person is still here, and say who else is and where one may go next by now."""
    article = row_or_404(request, review_parts.articles_without_text().select_related("work_left"), pk=pk)
    presence.note_presence(article=article, by=request.user)
    colleagues = queries.colleagues_at_work(request.user)
    context = {"article": article, "others": queries.others_here(article, colleagues)}
    return render_partial(request, "here", context | neighbours(request, article, colleagues))


@require_safe
@requires(Capability.REVIEW)
def speaker_options(request: DeskRequest, pk: int) -> HttpResponse:
    """Offer whom what is typed may mean, for the speaker box of one claim: the desk's speakers, new names."""
    claim = row_or_404(request, review_parts.claims(), pk=pk)
    typed = request.GET.get("name", "")[:300].strip()
    found = speaker_search(typed, limit=8, sight=sight(request))
    context = {
        "claim": claim,
        "typed": typed,
        "named": [speaker for speaker in found if speaker.kind != SpeakerKind.UNNAMED],
        "in_text": names_in_text(claim, typed),
        "unnamed": [speaker for speaker in found if speaker.kind == SpeakerKind.UNNAMED],
    }
    return render_partial(request, "speaker-options", context)


@require_POST
@requires(Capability.REVIEW)
def article_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take back the person's last step in the article."""
    article = row_or_404(request, review_parts.articles_without_text(), pk=pk)
    step = undo.undo_last(article=article, by=request.user, request_key=_key(request))
    return _stepped(request, article, step, done="Undone", nothing="There is nothing of yours to undo here.")


@require_POST
@requires(Capability.REVIEW)
def article_redo(request: DeskRequest, pk: int) -> HttpResponse:
    """Repeat the step that the person took back last."""
    article = row_or_404(request, review_parts.articles_without_text(), pk=pk)
    step = undo.redo_last(article=article, by=request.user, request_key=_key(request))
    return _stepped(request, article, step, done="Done again", nothing="There is nothing to do again.")


@require_POST
@requires(Capability.REVIEW)
def article_reviewed(request: DeskRequest, pk: int) -> HttpResponse:
    """Close the article, or open it again."""
    article = row_or_404(request, review_parts.articles_without_text(), pk=pk)
    articles.mark_reviewed(article=article, by=request.user, is_reviewed=article.state == ArticleState.READY)
    return go_to(request, address_on_the_way(request, article))


@require_POST
@requires(Capability.MANAGE)
def article_retry(request: DeskRequest, pk: int) -> HttpResponse:
    """Pre-annotate the article again; what people decided stays."""
    article = row_or_404(request, review_parts.articles_without_text(), pk=pk)
    tasks.request_annotation(article, by=request.user)
    return go_to(request, address_on_the_way(request, article))


@require_POST
@requires(Capability.MANAGE)
def article_delete(request: DeskRequest, pk: int) -> HttpResponse:
    """Delete the article with its claims."""
    article = row_or_404(request, review_parts.articles_without_text(), pk=pk)
    articles.delete_article(article=article, by=request.user)
    return go_to(request, reverse("annotations:article-list"))


@require_POST
@requires(Capability.REVIEW)
def paragraph_region(request: DeskRequest, pk: int, index: int) -> HttpResponse:
    """Say what a paragraph is, and pre-annotate the article anew."""
    article = row_or_404(request, review_parts.articles_without_text(), pk=pk)
    paragraph = row_or_404(request, article.paragraphs.all(), index=index)
    form = RegionForm(request.POST)
    if not form.is_valid():
        return HttpResponse("No such region.", status=400, content_type="text/plain")
    tasks.request_region(paragraph, Region(form.cleaned_data["region"]), by=request.user)
    return go_to(request, f"{address_on_the_way(request, article)}#paragraph-{paragraph.index}")


def _stepped(request: DeskRequest, article: Article, step: Step, *, done: str, nothing: str) -> HttpResponse:
    """Show the page after undo or redo, at the claim that the step changed."""
    message = nothing
    if step.revision:
        message = f"{done}: {step.revision.verb}."
    for obstacle in step.obstacles[:2]:
        message += f" {undo.reason(obstacle)}"
    if len(step.obstacles) > 2:
        message += f" {len(step.obstacles) - 2} more stay for the same reason."
    claim_id = step.revision.claim_id if step.revision else number_in(request.POST.get("claim"))
    if not wants_fragment(request):
        return redirect(address_on_the_way(request, article, claim=claim_id or ""))
    article.refresh_from_db()
    touched = step.revision.spans() if step.revision else []
    response = review_parts.list_response(request, article, claim_id, touched=touched)
    bring_versions(response, versions_left(by=request.user, request_key=_key(request)))
    return announce(response, message)


def _claim_asked_for(request: DeskRequest, reviewed: queries.ReviewedArticle) -> int | None:
    asked = number_in(request.GET.get("claim"))
    if asked and reviewed.has_claim(asked):
        return asked
    return reviewed.first_to_review()


def _key(request: DeskRequest) -> str:
    form = StepForm(request.POST)
    return form.cleaned_data["key"] if form.is_valid() else ""
