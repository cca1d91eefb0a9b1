"""The history of an article: what each step changed, and a button that takes it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from annotations.domain import undo
from annotations.models import Article, Revision
from annotations.queries import history
from annotations.views.access import Capability, DeskRequest, number_in, requires, row_or_404
from annotations.views.htmx import go_to


@require_safe
@requires(Capability.READ)
def article_history(request: DeskRequest, pk: int) -> HttpResponse:
    """Show who did what to the article, or with `?claim=` to one claim; `?page=` is where to go on."""
    article = row_or_404(request, Article.objects.all(), pk=pk)
    claim_id = number_in(request.GET.get("claim"))
    page = history.article_history(article, claim_id=claim_id, cursor=request.GET.get("page", ""))
    number = history.numbers_in(article).get(claim_id) if claim_id else None
    context = {"article": article, "page": page, "claim_id": claim_id, "number": number}
    return render(request, "annotations/article_history.html", context)


@require_POST
@requires(Capability.REVIEW)
def step_take_back(request: DeskRequest, pk: int) -> HttpResponse:
    """Take one step back and show the history again, with what came of it."""
    step = row_or_404(request, Revision.objects.filter(article_id__isnull=False), pk=pk)
    article = row_or_404(request, Article.objects.all(), pk=step.article_id)
    try:
        undo.take_back(step=step, by=request.user, request_key=request.POST.get("key", "")[:64])
    except undo.CannotTakeBack as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Taken back: {step.verb}.")
    address = reverse("annotations:article-history", args=[article.pk])
    claim_id = number_in(request.POST.get("claim"))
    return go_to(request, f"{address}?claim={claim_id}" if claim_id else address)
