"""The export page: scope, format, a preview of the first rows, and the download."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_safe
from django_htmx.http import replace_url

from annotations.choices import AuditEvent
from annotations.domain import audit
from annotations.exports.csv import cells, guarded
from annotations.exports.cutting import SpanOutsideText
from annotations.exports.row import COLUMNS
from annotations.forms.export import ExportForm
from annotations.queries.export import claim_rows, export_size
from annotations.views.access import Capability, DeskRequest, requires, sight
from annotations.views.htmx import announce, render_page, wants_fragment
from newsdesk.proxies import client_address

PAGE = "annotations/export.html"
PREVIEW_ROWS = 10


@require_safe
@requires(Capability.READ)
def export_page(request: DeskRequest) -> HttpResponse:
    """Show the form with a preview of what it asks for; htmx gets the preview alone."""
    form = ExportForm(request.GET, sight=sight(request))
    is_valid = form.is_valid()
    context = _context(form)
    response = render_page(request, PAGE, context, fragment="export-preview", status=200 if is_valid else 422)
    if wants_fragment(request):
        chosen = [(name, value) for name, values in request.GET.lists() for value in values if value]
        replace_url(response, f"{reverse('annotations:export')}?{urlencode(chosen)}")
        if size := context.get("size"):
            more = "More than " if size.is_more else ""
            announce(response, f"{more}{size.claims} claim{'' if size.claims == 1 else 's'} to export.")
    return response


@require_GET
@requires(Capability.READ)
def export_download(request: DeskRequest) -> HttpResponse:
    """Stream the file. What goes wrong before the first bytes is said on the page.

    An error after that breaks the connection off, so that the browser reports a failed download instead of
    keeping a file that only looks complete.
    """
    form = ExportForm(request.GET, sight=sight(request))
    if not form.is_valid():
        return render_page(request, PAGE, _context(form), fragment="export-preview", status=422)
    stream = form.export_format.stream(form.export)
    try:
        first = next(stream)
    except SpanOutsideText as error:
        context = {"form": form, "broken": str(error)}
        return render_page(request, PAGE, context, fragment="export-preview", status=409)
    address = client_address(request)
    audit.note(AuditEvent.EXPORTED, by=request.user, address=address, detail=form.file_name)
    response = StreamingHttpResponse(_resumed(first, stream), content_type=form.export_format.content_type)
    response["Content-Disposition"] = content_disposition_header(True, form.file_name) or ""
    # The address carries no secret, but what it gives out is for people of the desk.
    response["Cache-Control"] = "private, no-store"
    return response  # type: ignore[return-value] # every view is typed to HttpResponse; Django takes both


def _resumed(first: bytes, stream: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from stream


def _context(form: ExportForm) -> dict[str, Any]:
    """Return the page's context; the parts of the preview are absent where there is nothing to show."""
    if not form.is_valid():
        return {"form": form}
    size = export_size(form.scope)
    try:
        rows = [cells(row) for row in claim_rows(form.scope, at_most=PREVIEW_ROWS)]
    except SpanOutsideText as error:
        return {"form": form, "size": size, "broken": str(error)}
    if form.export_format.name != "jsonl" and not form.cleaned_data["raw"]:
        rows = [list(map(guarded, row)) for row in rows]
    return {"form": form, "size": size, "columns": COLUMNS, "rows": rows}
