"""What the tests of merging look at: every row that a merge may touch."""

from typing import Any

from annotations.models import Alias, Candidate, Claim, Mention, Speaker


def world() -> dict[str, Any]:
    """Everything a merge may touch, by id; versions aside, since they only ever grow."""
    return {
        "claims": dict(Claim.objects.values_list("pk", "speaker_id")),
        "suggestions": dict(Claim.objects.values_list("pk", "suggested_speaker_id")),
        "mentions": dict(Mention.objects.values_list("pk", "speaker_id")),
        "candidates": {
            pk: rest
            for pk, *rest in Candidate.objects.values_list("pk", "claim_id", "speaker_id", "position")
        },
        "aliases": {
            pk: rest for pk, *rest in Alias.objects.values_list("pk", "speaker_id", "text", "normalised")
        },
        "speakers": dict(Speaker.objects.values_list("pk", "merged_into_id")),
    }


def add_candidates(claim: Claim, *chosen: Speaker) -> None:
    for position, speaker in enumerate(chosen):
        Candidate.objects.create(claim=claim, speaker=speaker, position=position)
