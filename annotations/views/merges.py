"""The page on which two speakers become one, and the way back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from annotations.domain import merging
from annotations.domain.moves import CannotUndo
from annotations.forms.speakers import GroupMergeForm, MergeForm
from annotations.models import Revision, Speaker
from annotations.queries.duplicates import group_of, pairs_of
from annotations.queries.speakers import (
    MERGE_VERB,
    merge_preview,
    speaker_search,
    with_claim_counts,
)
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.htmx import go_to

PAGE = "annotations/speaker_merge.html"
GROUP_PAGE = "annotations/speakers_merge.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE)
def speaker_merge(request: DeskRequest, pk: int) -> HttpResponse:
    """Choose the other speaker, see what would move, and merge.

    GET shows the search, and with `?into=` the preview; POST with the same `into` merges.
    """
    source = row_or_404(request, with_claim_counts(Speaker.objects.select_related("merged_into")), pk=pk)
    if source.merged_into:
        messages.info(request, f"{source.name} is merged into {source.merged_into.name}.")
        return redirect(source.merged_into)
    asked = request.POST if request.method == "POST" else request.GET
    target: Speaker | None = None
    if "into" in asked:
        form = MergeForm(asked)
        if not form.is_valid():
            return HttpResponse(
                "Choose a speaker of the list. Go back and try again.", status=400, content_type="text/plain"
            )
        chosen: Speaker = form.cleaned_data["into"]
        target = row_or_404(
            request, with_claim_counts(Speaker.objects.all()), pk=chosen.merged_into_id or chosen.pk
        )
    if target and request.method == "POST":
        return _merge(request, source, target)
    text = request.GET.get("q", "")[:200].replace("\0", "")
    found = speaker_search(text, 21) if text else _likely_the_same(source)
    context = {
        "source": source,
        "sources": [source],
        "target": target,
        "preview": merge_preview(sources=[source], target=target) if target else None,
        "q": text,
        "found": [speaker for speaker in found if speaker != source],
    }
    return render(request, PAGE, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE)
def speakers_merge(request: DeskRequest) -> HttpResponse:
    """Merge the forms of one name into one entry, all at once.

    GET with the speakers of a pair offers all that likely are the same, ticked; with `chosen` those that were
    ticked and a preview of what would change. POST merges what the preview showed.
    """
    asked = request.POST if request.method == "POST" else request.GET
    form = GroupMergeForm(asked)
    if not form.is_valid():
        messages.error(request, "One of them was merged or deleted meanwhile. Look at the list again.")
        return go_to(request, reverse("annotations:speaker-duplicates"))
    ticked = list(with_claim_counts(form.cleaned_data["speaker"]).order_by("-claim_count", "pk"))
    is_chosen = "chosen" in asked
    offered = ticked if is_chosen else _group(ticked)
    target = form.cleaned_data["into"] or offered[0]
    sources = [speaker for speaker in (ticked if is_chosen else offered) if speaker != target]
    if request.method == "POST" and sources:
        return _merge_group(request, sources, target)
    context = {
        "group": list(dict.fromkeys([*offered, *(_group(ticked) if is_chosen else [])])),
        "target": target,
        "sources": sources,
        "preview": merge_preview(sources=sources, target=target) if sources else None,
    }
    return render(request, GROUP_PAGE, context)


@require_POST
@requires(Capability.MANAGE)
def merge_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a merge back and show the speaker that is one of its own again."""
    revision = row_or_404(request, Revision.objects.filter(verb=MERGE_VERB), pk=pk)
    try:
        undone = merging.undo_merge(revision=revision, by=request.user)
    except CannotUndo as error:
        messages.error(request, str(error))
        return go_to(request, reverse("annotations:speaker-detail", args=[revision.speaker_id]))
    source = Speaker.objects.get(pk=merging.source_id(revision))
    messages.success(
        request, f"{source.name} is a speaker of its own again and has {_claims_in(undone)} back."
    )
    return go_to(request, source.get_absolute_url())


def _merge(request: DeskRequest, source: Speaker, target: Speaker) -> HttpResponse:
    try:
        revision = merging.merge_speakers(source=source, target=target, by=request.user)
    except merging.CannotMerge as error:
        messages.error(request, str(error))
        return go_to(request, reverse("annotations:speaker-merge", args=[source.pk]))
    messages.success(
        request,
        f"{source.name} is merged into {target.name}; {_claims_in(revision)} moved. You can undo this below.",
    )
    return go_to(request, target.get_absolute_url())


def _merge_group(request: DeskRequest, sources: list[Speaker], target: Speaker) -> HttpResponse:
    try:
        revisions = merging.merge_all(sources=sources, target=target, by=request.user)
    except merging.CannotMerge as error:
        messages.error(request, str(error))
        return go_to(request, reverse("annotations:speaker-duplicates"))
    names = ", ".join(speaker.name for speaker in sources)
    claims = _claims_in(*revisions)
    messages.success(
        request, f"{names}: merged into {target.name}; {claims} moved. You can undo this on its page."
    )
    return go_to(request, reverse("annotations:speaker-duplicates"))


def _group(speakers: list[Speaker]) -> list[Speaker]:
    """Return the speakers and all that are likely the same, with claim counts, the most quoted first."""
    ids = [speaker.pk for speaker in group_of(speakers)]
    return list(with_claim_counts(Speaker.objects.filter(pk__in=ids)).order_by("-claim_count", "pk"))


def _likely_the_same(speaker: Speaker) -> list[Speaker]:
    return [pair.other if pair.one_id == speaker.pk else pair.one for pair in pairs_of(speaker)]


def _claims_in(*revisions: Revision) -> str:
    """Say how many claims these merges, or the undo of one, moved."""
    claims = sum(key.startswith("claim:") for revision in revisions for key in revision.after)
    return f"{claims} claim{'' if claims == 1 else 's'}"
