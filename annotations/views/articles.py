"""The article list: search, filters, pages, and sets filled from what was found."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import push_url

from annotations.domain import sets
from annotations.forms.articles import ArticleFilterForm, BulkForm, Move, Scope
from annotations.models import ArticleSet
from annotations.queries.articles import (
    ORDERS,
    articles_found,
    articles_matching,
    listed,
)
from annotations.queries.pages import page_of
from annotations.queries.sets import set_names
from annotations.views.access import Capability, DeskRequest, requires, sight
from annotations.views.filters import filters_in_force
from annotations.views.htmx import announce, go_to, render_page, wants_fragment

PAGE = "annotations/article_list.html"


@require_safe
@requires(Capability.READ)
def article_list(request: DeskRequest) -> HttpResponse:
    """Show the articles that fit what is asked for; htmx gets the results alone."""
    context = _list_context(request, BulkForm())
    response = render_page(request, PAGE, context, fragment="article-results")
    if wants_fragment(request):
        push_url(response, f"{reverse('annotations:article-list')}?{context['query']}")
        count = context["count"]
        announce(response, f"{count} article{'' if count.number == 1 else 's'} found.")
    return response


@require_POST
@requires(Capability.MANAGE)
def article_bulk(request: DeskRequest) -> HttpResponse:
    """Put articles into a set or take them out; the address carries the filters of the list."""
    form = BulkForm(request.POST)
    if not form.is_valid():
        return render_page(
            request, PAGE, _list_context(request, form), fragment="article-results", status=422
        )
    chosen = form.cleaned_data
    try:
        article_set: ArticleSet = chosen["article_set"] or sets.create_set(
            name=chosen["new_set"], by=request.user
        )
    except sets.NameTaken:
        form.add_error("new_set", "There is a set of this name. Choose it from the list.")
        return render_page(
            request, PAGE, _list_context(request, form), fragment="article-results", status=422
        )
    if chosen["scope"] == Scope.FOUND:
        articles = articles_matching(ArticleFilterForm(request.GET, sight=sight(request)).wanted()).only("pk")
    else:
        articles = chosen["articles"]
    move = sets.add_articles if chosen["move"] == Move.PUT else sets.remove_articles
    moved = move(article_set=article_set, articles=articles, by=request.user)
    done = "put into" if chosen["move"] == Move.PUT else "taken out of"
    messages.success(request, f"{moved} article{'' if moved == 1 else 's'} {done} “{article_set.name}”.")
    return go_to(
        request, f"{reverse('annotations:article-list')}?{filters_in_force(request, ArticleFilterForm())}"
    )


def _list_context(request: DeskRequest, bulk_form: BulkForm) -> dict[str, Any]:
    form = ArticleFilterForm(request.GET, sight=sight(request))
    named = set_names(sight(request))
    form.offer(named)
    bulk_form.offer(named)
    wanted = form.wanted()
    count, articles = articles_found(wanted)
    page = page_of(
        listed(articles),
        order=ORDERS[wanted.sort],
        cursor=request.GET.get("page", ""),
    )
    return {
        "form": form,
        "bulk_form": bulk_form,
        "ticked": set(request.POST.getlist("articles")),
        "page": page,
        "count": count,
        "article_set": wanted.article_set,
        "query": filters_in_force(request, form),
    }
