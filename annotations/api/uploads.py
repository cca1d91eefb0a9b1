"""Uploads over the API: files in, and what became of them; the worker reads them, as it does a browser's."""

from collections.abc import Sequence
from typing import Any, BinaryIO

from django.db import transaction
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.errors import HttpError
from ninja.responses import Status

from annotations import tasks
from annotations.api.callers import READING_UPLOADS, WRITING, ApiRequest
from annotations.api.refusals import ROW_REFUSED, WRITE_REFUSED
from annotations.api.shapes import Id, ItemOut, UploadOut
from annotations.choices import UNREAD, UploadState
from annotations.domain import uploads
from annotations.domain.uploads import Described, NoRoom
from annotations.forms.uploads import UploadForm
from annotations.models import Upload, UploadItem
from annotations.queries.uploads import waiting_ids
from annotations.views.intake import LimitedUploadHandler, received_files

router = Router(tags=["Uploads"])
ITEMS = 1_000
# Written by hand: the files are read by a handler of our own, which drops too large ones while they arrive.
_FILES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "title": {"type": "string", "maxLength": 500},
                        "outlet": {"type": "string", "maxLength": 200},
                        "url": {"type": "string", "maxLength": 2000},
                        "published_on": {"type": "string", "format": "date"},
                        "article_set": {"type": "integer", "minimum": 1},
                    },
                }
            }
        },
    }
}


@router.post(
    "/uploads",
    auth=WRITING,
    response={202: UploadOut, **WRITE_REFUSED},
    url_name="uploads",
    operation_id="push_files",
    openapi_extra=_FILES,
)
def push_files(request: ApiRequest) -> Status[UploadOut]:
    """Hand in files of any format that the upload page takes, a zip of them too."""
    handler = LimitedUploadHandler(request)
    request.upload_handlers = [handler]
    form = UploadForm(request.POST)
    files, refused = received_files(request, handler)
    if not files and not refused:
        raise HttpError(422, "files: Send at least one file, as multipart/form-data.")
    return Status(202, take_in(request, form, files=files, refused=refused))


@router.get(
    "/uploads/{int:pk}",
    auth=READING_UPLOADS,
    response={200: UploadOut, **ROW_REFUSED},
    url_name="upload",
    operation_id="get_upload",
)
def get_upload(request: ApiRequest, pk: Id) -> UploadOut:
    """Say what became of an upload."""
    return _shown(get_object_or_404(Upload, pk=pk))


def take_in(
    request: ApiRequest,
    form: UploadForm,
    *,
    files: Sequence[tuple[str, BinaryIO]],
    refused: Sequence[tuple[str, str]] = (),
) -> UploadOut:
    """Start an upload as the upload page does, and return it. Raises the error that is answered."""
    if not form.is_valid():
        problems = (f"{name}: {error}" for name, errors in form.errors.items() for error in errors)
        raise HttpError(422, " ".join(problems))
    stated = {
        name: form.cleaned_data[name] for name in ("title", "outlet", "url", "published_on", "article_set")
    }
    try:
        with transaction.atomic():
            started = uploads.start_upload(
                by=request.auth.person, described=Described(**stated), files=files, refused=refused
            )
            tasks.enqueue_items(waiting_ids(started))
    except NoRoom:
        raise HttpError(507, "The server has no room for this, so nothing was uploaded.") from None
    return _shown(started)


def _shown(upload: Upload) -> UploadOut:
    items = upload.items.order_by("pk")
    return UploadOut(
        id=upload.pk,
        is_finished=not items.filter(state__in=UNREAD).exists(),
        items=[_item(item) for item in items[:ITEMS]],
    )


def _item(item: UploadItem) -> ItemOut:
    return ItemOut(
        id=item.pk,
        name=item.name,
        state=UploadState(item.state),
        message=item.message,
        article=item.article_id,
    )
