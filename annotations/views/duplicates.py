"""The page of likely duplicates: pairs to merge or to keep apart, and the answers that were given."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from annotations.domain import duplicates
from annotations.models import KeptApart, LikelyDuplicate
from annotations.queries.duplicates import PAIR_ORDER, kept_apart, likely_pairs, names_to_compare, pair_count
from annotations.queries.pages import page_of
from annotations.views.access import Capability, DeskRequest, requires, row_or_404, sight
from annotations.views.htmx import announce, focus_on, go_to, render_page, wants_fragment

PAGE = "annotations/speaker_duplicates.html"
# Pairs stand with much text, so fewer make a page than of other rows.
PAIRS_ON_A_PAGE = 20
ANSWERS_SHOWN = 10


@require_safe
@requires(Capability.READ)
def speaker_duplicates(request: DeskRequest) -> HttpResponse:
    """Show the pairs by how many claims a merge would join; weak signs only where they are asked for."""
    return render_page(request, PAGE, _context(request), fragment="pairs")


@require_POST
@requires(Capability.MANAGE)
def pair_keep_apart(request: DeskRequest, pk: int) -> HttpResponse:
    """Remember that the two of a pair are not the same, and go on to the next pair."""
    pair = row_or_404(
        request, LikelyDuplicate.objects.select_related("one__merged_into", "other__merged_into"), pk=pk
    )
    try:
        duplicates.keep_apart(one=pair.one, other=pair.other, by=request.user)
    except duplicates.CannotKeepApart as error:
        return _answered(request, str(error))
    return _answered(request, f"{pair.one.name} and {pair.other.name} are kept apart.")


@require_POST
@requires(Capability.MANAGE)
def kept_apart_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take the answer "not the same" back."""
    kept = row_or_404(request, KeptApart.objects.select_related("one", "other"), pk=pk)
    duplicates.undo_keep_apart(kept=kept, by=request.user)
    return _answered(request, f"{kept.one.name} and {kept.other.name} may be the same again.")


def _answered(request: DeskRequest, said: str) -> HttpResponse:
    if not wants_fragment(request):
        messages.success(request, said)
        return go_to(request, reverse("annotations:speaker-duplicates") + _query_of(request))
    context = _context(request)
    response = render_page(request, PAGE, context, fragment="pairs")
    return focus_on(announce(response, said), _next_button(request, context["page"].rows))


def _query_of(request: DeskRequest) -> str:
    return f"?{request.GET.urlencode()}" if request.GET else ""


def _next_button(request: DeskRequest, pairs: list[LikelyDuplicate]) -> str:
    """Return the id of the button that came up where the answered pair was, else of the heading."""
    place = request.POST.get("place", "")
    if not pairs or not place.isdecimal():
        return "pairs-heading"
    return f"apart-{pairs[min(int(place), len(pairs) - 1)].pk}"


def _context(request: DeskRequest) -> dict[str, Any]:
    is_weak = request.GET.get("signs") == "weak"
    pairs = likely_pairs(is_strong=not is_weak, sight=sight(request))
    return {
        "page": page_of(pairs, order=PAIR_ORDER, cursor=request.GET.get("page", ""), size=PAIRS_ON_A_PAGE),
        "is_weak": is_weak,
        "strong_count": None if is_weak else pair_count(is_strong=True, sight=sight(request)),
        "weak_count": pair_count(is_strong=False, sight=sight(request)),
        "query": "signs=weak" if is_weak else "",
        "here": _query_of(request),
        "to_compare": names_to_compare(),
        "kept": list(kept_apart(sight(request))[:ANSWERS_SHOWN]),
    }
