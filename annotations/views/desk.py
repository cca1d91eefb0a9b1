"""The desk: where everybody starts."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from annotations.queries.desk import article_to_continue, desk_figures, work_of_the_desk
from annotations.queries.effort import effort_record
from annotations.queries.queue import QueueOrder
from annotations.queries.sets import sets_with_progress
from annotations.views.access import Capability, DeskRequest, requires, sight
from annotations.views.htmx import render_page, wants_fragment
from newsdesk.engines import engine


@require_safe
@requires(Capability.READ)
def desk(request: DeskRequest) -> HttpResponse:
    """Show where to go on, the work under way, the sets, how often the pipeline was right and what it saved.

    While work is under way, that part asks again.
    """
    work = work_of_the_desk(sight(request))
    context: dict[str, object] = {"work": work, "trouble": engine().trouble() if work.is_under_way else ""}
    if not wants_fragment(request):
        figures = desk_figures(sight(request))
        context |= {
            "figures": figures,
            "counts": figures.counts,
            "sets": sets_with_progress(sight(request)),
            "next_article": article_to_continue(request.user, sight(request)),
            "queue_orders": list(QueueOrder),
            "record": figures.record,
            "effort": effort_record(request.user) if work.counts_effort else None,
        }
    return render_page(request, "annotations/desk.html", context, fragment="desk-work")
