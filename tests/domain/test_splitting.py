"""Splitting a speaker that is two: what goes, what is refused, and what undo gives back."""

import pytest

from annotations.choices import ClaimOrigin, ClaimState, SpeakerKind
from annotations.domain import merging, splitting
from annotations.domain.moves import CannotUndo
from annotations.models import Candidate, Claim, Revision, Speaker, User
from tests.builders import make_article, make_claim, make_mention, make_speaker
from tests.domain.merging_world import add_candidates, world
from tests.replay import differences
from tests.replay import world as replay_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def speaker(db: None) -> Speaker:
    return make_speaker("Ana Lindqvist", aliases=("A Lindqvist", "The mayor"), kind=SpeakerKind.PERSON.value)


def split(
    speaker: Speaker,
    by: User,
    *claims: Claim,
    to: Speaker | str = "Anders Lindqvist",
    names: tuple[str, ...] = (),
) -> Revision:
    aliases = speaker.aliases.filter(text__in=names)
    return splitting.split_speaker(
        speaker=speaker,
        claim_ids=[claim.pk for claim in claims],
        alias_ids=[alias.pk for alias in aliases],
        to=to,
        by=by,
    )


def names_of(speaker: Speaker) -> list[str]:
    return sorted(speaker.aliases.values_list("text", flat=True))


def test_split_gives_chosen_claims_and_names_to_a_new_speaker(speaker: Speaker, editor: User) -> None:
    stays, goes = make_claim(speaker=speaker), make_claim(speaker=speaker)

    revision = split(speaker, editor, goes, names=("A Lindqvist",))

    other = Speaker.objects.get(name="Anders Lindqvist")
    assert (list(speaker.claims.all()), list(other.claims.all())) == ([stays], [goes])
    assert names_of(speaker) == ["Ana Lindqvist", "The mayor"]
    assert names_of(other) == ["A Lindqvist", "Anders Lindqvist"]
    assert (other.kind, other.created_by) == ("person", editor)
    assert (revision.verb, revision.actor, revision.speaker_id) == ("split speaker", editor, speaker.pk)
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (stays.version, goes.version) == (1, 2)


def test_split_gives_to_a_speaker_of_the_desk(speaker: Speaker, editor: User) -> None:
    other = make_speaker("Anders Lindqvist", aliases=("A Lindqvist",))
    goes = make_claim(speaker=speaker)

    split(speaker, editor, goes, to=other, names=("A Lindqvist",))

    assert list(other.claims.all()) == [goes]
    assert names_of(other) == ["A Lindqvist", "Anders Lindqvist"]
    assert names_of(speaker) == ["Ana Lindqvist", "The mayor"]


def test_split_takes_the_mentions_of_the_claims_along(speaker: Speaker, editor: User) -> None:
    both, alone = make_article(), make_article()
    make_claim(article=both, speaker=speaker)
    goes = make_claim(article=both, content=((31, 40),), source=((10, 20),), speaker=speaker)
    also = make_claim(article=alone, speaker=speaker)
    in_source = make_mention(article=both, start=12, end=15, speaker=speaker)
    elsewhere = make_mention(article=both, start=25, end=28, speaker=speaker)
    of_the_other_article = make_mention(article=alone, start=25, end=28, speaker=speaker)

    split(speaker, editor, goes, also)

    other = Speaker.objects.get(name="Anders Lindqvist")
    assert set(other.mentions.all()) == {in_source, of_the_other_article}
    assert list(speaker.mentions.all()) == [elsewhere]


def test_split_puts_the_other_in_the_place_among_the_candidates(speaker: Speaker, editor: User) -> None:
    third = make_speaker("Tomas Oduya")
    goes, stays = make_claim(speaker=speaker), make_claim(speaker=speaker)
    add_candidates(goes, speaker, third)
    add_candidates(stays, speaker)

    split(speaker, editor, goes)

    other = Speaker.objects.get(name="Anders Lindqvist")
    assert list(goes.candidates.values_list("speaker_id", flat=True)) == [other.pk, third.pk]
    assert list(stays.candidates.values_list("speaker_id", flat=True)) == [speaker.pk]


def test_split_makes_what_was_accepted_as_suggested_a_correction(speaker: Speaker, editor: User) -> None:
    other = make_speaker("Anders Lindqvist")
    accepted = make_claim(speaker=speaker, state=ClaimState.ACCEPTED.value)
    undecided = make_claim(speaker=speaker)
    own = make_claim(speaker=speaker, state=ClaimState.ACCEPTED.value, origin=ClaimOrigin.EDITOR.value)
    theirs = make_claim(speaker=speaker, suggested_speaker=other, state=ClaimState.ACCEPTED.value)

    revision = split(speaker, editor, accepted, undecided, own, theirs, to=other)

    def states() -> list[tuple[str, bool]]:
        claims = [accepted, undecided, own, theirs]
        return [Claim.objects.values_list("state", "is_changed").get(pk=claim.pk) for claim in claims]

    assert states() == [("corrected", True), ("suggested", False), ("accepted", False), ("accepted", False)]
    splitting.undo_split(revision=revision, by=editor)
    assert states() == [("accepted", False), ("suggested", False), ("accepted", False), ("accepted", False)]


def test_split_undone_gives_back_the_same_rows(speaker: Speaker, editor: User) -> None:
    claims = [make_claim(speaker=speaker) for _ in range(3)]
    make_mention(article=claims[0].article, start=0, end=4, speaker=speaker)
    add_candidates(claims[0], make_speaker("Tomas Oduya"), speaker)
    before = world()

    revision = split(speaker, editor, *claims[:2], names=("A Lindqvist", "The mayor"))
    assert world() != before
    undo = splitting.undo_split(revision=revision, by=editor)

    assert world() == before
    assert not Speaker.objects.filter(name="Anders Lindqvist").exists()
    assert (undo.verb, undo.target, undo.speaker_id) == ("undo", revision, speaker.pk)


def test_split_to_a_known_speaker_undone_gives_back_a_name_that_both_had(
    speaker: Speaker, editor: User
) -> None:
    other = make_speaker("Anders Lindqvist", aliases=("A Lindqvist",))
    claim = make_claim(speaker=speaker)
    add_candidates(claim, speaker, other)
    before = world()

    revision = split(speaker, editor, claim, to=other, names=("A Lindqvist",))
    splitting.undo_split(revision=revision, by=editor)

    assert world() == before


def test_split_undone_later_leaves_what_was_decided_since(speaker: Speaker, editor: User) -> None:
    third = make_speaker("Tomas Oduya")
    given_on, stays = make_claim(speaker=speaker), make_claim(speaker=speaker)
    revision = split(speaker, editor, given_on, stays)
    other = Speaker.objects.get(name="Anders Lindqvist")
    Claim.objects.filter(pk=given_on.pk).update(speaker=third)
    new = make_claim(speaker=other)

    splitting.undo_split(revision=revision, by=editor)

    owners = dict(Claim.objects.values_list("pk", "speaker__name"))
    assert owners == {given_on.pk: third.name, stays.pk: speaker.name, new.pk: other.name}


def test_split_and_merges_can_be_undone_in_any_order(speaker: Speaker, editor: User) -> None:
    old = make_speaker("Ana L Lindqvist")
    from_old, own = make_claim(speaker=old), make_claim(speaker=speaker)
    merge = merging.merge_speakers(source=old, target=speaker, by=editor)
    revision = split(speaker, editor, own)

    merging.undo_merge(revision=merge, by=editor)
    splitting.undo_split(revision=revision, by=editor)

    owners = dict(Claim.objects.values_list("pk", "speaker__name"))
    assert owners == {from_old.pk: old.name, own.pk: speaker.name}


def test_split_is_undone_where_the_speaker_was_merged_since(speaker: Speaker, editor: User) -> None:
    survivor = make_speaker("Ana Maria Lindqvist")
    goes = make_claim(speaker=speaker)
    add_candidates(goes, speaker)
    revision = split(speaker, editor, goes, names=("A Lindqvist",))
    merging.merge_speakers(source=speaker, target=survivor, by=editor)

    splitting.undo_split(revision=revision, by=editor)

    assert list(survivor.claims.all()) == [goes]
    assert Candidate.objects.get().speaker == survivor
    assert "A Lindqvist" in names_of(survivor)


def test_split_merged_together_again_is_refused_to_undo(speaker: Speaker, editor: User) -> None:
    revision = split(speaker, editor, make_claim(speaker=speaker))
    merging.merge_speakers(source=Speaker.objects.get(name="Anders Lindqvist"), target=speaker, by=editor)

    with pytest.raises(CannotUndo, match="are one entry by now"):
        splitting.undo_split(revision=revision, by=editor)


def test_split_undone_twice_is_refused(speaker: Speaker, editor: User) -> None:
    revision = split(speaker, editor, make_claim(speaker=speaker))
    splitting.undo_split(revision=revision, by=editor)

    with pytest.raises(CannotUndo):
        splitting.undo_split(revision=revision, by=editor)


def test_split_of_nothing_is_refused(speaker: Speaker, editor: User) -> None:
    with pytest.raises(splitting.CannotSplit, match="Choose at least one"):
        split(speaker, editor)


def test_split_of_claims_that_went_elsewhere_is_refused(speaker: Speaker, editor: User) -> None:
    claim = make_claim(speaker=make_speaker("Tomas Oduya"))

    with pytest.raises(splitting.CannotSplit, match="given to somebody else"):
        split(speaker, editor, claim)

    assert not Speaker.objects.filter(name="Anders Lindqvist").exists()


def test_split_keeps_the_speakers_own_name(speaker: Speaker, editor: User) -> None:
    with pytest.raises(splitting.CannotSplit, match="keeps its own name"):
        split(speaker, editor, make_claim(speaker=speaker), names=("Ana Lindqvist",))


def test_split_into_itself_is_refused(speaker: Speaker, editor: User) -> None:
    with pytest.raises(splitting.CannotSplit, match="into itself"):
        split(speaker, editor, make_claim(speaker=speaker), to=speaker)


def test_split_and_its_undo_are_told_whole_by_their_revisions(speaker: Speaker, editor: User) -> None:
    claims = [make_claim(speaker=speaker, state=ClaimState.ACCEPTED.value) for _ in range(2)]
    make_mention(article=claims[0].article, start=0, end=4, speaker=speaker)
    start = replay_world()

    revision = split(speaker, editor, claims[0], names=("The mayor",))
    assert differences(start) == []

    splitting.undo_split(revision=revision, by=editor)
    assert differences(start) == []
