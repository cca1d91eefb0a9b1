"""What is shown to somebody whose step came too late: what they wanted and what is stored, to take either."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from annotations.choices import ClaimKind, SpanRole
from annotations.models import Article, Claim, Revision, Speaker
from annotations.queries.changes import last_change_of
from annotations.views.access import DeskRequest, sight
from annotations.views.htmx import announce, wants_fragment
from annotations.views.queue import address_on_the_way
from annotations.views.review_parts import CLAIM_DELETED, decided_response, list_response, render_partial

# What a form brings for itself, whatever it asks for.
OWN_FIELDS = frozenset({"csrfmiddlewaretoken", "version", "key"})


@dataclass(frozen=True, slots=True)
class Conflict:
    """A step that was refused, since `change` came first; `path` and `fields` ask for it again."""

    wanted: str
    change: Revision | None
    who: str
    path: str
    fields: tuple[tuple[str, str], ...]


def stale_response(request: DeskRequest, claim: Claim) -> HttpResponse:
    """Answer 409 with both states of the claim; nothing was changed."""
    change = last_change_of(claim.article_id, claim.pk)
    who = _who(request, change)
    fields = tuple((name, value) for name, value in _asked(request).items() if name not in OWN_FIELDS)
    conflict = Conflict(_wanted(request, claim.article), change, who, request.path, fields)
    note = f"Not saved: {who} changed claim {{number}} since you saw it. Take yours or keep theirs."
    return decided_response(request, claim, note, conflict=conflict)


def speaker_conflict(request: DeskRequest, claim: Claim, speaker: Speaker) -> Conflict:
    """Return the conflict of a claim that a batch would have given to `speaker` had nobody been quicker."""
    change = last_change_of(claim.article_id, claim.pk)
    path = reverse("annotations:claim-speaker", args=[claim.pk])
    fields = (("speaker", str(speaker.pk)),)
    return Conflict(f"Given to {speaker.name}", change, _who(request, change), path, fields)


def gone_response(request: DeskRequest, claim_id: int) -> HttpResponse:
    """Answer 409 where somebody took the claim away; 404 where there never was one.

    Who did it themselves, with this very request, is told so again: the first answer was lost on its way.
    """
    change = last_change_of(None, claim_id)
    before = (change.before.get(f"claim:{claim_id}") if change else None) or {}
    article = sight(request).narrowed(Article.objects.filter(pk=before.get("article_id") or 0)).first()
    if change is None or article is None:
        raise Http404
    content = before["spans"][SpanRole.CONTENT.value]
    # A step without a key can't be told from the person's other ones.
    key = request.POST.get("key")
    if key and change.request_key == key and change.actor_id == request.user.pk:
        return list_response(request, article, None, touched=content, note=CLAIM_DELETED)
    who = _who(request, change)
    context = {
        "article": article,
        "claim_id": claim_id,
        "content": _words(article, content),
        "spans": ";".join(f"{start}-{end}" for start, end in content),
        "conflict": Conflict(_wanted(request, article), change, who, request.path, ()),
    }
    note = f"Not saved: {who} deleted this claim since you saw it. Bring it back or leave it deleted."
    if not wants_fragment(request):
        context |= {"reason": note, "back": address_on_the_way(request, article)}
        return render(request, "409.html", context, status=409)
    return announce(
        render_partial(request, "gone", context, page="annotations/claim_card.html", status=409), note
    )


def _who(request: DeskRequest, change: Revision | None) -> str:
    """Return who made the change, as the sentences of this page name them."""
    if change is None:
        return "somebody"
    if change.actor is None:
        return "the pipeline"
    if change.actor == request.user:
        return "you yourself, elsewhere,"
    return change.actor.display_name


def _wanted(request: DeskRequest, article: Article) -> str:
    """Say what the refused form asked for, as far as it can be read."""
    view = request.resolver_match.url_name if request.resolver_match else ""
    try:
        return _asked_for(request, view or "", _asked(request), article)
    except (KeyError, ValueError):
        return "Your step"


def _asked(request: DeskRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items()}


def _asked_for(request: DeskRequest, view: str, asked: Mapping[str, str], article: Article) -> str:
    match view:
        case "claim-accept":
            return "Accepted, as you saw it"
        case "claim-reject":
            return "Rejected"
        case "claim-kind":
            return ClaimKind(asked["kind"]).label
        case "claim-note":
            return f"Note: {asked['note']}"
        case "claim-delete":
            return "Deleted"
        case "claim-speaker":
            speakers = sight(request).narrowed(Speaker.objects.filter(pk=asked.get("speaker") or 0))
            speaker = speakers.first()
            name = speaker.name if speaker else asked.get("name", "").strip()
            return f"Given to {name or 'nobody'}"
        case "claim-spans":
            spans = [tuple(map(int, part.split("-"))) for part in asked["spans"].split(";") if part]
            return f"{SpanRole(asked['role']).label}: {_words(article, spans) or 'none'}"
    return "Your step"


def _words(article: Article, spans: list[tuple[int, ...]]) -> str:
    return " […] ".join(article.text[start:end] for start, end in spans)
