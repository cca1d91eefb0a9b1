"""Keeping count of a re-annotation: each proposal that moves is counted out of one state and into another.

A tally is touched last in a transaction and always in the order of the states, so that no two workers wait
for each other.
"""

from collections.abc import Mapping

from django.db.models import F

from annotations.choices import ProposalState
from annotations.models import COUNTED, Proposal, Reannotation, ReannotationTally

Numbers = dict[str, int]


def open_tallies(reannotation: Reannotation) -> None:
    """Start counting from nothing."""
    ReannotationTally.objects.bulk_create(
        ReannotationTally(reannotation=reannotation, state=state.value) for state in ProposalState
    )


def count(reannotation_id: int | None, moved: Mapping[str, Numbers]) -> None:
    """Add to the numbers of each state; nothing where the proposals belong to no re-annotation."""
    if reannotation_id is None:
        return
    for state in sorted(moved):
        changes = {name: F(name) + number for name, number in moved[state].items() if number}
        if changes:
            ReannotationTally.objects.filter(reannotation=reannotation_id, state=state).update(**changes)


def numbers_of(proposal: Proposal) -> Numbers:
    """Return what one proposal counts."""
    return {"articles": 1, **{name: getattr(proposal, name) for name in COUNTED}}


def less(numbers: Numbers) -> Numbers:
    """Return the numbers as they are taken away."""
    return {name: -number for name, number in numbers.items()}


def forget(proposal: Proposal) -> None:
    """Count a proposal out that is deleted with its article."""
    count(proposal.reannotation_id, {proposal.state: less(numbers_of(proposal))})
