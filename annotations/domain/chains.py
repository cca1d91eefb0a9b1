"""Giving all claims of one chain to the speaker of the claim that was corrected: one step, one undo."""

from collections.abc import Mapping
from dataclasses import dataclass

from annotations.choices import ClaimState
from annotations.domain.steps import changing, finish, save_decision, settle, survivor
from annotations.models import Claim, Revision, Speaker, User

ASSIGN_CHAIN = "assign chain"


@dataclass(frozen=True, slots=True)
class ChainStep:
    """What came of it: the ids of the claims that were given, and of those left as they are."""

    given: tuple[int, ...]
    left_out: tuple[int, ...]


def assign_chain(
    *, claim: Claim, speaker: Speaker, versions: Mapping[int, int], by: User, request_key: str = ""
) -> ChainStep:
    """Give claims of the article of `claim`, the corrected one, to `speaker` in one step.

    `versions` holds the version at which each claim was offered. A claim that was changed, decided or deleted
    since is left out; where that leaves none, nothing is written down. A merged speaker stands for its
    survivor. The correction itself has taught what there is to learn of names, so this teaches none.
    """
    with changing(claim.article_id, by, request_key, claims=versions) as change:
        if change is None:
            done = Revision.objects.get(actor=by, request_key=request_key)
            given = {int(key.partition(":")[2]) for key in done.after if key.startswith("claim:")}
            return _step(versions, given)
        held = [
            row
            for row in change.claims.values()
            if row.state == ClaimState.SUGGESTED and row.version == versions[row.pk]
        ]
        given = {row.pk for row in held}
        for pk in versions.keys() - given:
            del change.before[f"claim:{pk}"]
        change.claim_ids = given
        if held:
            receiver = survivor(speaker)
            for row in held:
                row.speaker = receiver
                settle(row)
                save_decision(row, by)
            finish(ASSIGN_CHAIN, change, by, request_key, claim_id=claim.pk)
        return _step(versions, given)


def _step(versions: Mapping[int, int], given: set[int]) -> ChainStep:
    return ChainStep(
        given=tuple(pk for pk in versions if pk in given),
        left_out=tuple(pk for pk in versions if pk not in given),
    )
