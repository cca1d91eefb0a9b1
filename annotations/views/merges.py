"""The page on which two speakers become one, and the way back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from annotations.domain import merging
from annotations.forms.speakers import MergeForm
from annotations.models import Revision, Speaker
from annotations.queries.speakers import (
    MERGE_VERB,
    likely_duplicates,
    merge_preview,
    speaker_search,
    with_claim_counts,
)
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.htmx import go_to

PAGE = "annotations/speaker_merge.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE)
def speaker_merge(request: DeskRequest, pk: int) -> HttpResponse:
    """Choose the other speaker, see what would move, and merge.

    GET shows the search, and with `?into=` the preview; POST with the same `into` merges.
    """
    source = row_or_404(with_claim_counts(Speaker.objects.select_related("merged_into")), pk=pk)
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
        target = row_or_404(with_claim_counts(Speaker.objects.all()), pk=chosen.merged_into_id or chosen.pk)
    if target and request.method == "POST":
        return _merge(request, source, target)
    text = request.GET.get("q", "")[:200].replace("\0", "")
    found = speaker_search(text, 21) if text else likely_duplicates(source)
    context = {
        "source": source,
        "target": target,
        "preview": merge_preview(source=source, target=target) if target else None,
        "q": text,
        "found": [speaker for speaker in found if speaker != source],
    }
    return render(request, PAGE, context)


@require_POST
@requires(Capability.MANAGE)
def merge_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a merge back and show the speaker that is one of its own again."""
    revision = row_or_404(Revision.objects.filter(verb=MERGE_VERB), pk=pk)
    try:
        undone = merging.undo_merge(revision=revision, by=request.user)
    except merging.CannotUndo as error:
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


def _claims_in(revision: Revision) -> str:
    """Say how many claims the revision of a merge or its undo moved."""
    claims = sum(key.startswith("claim:") for key in revision.after)
    return f"{claims} claim{'' if claims == 1 else 's'}"
