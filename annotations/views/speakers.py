"""The pages of the speakers: the list, and one with details, aliases and claims. Merging is in merges.py."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import push_url

from annotations.choices import SpeakerKind
from annotations.domain import speakers
from annotations.forms.speakers import AliasForm, NewSpeakerForm, SpeakerFilterForm, SpeakerForm
from annotations.models import Alias, Speaker
from annotations.queries.pages import page_of
from annotations.queries.speakers import (
    CLAIM_ORDER,
    SPEAKER_ORDERS,
    claims_of,
    likely_duplicates,
    match_speakers,
    open_merges,
    rejected_count,
    speakers_matching,
    with_claim_counts,
)
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.filters import filters_in_force
from annotations.views.htmx import announce, focus_on, go_to, render_page, wants_fragment

LIST = "annotations/speaker_list.html"
DETAIL = "annotations/speaker_detail.html"


@require_safe
@requires(Capability.READ)
def speaker_list(request: DeskRequest) -> HttpResponse:
    """Show the speakers that fit what is asked for; htmx gets the results alone."""
    context = _list_context(request, NewSpeakerForm())
    response = render_page(request, LIST, context, fragment="speaker-results")
    if wants_fragment(request):
        push_url(response, f"{reverse('annotations:speaker-list')}?{context['query']}")
        count = context["count"]
        announce(response, f"{count} speaker{'' if count == 1 else 's'} found.")
    return response


@require_POST
@requires(Capability.MANAGE)
def speaker_create(request: DeskRequest) -> HttpResponse:
    """Make a speaker; where the desk knows somebody of that name, ask first whether it is another one."""
    form = NewSpeakerForm(request.POST)
    namesakes: list[Speaker] = []
    if form.is_valid():
        valid = form.cleaned_data
        namesakes = [] if valid["confirmed"] else match_speakers(valid["name"])
        if not namesakes:
            made = speakers.create_speaker(
                name=valid["name"], kind=SpeakerKind(valid["kind"]), role=valid["role"], by=request.user
            )
            messages.success(request, f"{made.name} is added to the speakers.")
            return go_to(request, made.get_absolute_url())
    context = _list_context(request, form) | {"namesakes": namesakes}
    return render_page(request, LIST, context, fragment="speaker-form", status=422)


@require_safe
@requires(Capability.READ)
def speaker_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a speaker with its claims; a merged one leads to the one that took over."""
    speaker = row_or_404(with_claim_counts(Speaker.objects.select_related("merged_into")), pk=pk)
    if speaker.merged_into:
        messages.info(request, f"{speaker.name} was merged into {speaker.merged_into.name}.")
        return redirect(speaker.merged_into)
    return render_page(request, DETAIL, _detail_context(request, speaker), fragment="speaker-claims")


@require_POST
@requires(Capability.MANAGE)
def speaker_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Store the details of a speaker; a form from before somebody else's change gets 409 and both."""
    speaker = _current(pk)
    form = SpeakerForm(request.POST)
    status = 422
    stored: Speaker | None = None
    if form.is_valid():
        try:
            speakers.edit_speaker(
                speaker=speaker,
                details=form.details(),
                seen=form.cleaned_data["seen"],
                by=request.user,
            )
        except speakers.StaleSpeaker as stale:
            status, stored = 409, stale.speaker
            # What was typed stays; sent again, it replaces what the other person stored.
            typed = request.POST.copy()
            typed["seen"] = speakers.details_version(stored)
            form = SpeakerForm(typed)
        else:
            messages.success(request, "The details are saved.")
            return go_to(request, speaker.get_absolute_url())
    context = _detail_context(request, speaker, form=form) | {"stored": stored}
    return render_page(request, DETAIL, context, fragment="speaker-details", status=status)


@require_POST
@requires(Capability.MANAGE)
def alias_add(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a speaker go by another name too."""
    speaker = _current(pk)
    form = AliasForm(request.POST)
    if form.is_valid():
        try:
            alias = speakers.add_alias(speaker=speaker, text=form.cleaned_data["text"], by=request.user)
        except speakers.AliasThere as there:
            form.add_error("text", f"“{there.alias.text}” covers this name already.")
        else:
            return _aliases_changed(request, speaker, f"“{alias.text}” is added.", focus="id_text")
    context = _detail_context(request, speaker, alias_form=form)
    return render_page(request, DETAIL, context, fragment="speaker-aliases", status=422)


@require_POST
@requires(Capability.MANAGE)
def alias_remove(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a name away from its speaker; one that is gone already needs nothing."""
    alias = row_or_404(Alias.objects.select_related("speaker"), pk=pk)
    try:
        speakers.remove_alias(alias=alias, by=request.user)
    except speakers.OwnName:
        said = "The speaker's own name stays. Change the name first."
    else:
        said = f"“{alias.text}” is taken away."
    return _aliases_changed(request, alias.speaker, said, focus="aliases-heading")


def _aliases_changed(request: DeskRequest, speaker: Speaker, said: str, *, focus: str) -> HttpResponse:
    if not wants_fragment(request):
        messages.success(request, said)
        return go_to(request, speaker.get_absolute_url())
    context = _detail_context(request, speaker)
    response = render_page(request, DETAIL, context, fragment="speaker-aliases")
    return focus_on(announce(response, said), focus)


def _current(pk: int) -> Speaker:
    return row_or_404(with_claim_counts(Speaker.objects.current()), pk=pk)


def _list_context(request: DeskRequest, new_form: NewSpeakerForm) -> dict[str, Any]:
    form = SpeakerFilterForm(request.GET)
    found = speakers_matching(text=form.text(), kind=form.kind_wanted())
    return {
        "form": form,
        "new_form": new_form,
        "page": page_of(found, order=SPEAKER_ORDERS[form.order()], cursor=request.GET.get("page", "")),
        "count": found.count(),
        "query": filters_in_force(request, form),
    }


def _detail_context(
    request: DeskRequest,
    speaker: Speaker,
    *,
    form: SpeakerForm | None = None,
    alias_form: AliasForm | None = None,
) -> dict[str, Any]:
    with_rejected = request.GET.get("rejected") == "1"
    claims = claims_of(speaker, with_rejected=with_rejected)
    return {
        "speaker": speaker,
        "form": form or SpeakerForm.of(speaker),
        "alias_form": alias_form or AliasForm(),
        "aliases": speaker.aliases.all(),
        "page": page_of(claims, order=CLAIM_ORDER, cursor=request.GET.get("page", "")),
        "with_rejected": with_rejected,
        "rejected_count": rejected_count(speaker),
        "duplicates": likely_duplicates(speaker),
        "merges": open_merges(speaker),
    }
