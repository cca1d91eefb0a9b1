"""The desk: where everybody starts."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from annotations.queries.desk import article_to_continue, desk_counts, work_of_the_desk
from annotations.queries.pipeline import pipeline_record
from annotations.queries.sets import sets_with_progress
from annotations.views.access import Capability, DeskRequest, requires
from annotations.views.htmx import render_page, wants_fragment


@require_safe
@requires(Capability.READ)
def desk(request: DeskRequest) -> HttpResponse:
    """Show where to go on, the work under way, the sets, and how often the pipeline was right.

    While work is under way, that part asks again.
    """
    context: dict[str, object] = {"work": work_of_the_desk()}
    if not wants_fragment(request):
        context |= {
            "counts": desk_counts(),
            "sets": sets_with_progress(),
            "next_article": article_to_continue(request.user),
            "record": pipeline_record(),
        }
    return render_page(request, "annotations/desk.html", context, fragment="desk-work")
