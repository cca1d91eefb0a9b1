"""The page of the desk's own fields of its speakers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from annotations.choices import FieldType
from annotations.domain import speaker_fields
from annotations.forms.speaker_fields import SpeakerFieldForm
from annotations.models import SpeakerField
from annotations.queries.speaker_fields import all_fields
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.htmx import go_to

PAGE = "annotations/speaker_fields.html"
TAKEN = "Another field has this label. Choose another one."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE)
def speaker_field_list(request: DeskRequest) -> HttpResponse:
    """Show the fields, and add one."""
    form = SpeakerFieldForm(request.POST) if request.method == "POST" else SpeakerFieldForm()
    if request.method == "POST" and form.is_valid():
        valid = form.cleaned_data
        try:
            field = speaker_fields.create_field(
                label=valid["label"],
                field_type=FieldType(valid["field_type"] or FieldType.TEXT),
                options=valid["options"],
                by=request.user,
            )
        except speaker_fields.LabelThere:
            form.add_error("label", TAKEN)
        else:
            return _done(request, f"“{field.label}” is asked from now on.")
    return _page(request, form, status=422 if form.is_bound else 200)


@require_POST
@requires(Capability.MANAGE)
def speaker_field_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change label, answers and place of a field."""
    field = row_or_404(request, SpeakerField.objects.all(), pk=pk)
    form = SpeakerFieldForm({**request.POST.dict(), "field_type": field.field_type})
    if form.is_valid():
        valid = form.cleaned_data
        place = valid["position"]
        try:
            speaker_fields.edit_field(
                field=field,
                label=valid["label"],
                options=valid["options"],
                position=field.position if place is None else place,
                by=request.user,
            )
        except speaker_fields.LabelThere:
            form.add_error("label", TAKEN)
        except speaker_fields.AnswersThere as there:
            form.add_error("options", f"Speakers have these answers, so keep them in the list: {there}.")
        else:
            return _done(request, f"“{valid['label']}” is saved.")
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return _page(request, SpeakerFieldForm(), status=422)


@require_POST
@requires(Capability.MANAGE)
def speaker_field_archive(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask a field no more, or again; its answers stay."""
    field = row_or_404(request, SpeakerField.objects.all(), pk=pk)
    is_archived = request.POST.get("archived") == "yes"
    try:
        speaker_fields.archive_field(field=field, is_archived=is_archived, by=request.user)
    except speaker_fields.LabelThere:
        messages.error(request, TAKEN)
        return _page(request, SpeakerFieldForm(), status=422)
    said = "is asked no more; its answers stay" if is_archived else "is asked again"
    return _done(request, f"“{field.label}” {said}.")


def _page(request: DeskRequest, form: SpeakerFieldForm, *, status: int) -> HttpResponse:
    context = {"form": form, "desk_fields": list(all_fields())}
    return render(request, PAGE, context, status=status)


def _done(request: DeskRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return go_to(request, reverse("annotations:speaker-fields"))
