"""The other contents of a claim, asked for when somebody is about to correct its spans."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from annotations.queries.alternatives import content_of, other_contents
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.review_parts import claims, render_partial


@require_safe
@requires(Capability.REVIEW)
def claim_alternatives(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the likeliest other contents of the claim as numbered buttons."""
    claim = row_or_404(request, claims(), pk=pk)
    context = {"claim": claim, "content": content_of(claim), "others": other_contents(claim)}
    return render_partial(request, "other-contents", context)
