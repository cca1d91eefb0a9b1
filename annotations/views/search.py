"""Search over articles, claims and speakers: one box, and the results of each kind."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations.forms.search import SearchForm
from annotations.queries.pages import page_of
from annotations.queries.search import ORDER, Search, SearchKind
from annotations.search_words import highlighted, passage
from annotations.views.access import Capability, DeskRequest, requires, sight
from annotations.views.filters import filters_in_force

RESULTS_ON_A_PAGE = 20


@require_safe
@requires(Capability.READ)
def search(request: DeskRequest) -> HttpResponse:
    """Show what fits of one kind, newest first, and how much there is of the others."""
    form = SearchForm(request.GET)
    wanted, kind = form.wanted(sight(request)), form.kind_wanted()
    context: dict[str, Any] = {"form": form, "wanted": wanted, "kind": kind}
    if wanted.terms:
        counts, shown = wanted.found(kind)
        page = page_of(shown, order=ORDER, cursor=request.GET.get("page", ""), size=RESULTS_ON_A_PAGE)
        context |= {
            "counts": counts,
            "page": page,
            "results": list(_told(wanted, kind, page.rows)),
            "query": filters_in_force(request, form),
        }
    return render(request, "annotations/search.html", context)


def _told(wanted: Search, kind: SearchKind, rows: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield each row with its texts in pieces, of which some are to be marked."""
    for row in rows:
        if kind == SearchKind.ARTICLES:
            text, title = passage(row.beginning, wanted.terms), row.title
        elif kind == SearchKind.CLAIMS:
            text, title = " … ".join(piece.words for piece in row.content_pieces), row.article.title
        else:
            text, title = row.role, row.name
        pieces = highlighted(text, wanted.terms)
        marked = title if kind == SearchKind.CLAIMS else highlighted(title, wanted.terms)
        yield {"row": row, "title": [(marked, False)] if isinstance(marked, str) else marked, "text": pieces}
