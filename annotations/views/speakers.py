"""The pages of the speakers: the list, and one with details, aliases and claims. Merging is in merges.py."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import push_url

from annotations.choices import SpeakerKind
from annotations.domain import speakers
from annotations.domain.speakers import details_of
from annotations.forms.speakers import AliasForm, NewSpeakerForm, SpeakerFilterForm, SpeakerForm
from annotations.models import Alias, Speaker
from annotations.queries.counting import count_up_to
from annotations.queries.duplicates import pairs_of
from annotations.queries.pages import page_of
from annotations.queries.speaker_fields import answers_in, answers_of
from annotations.queries.speaker_history import HISTORY_ORDER, changes, revisions_of
from annotations.queries.speakers import (
    CLAIM_ORDER,
    SPEAKER_ORDERS,
    claims_of,
    listed,
    match_speakers,
    open_merges,
    speakers_matching,
    with_claim_counts,
    with_rejected_count,
)
from annotations.queries.splits import open_splits
from annotations.views.access import Capability, DeskRequest, requires, row_or_404, sight
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
        announce(response, f"{count} speaker{'' if count.number == 1 else 's'} found.")
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
    speaker = row_or_404(request, _counted(request, Speaker.objects.select_related("merged_into")), pk=pk)
    if speaker.merged_into:
        messages.info(request, f"{speaker.name} was merged into {speaker.merged_into.name}.")
        return redirect(speaker.merged_into)
    return render_page(request, DETAIL, _detail_context(request, speaker), fragment="speaker-claims")


@require_safe
@requires(Capability.READ)
def speaker_history(request: DeskRequest, pk: int) -> HttpResponse:
    """Show who changed what of the speaker, the latest first."""
    speaker = row_or_404(request, Speaker.objects.all(), pk=pk)
    page = page_of(revisions_of(speaker), order=HISTORY_ORDER, cursor=request.GET.get("page", ""))
    context = {"speaker": speaker, "page": page, "steps": changes(page.rows, speaker)}
    return render(request, "annotations/speaker_history.html", context)


@require_POST
@requires(Capability.MANAGE)
def speaker_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Store the details of a speaker; a form from before somebody else's change gets 409 and both."""
    speaker = _current(request, pk)
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
    context = _detail_context(request, speaker, form=form) | {
        "stored": stored,
        "stored_answers": answers_of(stored) if stored else [],
    }
    return render_page(request, DETAIL, context, fragment="speaker-details", status=status)


@require_POST
@requires(Capability.MANAGE)
def alias_add(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a speaker go by another name too."""
    speaker = _current(request, pk)
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
    alias = row_or_404(request, Alias.objects.select_related("speaker"), pk=pk)
    try:
        speakers.remove_alias(alias=alias, by=request.user)
    except speakers.OwnName:
        said = "The speaker's own name stays. Change the name first."
    except speakers.AliasGone:
        said = f"“{alias.text}” is this speaker's name no more: somebody took it away or moved it."
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


def _current(request: DeskRequest, pk: int) -> Speaker:
    return row_or_404(request, _counted(request, Speaker.objects.current()), pk=pk)


def _counted(request: DeskRequest, speakers: QuerySet[Speaker]) -> QuerySet[Speaker]:
    return with_rejected_count(with_claim_counts(speakers, sight(request)), sight(request))


def _list_context(request: DeskRequest, new_form: NewSpeakerForm) -> dict[str, Any]:
    form = SpeakerFilterForm(request.GET)
    found = speakers_matching(text=form.text(), kind=form.kind_wanted(), sight=sight(request))
    sort = form.order()
    return {
        "form": form,
        "new_form": new_form,
        "page": page_of(
            listed(found, sort, sight(request)),
            order=SPEAKER_ORDERS[sort],
            cursor=request.GET.get("page", ""),
        ),
        "count": count_up_to(found),
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
    claims = claims_of(speaker, with_rejected=with_rejected, sight=sight(request))
    details = details_of(speaker)
    form = form or SpeakerForm.of(details)
    return {
        "speaker": speaker,
        "form": form,
        "alias_form": alias_form or AliasForm(),
        "aliases": sight(request).with_seen_article(
            speaker.aliases.select_related("added_by", "learned_in"), "learned_in_id"
        ),
        "answers": answers_in(form.asked, details.answers),
        "page": page_of(claims, order=CLAIM_ORDER, cursor=request.GET.get("page", "")),
        "with_rejected": with_rejected,
        "duplicates": pairs_of(speaker, sight(request)),
        "merges": open_merges(speaker),
        "splits": open_splits(speaker),
    }
