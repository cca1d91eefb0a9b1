"""Annotating many articles again: what would change in all of them, and one word for all."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations import tasks
from annotations.choices import ProposalState, Wish
from annotations.domain import reannotations
from annotations.domain.annotation import pipeline_of_today
from annotations.forms.reannotation import ReannotationForm
from annotations.models import ArticleSet, Reannotation
from annotations.queries import reannotation as queries
from annotations.queries.counting import count_up_to
from annotations.queries.pages import page_of
from annotations.queries.work import is_waiting_for_a_worker
from annotations.views.access import Capability, DeskRequest, number_in, requires, row_or_404, sight
from annotations.views.htmx import go_to, render_page

LIST = "annotations/reannotation_list.html"
PAGE = "annotations/reannotation_detail.html"


@never_cache
@require_safe
@requires(Capability.MANAGE)
def reannotation_list(request: DeskRequest) -> HttpResponse:
    """Show which pipelines annotated the desk's articles, the form that asks, and what was asked before."""
    sets = sight(request).narrowed(ArticleSet.objects.all())
    chosen = sets.filter(pk=number_in(request.GET.get("set")) or 0).first()
    return _list(request, ReannotationForm(initial={"article_set": chosen}), chosen)


@require_POST
@requires(Capability.MANAGE)
def reannotation_start(request: DeskRequest) -> HttpResponse:
    """Have the workers find out what would change in all articles that another pipeline annotated."""
    form = ReannotationForm(request.POST)
    if not form.is_valid():
        return _list(request, form, None, status=422)
    made = tasks.request_reannotation(
        article_set=form.cleaned_data["article_set"], pipeline=pipeline_of_today(), by=request.user
    )
    return go_to(request, made.get_absolute_url())


@never_cache
@require_safe
@requires(Capability.MANAGE)
def reannotation_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the totals by state and the articles in the state `?state=`; while anything goes on, ask again."""
    row = row_or_404(request, queries.reannotations(), pk=pk)
    totals = queries.totals_of(row)
    state = _state(request.GET.get("state"), totals)
    page = page_of(queries.proposals_in(row, state), order=("id",), cursor=request.GET.get("page", ""))
    context: dict[str, Any] = {
        "reannotation": row,
        "totals": totals,
        "sum": queries.sum_of(totals.tallies),
        "state": state,
        "page": page,
        "query": f"state={state.value}",
        "is_waiting_for_a_worker": totals.is_under_way and is_waiting_for_a_worker(),
    }
    return render_page(request, PAGE, context, fragment="reannotation")


@require_POST
@requires(Capability.MANAGE)
def reannotation_apply(request: DeskRequest, pk: int) -> HttpResponse:
    """Have everything applied that was worked out."""
    return _wish(request, pk, Wish.APPLY)


@require_POST
@requires(Capability.MANAGE)
def reannotation_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Have everything taken back that was applied."""
    return _wish(request, pk, Wish.UNDO)


@require_POST
@requires(Capability.MANAGE)
def reannotation_discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Have everything dropped that is not applied."""
    return _wish(request, pk, Wish.DISCARD)


@require_POST
@requires(Capability.MANAGE)
def reannotation_stop(request: DeskRequest, pk: int) -> HttpResponse:
    """Have the workers stop where they are; what is done stays done."""
    return _wish(request, pk, Wish.NOTHING)


@require_POST
@requires(Capability.MANAGE)
def reannotation_again(request: DeskRequest, pk: int) -> HttpResponse:
    """Have what is stale or failed worked out anew."""
    row = row_or_404(request, Reannotation.objects.all(), pk=pk)
    number = tasks.request_reannotation_again(row, by=request.user)
    messages.success(request, f"{number} article{'' if number == 1 else 's'} to be worked out again.")
    return go_to(request, row.get_absolute_url())


def _wish(request: DeskRequest, pk: int, what: Wish) -> HttpResponse:
    row = row_or_404(request, Reannotation.objects.all(), pk=pk)
    try:
        tasks.request_wish(row, what, by=request.user)
    except reannotations.NotYet as error:
        messages.error(request, str(error))
    return go_to(request, row.get_absolute_url())


def _list(
    request: DeskRequest, form: ReannotationForm, chosen: ArticleSet | None, *, status: int = 200
) -> HttpResponse:
    pipeline = pipeline_of_today()
    page = page_of(queries.reannotations(), order=("-id",), cursor=request.GET.get("page", ""), size=20)
    others = queries.articles_of_other_pipelines(chosen, pipeline)
    context: dict[str, Any] = {
        "form": form,
        "chosen": chosen,
        "pipeline": pipeline,
        "pipelines": queries.pipelines_of_the_desk(),
        "count": count_up_to(others),
        "page": page,
        "rows": [queries.totals_of(row) for row in page.rows],
    }
    return render_page(request, LIST, context, fragment="reannotation-form", status=status)


def _state(asked: str | None, totals: queries.Totals) -> ProposalState:
    """Return the state asked for, else the first that any article is in: what is to do comes first."""
    known = {state.value: state for state in ProposalState}
    if asked in known:
        return known[asked]
    return ProposalState(totals.tallies[0].state) if totals.tallies else ProposalState.READY
