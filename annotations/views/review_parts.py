"""The parts of the review page that come back after a step, where the focus goes, and what is said."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from annotations.choices import ClaimKind
from annotations.models import Article, Claim
from annotations.queries.review import ClaimOrder, ReviewedArticle
from annotations.views.access import DeskRequest
from annotations.views.htmx import announce, focus_on, wants_fragment

PAGE = "annotations/review.html"
ORDER_IN_SESSION = "claim_order"


def claims() -> QuerySet[Claim]:
    """Return the claims a view may look for, with their articles."""
    return Claim.objects.select_related("article", "speaker").prefetch_related("spans")


def order_asked_for(request: DeskRequest) -> ClaimOrder | None:
    """Return the order of the cards that the address names, None where it names none that there is."""
    value = request.GET.get("order")
    return ClaimOrder(value) if value in set(ClaimOrder) else None


def order_in_force(request: DeskRequest) -> ClaimOrder:
    """Return the order that is asked for, else that of the page that asks, else the one chosen last."""
    page = parse_qs(urlsplit(request.htmx.current_url or "").query)
    known = set(ClaimOrder)
    for value in (request.GET.get("order"), *page.get("order", ()), request.session.get(ORDER_IN_SESSION)):
        if value in known:
            return ClaimOrder(value)
    return ClaimOrder.TEXT


def render_partial(
    request: DeskRequest, partial: str, context: Mapping[str, Any], *, page: str = PAGE, status: int = 200
) -> HttpResponse:
    """Render one partial of the page, or with an empty name the whole page."""
    response = render(request, f"{page}#{partial}" if partial else page, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def list_context(request: DeskRequest, reviewed: ReviewedArticle, claim_id: int | None) -> dict[str, Any]:
    """Return what the list of cards, the progress and the board need."""
    return {
        "article": reviewed.article,
        "reviewed": reviewed,
        "window": reviewed.window(claim_id),
        "current_id": claim_id,
        "kinds": list(ClaimKind),
        "orders": list(ClaimOrder),
    }


def decided_response(
    request: DeskRequest,
    claim: Claim,
    note: str,
    *,
    goes_on: bool = False,
    also: Iterable[tuple[int, int]] = (),
    status: int = 200,
) -> HttpResponse:
    """Answer with the changed card, the paragraphs it marks, the progress and the board.

    With `goes_on` the focus moves to the next undecided claim; otherwise it stays on this one. `also` are
    spans that lost their mark.
    """
    article = Article.objects.get(pk=claim.article_id)
    reviewed = ReviewedArticle(article, order_in_force(request))
    following = reviewed.next_undecided(claim.pk) if goes_on else None
    if not wants_fragment(request):
        return _plain(request, article, following or claim.pk, note, status)
    context = list_context(request, reviewed, claim.pk) | {
        "card": reviewed.cards([claim.pk])[0],
        "paragraphs": reviewed.paragraphs_over([*_spans(claim), *also]),
        "conflict": note if status == 409 else "",
        "following_id": following,
    }
    response = render_partial(request, "decided", context, status=status)
    if goes_on:
        note = f"{note} {left(reviewed)}"
    return focus_on(announce(response, note), f"claim-card-{following or claim.pk}")


def list_response(
    request: DeskRequest,
    article: Article,
    claim_id: int | None,
    *,
    touched: Iterable[tuple[int, int]],
    note: str = "",
) -> HttpResponse:
    """Answer with the list around the claim, after a step that adds or takes away claims.

    `touched` are the spans whose marks came or went.
    """
    article = Article.objects.get(pk=article.pk)
    reviewed = ReviewedArticle(article, order_in_force(request))
    if claim_id is None or reviewed.number_of(claim_id) is None:
        claim_id = reviewed.first_to_review()
    if not wants_fragment(request):
        return _plain(request, article, claim_id, note, 200)
    context = list_context(request, reviewed, claim_id) | {"paragraphs": reviewed.paragraphs_over(touched)}
    response = render_partial(request, "relisted", context)
    response = focus_on(response, f"claim-card-{claim_id}" if claim_id else "claim-list")
    return announce(response, note) if note else response


def gone_response(request: DeskRequest, article: Article) -> HttpResponse:
    """Answer a decision about a claim that somebody deleted meanwhile."""
    note = "Not saved: somebody deleted this claim since you saw it."
    response = list_response(request, article, None, touched=[], note=note)
    response.status_code = 409
    return response


def refused_response(
    request: DeskRequest, about: Claim | Article, reason: str, status: int = 400
) -> HttpResponse:
    """Answer a request that asks for something that can't be; nothing was changed."""
    if wants_fragment(request):
        return HttpResponse(reason, status=status, content_type="text/plain; charset=utf-8")
    article = about.article if isinstance(about, Claim) else about
    return render(request, "400.html", {"reason": reason, "back": article.get_absolute_url()}, status=status)


def left(reviewed: ReviewedArticle) -> str:
    """Return the sentence that says how many claims are left."""
    if reviewed.left == 0:
        return "All claims of this article are decided."
    return f"{reviewed.left} left."


def _plain(
    request: DeskRequest, article: Article, claim_id: int | None, note: str, status: int
) -> HttpResponse:
    """Answer a form sent without htmx."""
    if status == 409:
        back = f"{article.get_absolute_url()}?claim={claim_id or ''}"
        return render(request, "409.html", {"reason": note, "back": back}, status=status)
    return redirect(f"{article.get_absolute_url()}?claim={claim_id or ''}#claim-card-{claim_id or ''}")


def _spans(claim: Claim) -> Iterable[tuple[int, int]]:
    return claim.spans.values_list("start", "end")
