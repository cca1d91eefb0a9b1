"""Any merges, taken back in any order, with or without other work in between."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.choices import SpeakerKind
from annotations.domain import merging
from annotations.models import Alias, Candidate, Claim, Mention, Revision, Speaker, User
from tests.builders import make_article, make_claim, make_mention, make_speaker
from tests.domain.examples import rolled_back
from tests.domain.merging_world import add_candidates, world

pytestmark = pytest.mark.django_db

NAMES = ("Ana Lindqvist", "A Lindqvist", "Mayor Lindqvist", "Lindqvist", "Ana Berg")
PEOPLE = st.integers(0, len(NAMES) - 1)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """Who owns each claim and mention, the candidates of each claim, and aliases that several share."""
    claims = st.lists(
        st.tuples(st.none() | PEOPLE, st.lists(PEOPLE, unique=True, max_size=4)), min_size=1, max_size=4
    )
    return {
        "claims": draw(claims),
        "mentions": draw(st.lists(PEOPLE, max_size=4)),
        "aliases": draw(st.lists(st.tuples(PEOPLE, st.sampled_from(["lind", "the mayor"])), unique=True)),
        "merges": draw(st.lists(st.tuples(PEOPLE, PEOPLE), min_size=1, max_size=4)),
    }


def build(drawn: dict[str, Any]) -> list[Speaker]:
    people = [make_speaker(name, kind=SpeakerKind.PERSON.value) for name in NAMES]
    article = make_article()
    for owner, candidates in drawn["claims"]:
        claim = make_claim(article=article, speaker=None if owner is None else people[owner])
        add_candidates(claim, *(people[index] for index in candidates))
    for owner in drawn["mentions"]:
        make_mention(article=article, start=0, end=4, speaker=people[owner])
    for owner, text in drawn["aliases"]:
        Alias.objects.create(speaker=people[owner], text=text, normalised=text)
    return people


def merge_all(drawn: dict[str, Any], people: list[Speaker], editor: User) -> list[Revision]:
    """Merge what was drawn as far as it is allowed."""
    revisions = []
    for source, target in drawn["merges"]:
        try:
            revisions.append(merging.merge_speakers(source=people[source], target=people[target], by=editor))
        except merging.CannotMerge:
            continue
    return revisions


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=worlds())
def test_merges_undone_in_reverse_give_back_the_same_rows(editor: User, drawn: dict[str, Any]) -> None:
    with rolled_back():
        people = build(drawn)
        before = world()
        revisions = merge_all(drawn, people, editor)

        for revision in reversed(revisions):
            merging.undo_merge(revision=revision, by=editor)

        assert world() == before


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=worlds(), data=st.data())
def test_merges_undone_in_any_order_give_back_the_same_rows(
    editor: User, drawn: dict[str, Any], data: st.DataObject
) -> None:
    with rolled_back():
        people = build(drawn)
        before = world()
        revisions = merge_all(drawn, people, editor)

        for revision in data.draw(st.permutations(revisions)):
            merging.undo_merge(revision=revision, by=editor)

        after = world()
        # The place among the candidates is a hint; who keeps the better one depends on the order of undoing.
        for side in (before, after):
            side["candidates"] = {pk: row[:2] for pk, row in side["candidates"].items()}
        assert after == before


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=worlds(), data=st.data())
def test_undo_gives_back_only_claims_that_nobody_touched_since(
    editor: User, drawn: dict[str, Any], data: st.DataObject
) -> None:
    with rolled_back():
        people = build(drawn)
        before = world()["claims"]
        revisions = merge_all(drawn, people, editor)
        outsider = make_speaker("Tomas Oduya")
        given_away = data.draw(st.sets(st.sampled_from(sorted(before))))
        Claim.objects.filter(pk__in=given_away).update(speaker=outsider)

        for revision in reversed(revisions):
            merging.undo_merge(revision=revision, by=editor)

        assert world()["claims"] == before | dict.fromkeys(given_away, outsider.pk)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=worlds())
def test_merged_speakers_always_lead_to_a_current_one_and_own_nothing(
    editor: User, drawn: dict[str, Any]
) -> None:
    with rolled_back():
        people = build(drawn)
        merge_all(drawn, people, editor)

        merged = Speaker.objects.filter(merged_into__isnull=False)
        assert not merged.filter(merged_into__merged_into__isnull=False).exists()
        assert not Claim.objects.filter(speaker__in=merged).exists()
        assert not Mention.objects.filter(speaker__in=merged).exists()
        assert not Candidate.objects.filter(speaker__in=merged).exists()
