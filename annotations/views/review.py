"""The review page: an article with its claims, and what happens to the article as a whole."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from annotations import tasks
from annotations.choices import ArticleState, Region
from annotations.domain import articles, presence, undo
from annotations.domain.undo import Step
from annotations.forms.review import RegionForm, StepForm
from annotations.models import Article, ArticleSet
from annotations.queries import review as queries
from annotations.queries.speakers import speaker_search
from annotations.queries.work import is_waiting_for_a_worker
from annotations.views import review_parts
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.htmx import announce, go_to, wants_fragment
from annotations.views.review_parts import render_partial


@require_safe
@requires(Capability.READ)
def review(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the article and the claims around `?claim=`; `?set=` is where the next article comes from.

    `?order=` is how the cards stand, and is remembered for the articles after this one.
    """
    article = row_or_404(queries.articles_for_review(), pk=pk)
    order = review_parts.order_in_force(request)
    reviewed = queries.ReviewedArticle(article, order)
    claim_id = _claim_asked_for(request, reviewed)
    article_set = ArticleSet.objects.filter(pk=_number(request.GET.get("set")) or 0).first()
    presence.note_presence(article=article, by=request.user)
    context = review_parts.list_context(request, reviewed, claim_id) | {
        "text": reviewed.text_around(claim_id),
        "run": queries.run_under_way(article),
        "is_waiting_for_a_worker": is_waiting_for_a_worker(),
        "others": queries.others_here(article, request.user),
        "next_article": queries.next_article_with_work(article, article_set=article_set),
        "article_set": article_set,
    }
    is_chosen = review_parts.order_asked_for(request) is not None
    if is_chosen and request.session.get(review_parts.ORDER_IN_SESSION) != order:
        request.session[review_parts.ORDER_IN_SESSION] = order.value
    if not wants_fragment(request):
        return render_partial(request, "", context)
    if is_chosen:
        message = f"{order.label}. {review_parts.left(reviewed)}"
        return announce(render_partial(request, "ordered", context), message)
    return render_partial(request, "claim-list", context)


@require_safe
@requires(Capability.READ)
def article_text(request: DeskRequest, pk: int) -> HttpResponse:
    """Show another part of a long text: around `?claim=`, or from `?before=` or `?after=` on."""
    article = row_or_404(Article.objects.all(), pk=pk)
    reviewed = queries.ReviewedArticle(article)
    before, after = _number(request.GET.get("before")), _number(request.GET.get("after"))
    if before or after:
        text = reviewed.text_from(before or after or 1)
    else:
        text = reviewed.text_around(_number(request.GET.get("claim")))
    context = {"article": article, "text": text, "is_earlier": bool(before), "is_later": bool(after)}
    return render_partial(request, "text-window", context)


@require_safe
@requires(Capability.READ)
def article_run(request: DeskRequest, pk: int) -> HttpResponse:
    """Say how the pre-annotation goes on; once it is over the page is loaded anew."""
    article = row_or_404(Article.objects.all(), pk=pk)
    run = queries.run_under_way(article)
    if run is None:
        return HttpResponseClientRefresh() if wants_fragment(request) else redirect(article)
    context = {"article": article, "run": run, "is_waiting_for_a_worker": is_waiting_for_a_worker()}
    return render_partial(request, "run-status", context)


@require_safe
@requires(Capability.READ)
def article_presence(request: DeskRequest, pk: int) -> HttpResponse:
    """Note that the person is still here, and say who else is."""
    article = row_or_404(Article.objects.all(), pk=pk)
    presence.note_presence(article=article, by=request.user)
    context = {"article": article, "others": queries.others_here(article, request.user)}
    return render_partial(request, "presence", context)


@require_safe
@requires(Capability.READ)
def article_history(request: DeskRequest, pk: int) -> HttpResponse:
    """Show who did what to the article."""
    article = row_or_404(Article.objects.all(), pk=pk)
    context = {"article": article, "revisions": queries.history_of_article(article)}
    return render_partial(request, "", context, page="annotations/article_history.html")


@require_safe
@requires(Capability.REVIEW)
def speaker_options(request: DeskRequest, pk: int) -> HttpResponse:
    """Offer the desk's speakers that fit what is typed, for the speaker box of one claim."""
    claim = row_or_404(review_parts.claims(), pk=pk)
    typed = request.GET.get("name", "")[:300]
    context = {"claim": claim, "typed": typed.strip(), "options": speaker_search(typed, limit=8)}
    return render_partial(request, "speaker-options", context)


@require_POST
@requires(Capability.REVIEW)
def article_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take back the person's last step in the article."""
    article = row_or_404(Article.objects.all(), pk=pk)
    step = undo.undo_last(article=article, by=request.user, request_key=_key(request))
    return _stepped(request, article, step, done="Undone", nothing="There is nothing of yours to undo here.")


@require_POST
@requires(Capability.REVIEW)
def article_redo(request: DeskRequest, pk: int) -> HttpResponse:
    """Repeat the step that the person took back last."""
    article = row_or_404(Article.objects.all(), pk=pk)
    step = undo.redo_last(article=article, by=request.user, request_key=_key(request))
    return _stepped(request, article, step, done="Done again", nothing="There is nothing to do again.")


@require_POST
@requires(Capability.REVIEW)
def article_reviewed(request: DeskRequest, pk: int) -> HttpResponse:
    """Close the article, or open it again."""
    article = row_or_404(Article.objects.all(), pk=pk)
    articles.mark_reviewed(article=article, by=request.user, is_reviewed=article.state == ArticleState.READY)
    return go_to(request, article.get_absolute_url())


@require_POST
@requires(Capability.MANAGE)
def article_retry(request: DeskRequest, pk: int) -> HttpResponse:
    """Pre-annotate the article again; what people decided stays."""
    article = row_or_404(Article.objects.all(), pk=pk)
    tasks.request_annotation(article, by=request.user)
    return go_to(request, article.get_absolute_url())


@require_POST
@requires(Capability.MANAGE)
def article_delete(request: DeskRequest, pk: int) -> HttpResponse:
    """Delete the article with its claims."""
    article = row_or_404(Article.objects.all(), pk=pk)
    articles.delete_article(article=article, by=request.user)
    return go_to(request, reverse("annotations:article-list"))


@require_POST
@requires(Capability.REVIEW)
def paragraph_region(request: DeskRequest, pk: int, index: int) -> HttpResponse:
    """Say what a paragraph is, and pre-annotate the article anew."""
    article = row_or_404(Article.objects.all(), pk=pk)
    paragraph = row_or_404(article.paragraphs.all(), index=index)
    form = RegionForm(request.POST)
    if not form.is_valid():
        return HttpResponse("No such region.", status=400, content_type="text/plain")
    tasks.request_region(paragraph, Region(form.cleaned_data["region"]), by=request.user)
    return go_to(request, f"{article.get_absolute_url()}#paragraph-{paragraph.index}")


def _stepped(request: DeskRequest, article: Article, step: Step, *, done: str, nothing: str) -> HttpResponse:
    """Show the page after undo or redo, at the claim that the step changed."""
    message = nothing
    if step.revision:
        message = f"{done}: {step.revision.verb}."
    if step.passed_over:
        message += f" {step.passed_over} newer not undone, since somebody changed the same claim after you."
    claim_id = step.revision.claim_id if step.revision else _number(request.POST.get("claim"))
    if not wants_fragment(request):
        return redirect(f"{article.get_absolute_url()}?claim={claim_id or ''}")
    article.refresh_from_db()
    touched = step.revision.spans() if step.revision else []
    return announce(review_parts.list_response(request, article, claim_id, touched=touched), message)


def _claim_asked_for(request: DeskRequest, reviewed: queries.ReviewedArticle) -> int | None:
    asked = _number(request.GET.get("claim"))
    if asked and reviewed.number_of(asked):
        return asked
    return reviewed.first_to_review()


def _key(request: DeskRequest) -> str:
    form = StepForm(request.POST)
    return form.cleaned_data["key"] if form.is_valid() else ""


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
