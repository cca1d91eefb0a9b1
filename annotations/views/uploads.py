"""The upload page: files or a text in, and a row for each with its outcome as the worker gets to it."""

from io import BytesIO
from typing import BinaryIO

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations import tasks
from annotations.choices import UploadState
from annotations.domain import sets, uploads
from annotations.domain.uploads import Described, NoRoom
from annotations.forms.uploads import MappingForm, UploadForm
from annotations.models import Upload, UploadItem
from annotations.queries import uploads as queries
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.htmx import announce, focus_on, go_to, render_page, wants_fragment
from annotations.views.intake import LimitedUploadHandler, received_files
from newsdesk.engines import engine

PAGE = "annotations/upload.html"
DETAIL = "annotations/upload_detail.html"


# The limiting handler must be in place before anything reads the form, also the check of its token; so the
# outer view is exempt and the inner one is protected (Django's documentation of upload handlers).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE)
def upload(request: DeskRequest) -> HttpResponse:
    """Show the form, or take in what it sends."""
    if request.method != "POST":
        return _form(request, UploadForm(label_suffix=""))
    handler = LimitedUploadHandler(request)
    request.upload_handlers = [handler]
    return _take_in(request, handler)


@csrf_protect
def _take_in(request: DeskRequest, handler: LimitedUploadHandler) -> HttpResponse:
    form = UploadForm(request.POST, label_suffix="")
    files, refused = received_files(request, handler)
    if not form.is_valid():
        return _form(request, form, status=422)
    pasted = form.cleaned_data["text"]
    if pasted.strip():
        files.append(("Pasted text", BytesIO(pasted.encode("utf-8", errors="replace"))))
    if not files and not refused:
        form.add_error(None, "Choose files, drop them here, or paste a text.")
        return _form(request, form, status=422)
    try:
        started = _start(request, form, files, refused)
    except NoRoom:
        form.add_error(
            None, "The server has no room for this, so nothing was uploaded. Tell whoever runs it."
        )
        return _form(request, form, status=507)
    return go_to(request, reverse("annotations:upload-detail", args=[started.pk]))


def _start(
    request: DeskRequest,
    form: UploadForm,
    files: list[tuple[str, BinaryIO]],
    refused: list[tuple[str, str]],
) -> Upload:
    with transaction.atomic():
        article_set = form.cleaned_data["article_set"]
        if form.cleaned_data["new_set"]:
            article_set = sets.create_set(name=form.cleaned_data["new_set"], by=request.user)
        started = uploads.start_upload(
            by=request.user,
            described=Described(
                title=form.cleaned_data["title"],
                outlet=form.cleaned_data["outlet"],
                url=form.cleaned_data["url"],
                published_on=form.cleaned_data["published_on"],
                article_set=article_set,
            ),
            files=files,
            refused=refused,
        )
        tasks.enqueue_items(queries.waiting_ids(started))
    return started


@require_safe
@requires(Capability.MANAGE)
def upload_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the rows of one upload; the page asks again while any of them has no outcome yet."""
    return _detail(request, row_or_404(request, Upload.objects.all(), pk=pk).pk)


@require_POST
@requires(Capability.MANAGE)
def mapping_confirm(request: DeskRequest, pk: int) -> HttpResponse:
    """Accept which column of a table is which field."""
    item = row_or_404(request, UploadItem.objects.select_related("upload"), pk=pk)
    form = MappingForm(request.POST, columns=item.columns.get("columns", []), item_id=item.pk)
    if not form.is_valid():
        return _detail(request, item.upload_id, refused=form, status=422)
    with transaction.atomic():
        if uploads.confirm_mapping(item=item, mapping=form.mapping):
            tasks.enqueue_items([item.pk])
    return go_to(request, reverse("annotations:upload-detail", args=[item.upload_id]))


def _detail(
    request: DeskRequest, upload_id: int, *, refused: MappingForm | None = None, status: int = 200
) -> HttpResponse:
    context = queries.upload_progress(upload_id)
    rows = [(item, _mapping_form(item, refused)) for item in context["items"]]
    progress = context["progress"]
    context |= {"rows": rows, "trouble": engine().trouble() if progress.is_under_way else ""}
    response = render_page(request, DETAIL, context, fragment="upload-rows", status=status)
    if wants_fragment(request) and not progress.is_under_way:
        # Once, as the page asks no more; each file on its own would be too much to listen to.
        announce(response, f"The upload is through: {progress.over} of {progress.found} done.")
    return response


def _mapping_form(item: UploadItem, refused: MappingForm | None) -> MappingForm | None:
    if item.state != UploadState.MAPPING:
        return None
    if refused is not None and refused.item_id == item.pk:
        return refused
    columns = item.columns
    return MappingForm(columns=columns["columns"], initial=columns["mapping"], item_id=item.pk)


def _form(request: DeskRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "recent": queries.recent_uploads()}
    response = render_page(request, PAGE, context, fragment="upload-form", status=status)
    return focus_on(response, "upload-errors") if form.non_field_errors() else response
