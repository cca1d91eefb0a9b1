"""One view a decision about a claim: parse, one verb of `domain.review`, and the parts that changed."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from annotations.choices import ClaimKind, SpanRole
from annotations.domain import history, review
from annotations.domain.review import NotYours
from annotations.domain.spans import SpanError
from annotations.domain.speakers import UnusableName
from annotations.domain.steps import ClaimGone, SpeakerGone, StaleClaim
from annotations.forms.review import (
    DecisionForm,
    KindForm,
    NewClaimForm,
    NoteForm,
    SpansForm,
    SpeakerForm,
    StepForm,
)
from annotations.models import Claim, Speaker
from annotations.queries.chains import chain_of
from annotations.views.access import Capability, DeskRequest, requires, row_or_404, sight
from annotations.views.conflicts import gone_response, stale_response
from annotations.views.htmx import bring_versions
from annotations.views.review_parts import (
    CLAIM_DELETED,
    SPEAKER_GONE,
    articles_without_text,
    claims,
    decided_response,
    list_response,
    refused_response,
)

Form = TypeVar("Form", bound=StepForm)


def _decision(view: Callable[[DeskRequest, Claim], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view its claim, and answer what can go wrong with any decision."""

    @require_POST
    @requires(Capability.REVIEW)
    @wraps(view)
    def decide(request: DeskRequest, pk: int) -> HttpResponse:
        claim = sight(request).narrowed(claims()).filter(pk=pk).first()
        if claim is None:
            return gone_response(request, pk)
        try:
            return _answered(view, request, claim)
        except ClaimGone:
            return gone_response(request, pk)
        except (SpanError, _Refused) as error:
            return refused_response(request, claim, str(error))
        except UnusableName:
            return refused_response(
                request, claim, "A name needs a letter or a digit, and at most 300 characters."
            )
        except SpeakerGone:
            return refused_response(request, claim, SPEAKER_GONE)
        except NotYours:
            return refused_response(request, claim, "Only who added a claim may delete it: reject it.", 403)

    return decide


def _answered(
    view: Callable[[DeskRequest, Claim], HttpResponse], request: DeskRequest, claim: Claim
) -> HttpResponse:
    try:
        response = view(request, claim)
    except StaleClaim as stale:
        return stale_response(request, stale.claim)
    # Each verb of `domain.review` makes one version of the claim out of the one it was given.
    return bring_versions(response, {claim.pk: int(request.POST["version"]) + 1})


class _Refused(Exception):
    """A form that can't be taken as it is; the message says what to do."""


def _checked(form: Form, otherwise: str) -> Form:
    """Return the form where it is valid; refuse it with the sentence where not."""
    if not form.is_valid():
        raise _Refused(otherwise)
    return form


def _step(form: DecisionForm) -> dict[str, Any]:
    return {"version": form.cleaned_data["version"], "request_key": form.cleaned_data["key"]}


@_decision
def claim_accept(request: DeskRequest, claim: Claim) -> HttpResponse:
    """Accept the claim as it stands and go on."""
    form = _checked(DecisionForm(request.POST), "This form is incomplete: reload the page.")
    claim = review.accept_claim(claim=claim, by=request.user, **_step(form))
    return decided_response(request, claim, "Accepted.", goes_on=True)


@_decision
def claim_reject(request: DeskRequest, claim: Claim) -> HttpResponse:
    """Reject the claim and go on."""
    form = _checked(DecisionForm(request.POST), "This form is incomplete: reload the page.")
    claim = review.reject_claim(claim=claim, by=request.user, **_step(form))
    return decided_response(request, claim, "Rejected.", goes_on=True)


@_decision
def claim_speaker(request: DeskRequest, claim: Claim) -> HttpResponse:
    """Give the claim to a speaker by id, by name, or to nobody, and go on."""
    form = _checked(SpeakerForm(request.POST), "Choose a speaker or type a name.")
    # A name chosen from the list comes with what was typed to find it; the choice counts.
    if pk := form.cleaned_data["speaker"]:
        speaker = row_or_404(request, Speaker.objects.all(), pk=pk)
        claim = review.assign_speaker(claim=claim, speaker=speaker, by=request.user, **_step(form))
    elif name := form.cleaned_data["name"]:
        claim = review.assign_name(claim=claim, name=name, by=request.user, **_step(form))
    else:
        claim = review.assign_speaker(claim=claim, speaker=None, by=request.user, **_step(form))
    given = f"Given to {claim.speaker}." if claim.speaker else "Given to nobody."
    return decided_response(request, claim, given, goes_on=True, partial="answered", chain=chain_of(claim))


@_decision
def claim_kind(request: DeskRequest, claim: Claim) -> HttpResponse:
    """Change the claim's kind."""
    form = _checked(KindForm(request.POST), "A claim is direct, mixed or indirect.")
    kind = ClaimKind(form.cleaned_data["kind"])
    claim = review.change_kind(claim=claim, kind=kind, by=request.user, **_step(form))
    return decided_response(request, claim, f"Now {kind.label.lower()}.")


@_decision
def claim_spans(request: DeskRequest, claim: Claim) -> HttpResponse:
    """Change the content, the cue or the source of the claim."""
    form = _checked(SpansForm(request.POST), "Those spans can't be read: select the words again.")
    role = SpanRole(form.cleaned_data["role"])
    before = history.spans_by_role(claim)
    claim = review.change_spans(
        claim=claim,
        role=role,
        spans=form.cleaned_data["spans"],
        change=form.cleaned_data["change"],
        snap=not form.cleaned_data["raw"],
        by=request.user,
        **_step(form),
    )
    return decided_response(request, claim, f"{role.label} changed.", also=before[role.value])


@_decision
def claim_note(request: DeskRequest, claim: Claim) -> HttpResponse:
    """Keep a remark with the claim."""
    form = _checked(NoteForm(request.POST), "A note has at most 5,000 characters.")
    claim = review.change_note(claim=claim, note=form.cleaned_data["note"], by=request.user, **_step(form))
    return decided_response(request, claim, "Note kept.")


@_decision
def claim_delete(request: DeskRequest, claim: Claim) -> HttpResponse:
    """Delete a claim of one's own."""
    form = _checked(DecisionForm(request.POST), "This form is incomplete: reload the page.")
    touched = [(span.start, span.end) for span in claim.spans.all()]
    review.delete_claim(claim=claim, by=request.user, **_step(form))
    return list_response(request, claim.article, None, touched=touched, note=CLAIM_DELETED)


@require_POST
@requires(Capability.REVIEW)
def claim_add(request: DeskRequest, pk: int) -> HttpResponse:
    """Add a claim from a selection."""
    article = row_or_404(request, articles_without_text(), pk=pk)
    try:
        form = _checked(NewClaimForm(request.POST), "Those spans can't be read: select the words again.")
        claim = review.add_claim(
            article=article,
            content=form.cleaned_data["spans"],
            snap=not form.cleaned_data["raw"],
            by=request.user,
            request_key=form.cleaned_data["key"],
        )
    except (SpanError, _Refused) as error:
        return refused_response(request, article, str(error))
    except ClaimGone:
        # The request came twice, and what it had added was taken away in between.
        return list_response(request, article, None, touched=[])
    touched = [(span.start, span.end) for span in claim.spans.all()]
    note = "Claim added. Now say who said it."
    return list_response(request, article, claim.pk, touched=touched, note=note)
