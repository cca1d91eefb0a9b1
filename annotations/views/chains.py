"""The answer to "these claims too": a whole chain given to one speaker in one step."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from annotations.choices import ClaimState
from annotations.domain.chains import ChainStep, assign_chain
from annotations.domain.steps import SpeakerGone
from annotations.forms.review import ChainForm
from annotations.models import Claim, ClaimSpan, Speaker
from annotations.queries.review import ReviewedArticle
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.conflicts import speaker_conflict
from annotations.views.htmx import announce, bring_versions, go_to, wants_fragment
from annotations.views.queue import address_on_the_way
from annotations.views.review_parts import (
    SPEAKER_GONE,
    articles_without_text,
    claims,
    left,
    order_in_force,
    refused_response,
    render_partial,
    step_context,
)


@require_POST
@requires(Capability.REVIEW)
def claim_chain(request: DeskRequest, pk: int) -> HttpResponse:
    """Give the claims that were offered along with a corrected one to its speaker."""
    claim = row_or_404(request, claims(), pk=pk)
    form = ChainForm(request.POST)
    if not form.is_valid():
        return refused_response(request, claim, "No claim is ticked: tick those that are theirs.")
    versions = form.cleaned_data["claim"]
    speaker = row_or_404(request, Speaker.objects.all(), pk=form.cleaned_data["speaker"])
    try:
        step = assign_chain(
            claim=claim,
            speaker=speaker,
            versions=versions,
            by=request.user,
            request_key=form.cleaned_data["key"],
        )
    except SpeakerGone:
        return refused_response(request, claim, SPEAKER_GONE)
    receiver = speaker.merged_into or speaker
    if not wants_fragment(request):
        if step.left_out:
            messages.warning(request, _note(step, receiver))
        return go_to(request, address_on_the_way(request, claim.article, claim=claim.pk))
    response = _chained(request, claim, receiver, step)
    return bring_versions(response, {given: versions[given] + 1 for given in step.given})


def _chained(request: DeskRequest, claim: Claim, speaker: Speaker, step: ChainStep) -> HttpResponse:
    """Answer with the cards and marks that changed; the offer is gone.

    A claim that was left out has both states on its card, to take either, unless it is the speaker's anyway.
    """
    article = articles_without_text().get(pk=claim.article_id)
    reviewed = ReviewedArticle(article, order_in_force(request))
    touched = ClaimSpan.objects.filter(claim__in=[*step.given, *step.left_out], article=article)
    spans = touched.values_list("start", "end")
    in_text = Claim.objects.filter(pk__in=step.left_out, article=article).order_by("start", "pk")
    # Colleagues are at work: what a card shows, and whether it is a conflict, is told from one reading.
    left_out = [
        (card, None if _is_theirs(card.claim, speaker) else speaker_conflict(request, card.claim, speaker))
        for card in reviewed.cards(list(in_text.values_list("pk", flat=True)))
    ]
    context = step_context(reviewed) | {
        "current_id": None,
        "cards": reviewed.cards(step.given),
        "left_out": left_out,
        "paragraphs": reviewed.paragraphs_over(spans),
    }
    response = render_partial(request, "chained", context, page="annotations/chain_offer.html")
    note = f"{_note(step, speaker)} {left(reviewed)}"
    if any(conflict for _, conflict in left_out):
        note += " Take yours or keep theirs on each card."
    return announce(response, note)


def _is_theirs(claim: Claim, speaker: Speaker) -> bool:
    return claim.speaker_id == speaker.pk and claim.state != ClaimState.REJECTED


def _note(step: ChainStep, speaker: Speaker) -> str:
    note = f"{_claims(len(step.given))} given to {speaker}."
    if len(step.left_out) == 1:
        note += " 1 claim left as it was: somebody changed it since it was offered."
    elif step.left_out:
        note += f" {_claims(len(step.left_out))} left as they were: somebody changed them since."
    return note


def _claims(number: int) -> str:
    return f"{number} claim{'' if number == 1 else 's'}"
