"""The desk: where everybody starts."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from annotations.queries.desk import article_to_continue, desk_counts, work_of_the_desk
from annotations.queries.sets import sets_with_progress
from annotations.views.access import Capability, DeskRequest, requires
from annotations.views.htmx import render_page, wants_fragment


@require_safe
@requires(Capability.READ)
def desk(request: DeskRequest) -> HttpResponse:
    """Show the sets, the work under way and where to go on; while work is under way, that part asks again."""
    context: dict[str, object] = {"work": work_of_the_desk()}
    if not wants_fragment(request):
        context |= {
            "counts": desk_counts(),
            "sets": sets_with_progress(),
            "next_article": article_to_continue(request.user),
        }
    return render_page(request, "annotations/desk.html", context, fragment="desk-work")
