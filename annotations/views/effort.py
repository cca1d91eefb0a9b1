"""What steps cost: taken in beside the steps of the review page, and the two switches that end it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from annotations.domain import effort
from annotations.forms.people import CountingForm
from annotations.forms.review import EffortForm
from annotations.views.access import Capability, DeskRequest, requires


class StepEffortMiddleware:
    """Keep what a step cost that has been done, as its `Step-Effort` header says: "seconds;keys".

    Beside the views and after them, so that a header that can't be read, or that some proxy took away, loses
    nothing but itself.
    """

    def __init__(self, get_response: Callable[[DeskRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: DeskRequest) -> HttpResponse:
        response = self.get_response(request)
        sent, key = request.headers.get("Step-Effort"), request.headers.get("Step-Key", "")
        if sent is None or response.status_code >= 400 or not request.user.is_authenticated:
            return response
        seconds, _, keys = sent.partition(";")
        form = EffortForm({"seconds": seconds, "keys": keys})
        if form.is_valid():
            effort.note_effort(by=request.user, request_key=key, **form.cleaned_data)
        return response


@require_POST
@requires(Capability.READ)
def account_counting(request: DeskRequest) -> HttpResponse:
    """Say whether one's own steps are counted."""
    is_wanted = _is_wanted(request)
    effort.count_own_effort(is_wanted=is_wanted, by=request.user)
    messages.success(
        request,
        "What your steps cost is counted from now on."
        if is_wanted
        else "What your steps cost is not counted any more, and what was counted of them is deleted.",
    )
    return redirect("annotations:account")


@require_POST
@requires(Capability.ADMINISTER)
def desk_counting(request: DeskRequest) -> HttpResponse:
    """Say whether anybody's steps are counted at this desk."""
    is_wanted = _is_wanted(request)
    effort.count_effort_at_the_desk(is_wanted=is_wanted, by=request.user)
    messages.success(
        request,
        "What steps cost is counted from now on."
        if is_wanted
        else "What steps cost is not counted any more, and what was counted is deleted.",
    )
    return redirect("annotations:people")


def _is_wanted(request: DeskRequest) -> bool:
    form = CountingForm(request.POST)
    return form.is_valid() and form.cleaned_data["counts_effort"]
