"""The page on which a speaker that is two becomes two, and the way back."""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from annotations.domain import splitting
from annotations.domain.moves import CannotUndo
from annotations.forms.splits import SplitForm
from annotations.models import Revision, Speaker
from annotations.queries.speakers import SPLIT_VERB, claims_of, speaker_search, with_claim_counts
from annotations.queries.splits import (
    ARTICLES_SHOWN,
    SplitPreview,
    articles_quoting,
    claims_to_split,
    split_preview,
)
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.htmx import go_to

PAGE = "annotations/speaker_split.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE)
def speaker_split(request: DeskRequest, pk: int) -> HttpResponse:
    """Choose what goes to the other speaker, see what would change, and split.

    GET shows what can be chosen, and with `look` the preview; POST with the same fields splits.
    """
    speaker = row_or_404(request, with_claim_counts(Speaker.objects.select_related("merged_into")), pk=pk)
    if speaker.merged_into:
        messages.info(request, f"{speaker.name} is merged into {speaker.merged_into.name}.")
        return redirect(speaker.merged_into)
    asked = request.POST if request.method == "POST" else request.GET
    form = SplitForm(asked, speaker=speaker)
    preview: SplitPreview | None = None
    problem = ""
    if form.is_valid() and form.cleaned_data["name"]:
        preview = _preview(speaker, form)
        if not (preview.claim_ids or preview.aliases):
            problem = "Choose at least one claim or name that goes to the other speaker."
        elif request.method == "POST" and form.cleaned_data["seen"] == _mark(preview):
            return _split(request, speaker, form, preview)
        elif request.method == "POST":
            problem = "What goes has changed since you looked. Look at the list again, then split."
    context = _context(speaker, form, None if problem else preview)
    status = 409 if request.method == "POST" else 200
    return render(request, PAGE, context | {"problem": problem}, status=status)


@require_POST
@requires(Capability.MANAGE)
def split_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a split back and show the speaker that was split."""
    revision = row_or_404(request, Revision.objects.filter(verb=SPLIT_VERB), pk=pk)
    try:
        undone = splitting.undo_split(revision=revision, by=request.user)
    except CannotUndo as error:
        messages.error(request, str(error))
        return go_to(request, reverse("annotations:speaker-detail", args=[revision.speaker_id]))
    claims = sum(key.startswith("claim:") for key in undone.after)
    speaker = Speaker.objects.get(pk=undone.speaker_id or 0)
    messages.success(request, f"{speaker.name} has {_claims(claims)} back.")
    return go_to(request, speaker.get_absolute_url())


def _split(request: DeskRequest, speaker: Speaker, form: SplitForm, preview: SplitPreview) -> HttpResponse:
    try:
        revision = splitting.split_speaker(
            speaker=speaker,
            claim_ids=preview.claim_ids,
            alias_ids=[alias.pk for alias in preview.aliases],
            to=form.cleaned_data["to"] or form.cleaned_data["name"],
            by=request.user,
        )
    except splitting.CannotSplit as error:
        messages.error(request, str(error))
        return go_to(request, reverse("annotations:speaker-split", args=[speaker.pk]))
    other = Speaker.objects.get(pk=splitting.taker_id(revision))
    messages.success(
        request,
        f"{_claims(len(preview.claim_ids))} of {speaker.name} went to {other.name}. You can undo this below.",
    )
    return go_to(request, speaker.get_absolute_url())


def _preview(speaker: Speaker, form: SplitForm) -> SplitPreview:
    valid = form.cleaned_data
    claim_ids = claims_to_split(
        speaker, articles=valid["article"], claims=valid["claim"], named=list(valid["under"])
    )
    return split_preview(claim_ids=claim_ids, aliases=list(valid["alias"]))


def _context(speaker: Speaker, form: SplitForm, preview: SplitPreview | None) -> dict[str, Any]:
    valid = form.cleaned_data if form.is_valid() else {}
    article_count, found = articles_quoting(speaker, text=valid.get("q", ""))
    articles = list(found[:ARTICLES_SHOWN])
    claims = claims_of(speaker, with_rejected=True).filter(article__in=articles).order_by("start", "pk")
    by_article: dict[int, list[Any]] = {}
    for claim in claims:
        by_article.setdefault(claim.article_id, []).append(claim)
    shown = {claim.pk for claims in by_article.values() for claim in claims}
    ticked = {name: set(valid.get(name, ())) for name in ("article", "claim")}
    name = valid.get("name", "")
    return {
        "speaker": speaker,
        "form": form,
        "aliases": [alias for alias in speaker.aliases.all() if alias.text != speaker.name],
        "all_aliases": list(speaker.aliases.all()),
        "going_aliases": set(valid.get("alias", ())),
        "under": set(valid.get("under", ())),
        "articles": [(article, by_article.get(article.pk, [])) for article in articles],
        "article_count": article_count,
        "ticked": ticked,
        # What was ticked under another search stays ticked.
        "also_articles": ticked["article"] - {article.pk for article in articles},
        "also_claims": ticked["claim"] - shown,
        "preview": preview,
        "mark": _mark(preview) if preview else "",
        "known": [other for other in speaker_search(name, 5) if other != speaker] if preview else [],
        "name": name,
    }


def _mark(preview: SplitPreview) -> str:
    """Return a short mark of what the preview showed."""
    shown = (preview.claim_ids, sorted(alias.pk for alias in preview.aliases))
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _claims(number: int) -> str:
    return f"{number} claim{'' if number == 1 else 's'}"
