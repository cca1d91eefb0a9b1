"""The parts of the review page that come back after a step, where the focus goes, and what is said."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from annotations.choices import ClaimKind
from annotations.domain.steps import ClaimGone
from annotations.models import Article, Claim
from annotations.queries.chains import Chain
from annotations.queries.claim_order import ClaimOrder
from annotations.queries.review import ReviewedArticle
from annotations.views.access import DeskRequest
from annotations.views.htmx import announce, focus_on, wants_fragment
from annotations.views.queue import address_on_the_way, way_of

PAGE = "annotations/review.html"
ORDER_IN_SESSION = "claim_order"
# How many claims before and behind the one in hand come with their controls at once; the page asks for the
# others' before somebody gets there (decision 67).
WHOLE_BEFORE = 1
WHOLE_BEHIND = 2
CLAIM_DELETED = "Claim deleted. Undo brings it back."
SPEAKER_GONE = "Somebody deleted this speaker meanwhile: choose another."


def claims() -> QuerySet[Claim]:
    """Return the claims a view may look for, with their articles but not those' texts."""
    return Claim.objects.select_related("article", "speaker").defer("article__text")


def articles_without_text() -> QuerySet[Article]:
    """Return the articles a view may look for; the text of one is read where it is needed."""
    return Article.objects.defer("text")


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
    window = reviewed.window(claim_id)
    ids = window.claim_ids
    at = ids.index(claim_id) if claim_id in ids else 0
    bare = {*ids[: max(at - WHOLE_BEFORE, 0)], *ids[at + WHOLE_BEHIND + 1 :]}
    return step_context(reviewed) | {
        "window": window,
        "cards": reviewed.cards(ids, in_a_row=True, bare=bare),
        "current_id": claim_id,
        "orders": list(ClaimOrder),
    }


def step_context(reviewed: ReviewedArticle) -> dict[str, Any]:
    """Return what every answer to a step needs."""
    return {
        "article": reviewed.article,
        "reviewed": reviewed,
        "kinds": list(ClaimKind),
        # Of hardly any card, but a template takes long to find that a name is not there.
        "conflict": None,
        "oob": False,
    }


def decided_response(
    request: DeskRequest,
    claim: Claim,
    note: str,
    *,
    goes_on: bool = False,
    also: Iterable[tuple[int, int]] = (),
    partial: str = "decided",
    chain: Chain | None = None,
    conflict: object = None,
) -> HttpResponse:
    """Answer with the changed card, the paragraphs it marks and the progress.

    The claim is as the step left it. With `goes_on` a form sent without a script leads to the next undecided
    claim; the page itself has gone on before it asked. `also` are spans that lost their mark; the partial
    "answered" takes the `chain` that is offered to be given along, and takes away what was offered before.
    With a `conflict` nothing was changed: the card shows it and the answer is 409; the note may say
    `{number}` for the claim's. Raises ClaimGone of `domain.steps` where somebody deleted the claim since.
    """
    article = claim.article
    reviewed = ReviewedArticle(article, order_in_force(request))
    if not conflict and not wants_fragment(request):
        following = reviewed.next_undecided(claim.pk) if goes_on else None
        return _plain(request, article, following or claim.pk)
    card = reviewed.card_of(claim)
    if card is None:
        raise ClaimGone
    if conflict:
        note = note.replace("{number}", str(card.number))
    spans = [(span.start, span.end) for span in card.claim.spans.all()]
    context = step_context(reviewed) | {
        "current_id": None,
        "card": card,
        "paragraphs": reviewed.paragraphs_over([*spans, *also]),
        "conflict": conflict,
        "chain": chain,
    }
    if conflict and not wants_fragment(request):
        back = address_on_the_way(request, article, claim=claim.pk)
        context |= {"reason": note, "back": back, "way": urlencode(way_of(request))}
        return render(request, "409.html", context, status=409)
    response = render_partial(request, partial, context, status=409 if conflict else 200)
    if goes_on:
        note = f"{note} {left(reviewed)}"
    if chain:
        note += f" “{chain.words}” has {len(chain.offered)} more: b gives them too."
    return announce(response, note)


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
    article = articles_without_text().get(pk=article.pk)
    reviewed = ReviewedArticle(article, order_in_force(request), lists_claims=True)
    if claim_id is None or not reviewed.has_claim(claim_id):
        claim_id = reviewed.first_to_review()
    if not wants_fragment(request):
        return _plain(request, article, claim_id)
    context = list_context(request, reviewed, claim_id) | {"paragraphs": reviewed.paragraphs_over(touched)}
    response = render_partial(request, "relisted", context)
    response = focus_on(response, f"claim-card-{claim_id}" if claim_id else "claim-list")
    return announce(response, note) if note else response


def refused_response(
    request: DeskRequest, about: Claim | Article, reason: str, status: int = 400
) -> HttpResponse:
    """Answer a request that asks for something that can't be; nothing was changed."""
    if wants_fragment(request):
        return HttpResponse(reason, status=status, content_type="text/plain; charset=utf-8")
    article = about.article if isinstance(about, Claim) else about
    context = {"reason": reason, "back": address_on_the_way(request, article)}
    return render(request, "400.html", context, status=status)


def left(reviewed: ReviewedArticle) -> str:
    """Return the sentence that says how many claims are left."""
    if reviewed.left == 0:
        return "All claims of this article are decided."
    return f"{reviewed.left} left."


def _plain(request: DeskRequest, article: Article, claim_id: int | None) -> HttpResponse:
    """Answer a form sent without htmx."""
    address = address_on_the_way(request, article, claim=claim_id or "")
    return redirect(f"{address}#claim-card-{claim_id or ''}")
