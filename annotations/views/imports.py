"""What is done to an import from its page: stopped, resumed, what failed of it tried again."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from annotations.domain import imports
from annotations.models import Upload
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.htmx import go_to


@require_POST
@requires(Capability.MANAGE)
def import_stop(request: DeskRequest, pk: int) -> HttpResponse:
    """Take what is not done yet from the workers."""
    return _done(request, pk, imports.stop_import)


@require_POST
@requires(Capability.MANAGE)
def import_resume(request: DeskRequest, pk: int) -> HttpResponse:
    """Go on with an import that was stopped."""
    return _done(request, pk, imports.resume_import)


@require_POST
@requires(Capability.MANAGE)
def import_retry(request: DeskRequest, pk: int) -> HttpResponse:
    """Try again what failed."""
    return _done(request, pk, imports.retry_failed)


def _done(request: DeskRequest, pk: int, verb: Callable[..., None]) -> HttpResponse:
    upload = row_or_404(request, Upload.objects.all(), pk=pk)
    verb(upload=upload, by=request.user)
    return go_to(request, reverse("annotations:upload-detail", args=[upload.pk]))
