"""Loading the sample articles from an empty desk."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from annotations.sample.loading import load_sample
from annotations.views.access import Capability, DeskRequest, requires
from annotations.views.htmx import go_to


@require_POST
@requires(Capability.MANAGE)
def sample_load(request: DeskRequest) -> HttpResponse:
    """Put the sample articles on the desk and go to their set."""
    sample = load_sample(by=request.user)
    if sample.new_count:
        messages.success(request, "The sample articles are here; their claims are being looked for.")
    else:
        messages.info(request, "The sample articles were here already.")
    return go_to(request, sample.article_set.get_absolute_url())
