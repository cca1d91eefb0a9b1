"""The pages of the sets: all of them, and one with its articles."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from annotations.domain import sets
from annotations.forms.sets import AccessForm, SetForm, TakeOutForm
from annotations.models import Article, ArticleSet
from annotations.queries.articles import ORDERS, ArticleSort, listed
from annotations.queries.pages import page_of
from annotations.queries.queue import QueueOrder
from annotations.queries.sets import sets_with_progress
from annotations.views.access import Capability, DeskRequest, requires, row_or_404, sight
from annotations.views.htmx import announce, focus_on, go_to, render_page, wants_fragment

LIST = "annotations/set_list.html"
DETAIL = "annotations/set_detail.html"


@require_safe
@requires(Capability.READ)
def set_list(request: DeskRequest) -> HttpResponse:
    """Show all sets with their progress, and the form that makes one."""
    context = {"sets": sets_with_progress(sight(request)), "form": SetForm()}
    return render_page(request, LIST, context, fragment="set-form")


@require_POST
@requires(Capability.MANAGE)
def set_create(request: DeskRequest) -> HttpResponse:
    """Make a set and show it."""
    form = SetForm(request.POST)
    if form.is_valid():
        try:
            article_set = sets.create_set(**form.cleaned_data, by=request.user)
        except sets.NameTaken:
            form.add_error("name", "There is a set of this name. Choose another name.")
        else:
            messages.success(request, f"The set “{article_set.name}” is made. Now put articles into it.")
            return go_to(request, article_set.get_absolute_url())
    context = {"sets": sets_with_progress(sight(request)), "form": form}
    return render_page(request, LIST, context, fragment="set-form", status=422)


@require_safe
@requires(Capability.READ)
def set_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a set's progress and its articles."""
    return render_page(request, DETAIL, _detail_context(request, pk), fragment="set-articles")


@require_POST
@requires(Capability.MANAGE)
def set_rename(request: DeskRequest, pk: int) -> HttpResponse:
    """Give a set another name and description."""
    article_set = row_or_404(request, ArticleSet.objects.all(), pk=pk)
    form = SetForm(request.POST)
    if form.is_valid():
        try:
            sets.rename_set(article_set=article_set, **form.cleaned_data, by=request.user)
        except sets.NameTaken:
            form.add_error("name", "There is a set of this name. Choose another name.")
        else:
            messages.success(request, "Name and description are saved.")
            return go_to(request, article_set.get_absolute_url())
    context = _detail_context(request, pk, form=form)
    return render_page(request, DETAIL, context, fragment="rename-form", status=422)


@require_POST
@requires(Capability.MANAGE)
def set_access(request: DeskRequest, pk: int) -> HttpResponse:
    """Say whether the set is private, and to whom."""
    article_set = row_or_404(request, ArticleSet.objects.all(), pk=pk)
    form = AccessForm(request.POST)
    if form.is_valid():
        sets.change_access(article_set=article_set, **form.cleaned_data, by=request.user)
        said = "The set is private now." if form.cleaned_data["is_private"] else "Everybody sees the set now."
        messages.success(request, said)
        return go_to(request, article_set.get_absolute_url())
    context = _detail_context(request, pk, access_form=form)
    return render_page(request, DETAIL, context, fragment="access-form", status=422)


@require_POST
@requires(Capability.MANAGE)
def set_delete(request: DeskRequest, pk: int) -> HttpResponse:
    """Delete a set; its articles stay."""
    article_set = row_or_404(request, ArticleSet.objects.all(), pk=pk)
    sets.delete_set(article_set=article_set, by=request.user)
    messages.success(request, f"The set “{article_set.name}” is deleted. Its articles are still there.")
    return go_to(request, reverse("annotations:set-list"))


@require_POST
@requires(Capability.MANAGE)
def set_take_out(request: DeskRequest, pk: int) -> HttpResponse:
    """Take one article out of a set; a second click finds nothing left to do."""
    article_set = row_or_404(request, ArticleSet.objects.all(), pk=pk)
    form = TakeOutForm(request.POST)
    if not form.is_valid():
        return HttpResponse(
            "This article is no longer there. Reload the page.", status=400, content_type="text/plain"
        )
    article: Article = form.cleaned_data["article"]
    sets.remove_articles(article_set=article_set, articles=[article], by=request.user)
    said = f"“{article.title}” is taken out of the set."
    if not wants_fragment(request):
        messages.success(request, said)
        return go_to(request, article_set.get_absolute_url())
    response = render_page(request, DETAIL, _detail_context(request, pk), fragment="set-articles")
    return focus_on(announce(response, said), "set-articles-heading")


def _detail_context(
    request: DeskRequest, pk: int, *, form: SetForm | None = None, access_form: AccessForm | None = None
) -> dict[str, Any]:
    article_set = row_or_404(request, sets_with_progress(sight(request)), pk=pk)
    articles = listed(sight(request).narrowed(article_set.articles.all()))
    stored = {"name": article_set.name, "description": article_set.description}
    return {
        "article_set": article_set,
        "queue_orders": list(QueueOrder),
        "form": form or SetForm(initial=stored),
        "access_form": access_form or AccessForm.of(article_set),
        "page": page_of(articles, order=ORDERS[ArticleSort.OLDEST], cursor=request.GET.get("page", "")),
    }
