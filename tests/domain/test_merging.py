"""Merging speakers: what moves, what is refused, and that undo gives back exactly what is still there."""

import pytest

from annotations.domain import history, locks, merging, speakers
from annotations.domain.moves import CannotUndo
from annotations.models import Alias, Candidate, Claim, Revision, Speaker, User
from annotations.queries.speakers import match_speakers
from tests.builders import make_article, make_claim, make_mention, make_speaker
from tests.domain.merging_world import add_candidates, world

pytestmark = pytest.mark.django_db


def candidates_of(claim: Claim) -> list[tuple[Speaker, int]]:
    return [(row.speaker, row.position) for row in claim.candidates.select_related("speaker")]


def aliases_of(speaker: Speaker) -> list[str]:
    return [alias.text for alias in speaker.aliases.order_by("text")]


@pytest.fixture
def source(db: None) -> Speaker:
    return make_speaker("Sarah Sands", aliases=("Sands",))


@pytest.fixture
def target(db: None) -> Speaker:
    return make_speaker("Sarah Huckaby Sands", aliases=("Ms Huckaby",))


def test_merge_moves_claims_and_mentions_of_every_article(
    source: Speaker, target: Speaker, editor: User
) -> None:
    moved = [make_claim(article=make_article(), speaker=source) for _ in range(3)]
    mention = make_mention(article=moved[0].article, start=0, end=4, speaker=source)
    bystander = make_claim(speaker=make_speaker("Tomas Oduya"))

    merging.merge_speakers(source=source, target=target, by=editor)

    assert list(target.claims.order_by("pk")) == moved
    assert list(target.mentions.all()) == [mention]
    bystander.refresh_from_db()
    assert (bystander.speaker.name, bystander.version) == ("Tomas Oduya", 1)


def test_merge_keeps_what_the_pipeline_suggested(source: Speaker, target: Speaker, editor: User) -> None:
    claim = make_claim(speaker=source, suggested_speaker=source)

    merging.merge_speakers(source=source, target=target, by=editor)

    claim.refresh_from_db()
    assert (claim.speaker, claim.suggested_speaker) == (target, source)


def test_merge_gives_every_touched_claim_a_new_version(
    source: Speaker, target: Speaker, editor: User
) -> None:
    moved, offered, untouched = make_claim(speaker=source), make_claim(), make_claim(speaker=target)
    add_candidates(offered, source)

    merging.merge_speakers(source=source, target=target, by=editor)

    versions = [Claim.objects.get(pk=claim.pk).version for claim in (moved, offered, untouched)]
    assert versions == [2, 2, 1]


def test_merge_raises_the_version_once_where_speaker_and_candidate_move(
    source: Speaker, target: Speaker, editor: User
) -> None:
    claim = make_claim(speaker=source)
    add_candidates(claim, target, source)

    merging.merge_speakers(source=source, target=target, by=editor)

    claim.refresh_from_db()
    assert claim.version == 2


def test_merge_moves_the_aliases_that_the_target_has_not(
    source: Speaker, target: Speaker, editor: User
) -> None:
    Alias.objects.create(speaker=source, text="MS HUCKABY", normalised="huckaby")

    merging.merge_speakers(source=source, target=target, by=editor)

    assert aliases_of(target) == ["Ms Huckaby", "Sands", "Sarah Huckaby Sands", "Sarah Sands"]
    assert match_speakers("Sarah Sands") == [target]


def test_merge_makes_the_target_a_candidate_in_the_sources_place(
    source: Speaker, target: Speaker, editor: User
) -> None:
    other = make_speaker("Tomas Oduya")
    claim = make_claim()
    add_candidates(claim, other, source)

    merging.merge_speakers(source=source, target=target, by=editor)

    assert candidates_of(claim) == [(other, 0), (target, 1)]


@pytest.mark.parametrize("source_first", [True, False])
def test_merge_of_two_candidates_keeps_one_in_the_better_place(
    source: Speaker, target: Speaker, editor: User, source_first: bool
) -> None:
    other = make_speaker("Tomas Oduya")
    claim = make_claim()
    add_candidates(claim, *((source, other, target) if source_first else (target, other, source)))

    merging.merge_speakers(source=source, target=target, by=editor)

    assert candidates_of(claim) == [(target, 0), (other, 1)]


def test_merge_flattens_chains(source: Speaker, target: Speaker, editor: User) -> None:
    earlier = make_speaker("S. Sands")
    merging.merge_speakers(source=earlier, target=source, by=editor)

    merging.merge_speakers(source=source, target=target, by=editor)

    assert dict(Speaker.objects.values_list("name", "merged_into__name")) == {
        "S. Sands": "Sarah Huckaby Sands",
        "Sarah Sands": "Sarah Huckaby Sands",
        "Sarah Huckaby Sands": None,
    }


def test_merge_writes_down_exactly_what_moved(source: Speaker, target: Speaker, editor: User) -> None:
    claim = make_claim(speaker=source)
    add_candidates(claim, source)
    mention = make_mention(article=claim.article, start=0, end=4, speaker=source)
    aliases = {
        alias.pk: {
            "text": alias.text,
            "normalised": alias.normalised,
            "added_by_id": None,
            "learned_in_id": None,
        }
        for alias in source.aliases.order_by("pk")
    }
    candidate = claim.candidates.get()

    revision = merging.merge_speakers(source=source, target=target, by=editor)

    assert (revision.verb, revision.actor, revision.speaker_id) == ("merge speakers", editor, target.pk)
    old, new = {"speaker_id": source.pk}, {"speaker_id": target.pk}
    place = {"claim_id": claim.pk, "position": 0}
    assert revision.before == {
        f"claim:{claim.pk}": old,
        f"mention:{mention.pk}": old,
        f"candidate:{candidate.pk}": old | place,
        **{f"alias:{pk}": old | name for pk, name in aliases.items()},
        f"speaker:{source.pk}": {"merged_into_id": None},
    }
    assert revision.after == {
        f"claim:{claim.pk}": new,
        f"mention:{mention.pk}": new,
        f"candidate:{candidate.pk}": new | place,
        **{f"alias:{pk}": new | name for pk, name in aliases.items()},
        f"speaker:{source.pk}": {"merged_into_id": target.pk},
    }


def test_merge_into_itself_is_refused(source: Speaker, editor: User) -> None:
    with pytest.raises(merging.CannotMerge):
        merging.merge_speakers(source=source, target=source, by=editor)


@pytest.mark.parametrize("merged", ["source", "target"])
def test_merge_with_one_that_was_merged_already_is_refused(
    source: Speaker, target: Speaker, editor: User, merged: str
) -> None:
    gone = {"source": source, "target": target}[merged]
    merging.merge_speakers(source=gone, target=make_speaker("Tomas Oduya"), by=editor)
    before = world()

    with pytest.raises(merging.CannotMerge):
        merging.merge_speakers(source=source, target=target, by=editor)

    assert world() == before


def test_merge_with_one_that_was_deleted_is_refused(source: Speaker, target: Speaker, editor: User) -> None:
    Speaker.objects.filter(pk=target.pk).delete()

    with pytest.raises(merging.CannotMerge):
        merging.merge_speakers(source=source, target=target, by=editor)


def test_merge_whose_revision_fails_moves_nothing(
    source: Speaker, target: Speaker, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_candidates(make_claim(speaker=source), source, target)
    before = world()

    def fail(**fields: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(history, "record", fail)
    with pytest.raises(RuntimeError):
        merging.merge_speakers(source=source, target=target, by=editor)

    assert world() == before


def test_undo_of_a_merge_gives_everything_back(source: Speaker, target: Speaker, editor: User) -> None:
    claim = make_claim(speaker=source)
    add_candidates(claim, source, target)
    make_mention(article=claim.article, start=0, end=4, speaker=source)
    make_claim(speaker=target)
    before = world()
    revision = merging.merge_speakers(source=source, target=target, by=editor)

    merging.undo_merge(revision=revision, by=editor)

    assert world() == before


def test_undo_of_a_merge_is_a_revision_that_marks_the_merge(
    source: Speaker, target: Speaker, editor: User
) -> None:
    claim = make_claim(speaker=source)
    revision = merging.merge_speakers(source=source, target=target, by=editor)

    undone = merging.undo_merge(revision=revision, by=editor)

    revision.refresh_from_db()
    assert revision.undone_at is not None
    assert (undone.verb, undone.actor, undone.target) == ("undo", editor, revision)
    assert undone.before[f"claim:{claim.pk}"] == {"speaker_id": target.pk}
    assert undone.after[f"claim:{claim.pk}"] == {"speaker_id": source.pk}
    assert undone.after[f"speaker:{source.pk}"] == {"merged_into_id": None}


def test_undo_of_a_merge_raises_the_versions_of_what_it_gives_back(
    source: Speaker, target: Speaker, editor: User
) -> None:
    moved, offered, untouched = make_claim(speaker=source), make_claim(), make_claim(speaker=target)
    add_candidates(offered, source)
    revision = merging.merge_speakers(source=source, target=target, by=editor)

    merging.undo_merge(revision=revision, by=editor)

    versions = [Claim.objects.get(pk=claim.pk).version for claim in (moved, offered, untouched)]
    assert versions == [3, 3, 1]


def test_undo_of_a_merge_leaves_claims_alone_that_were_given_to_others_since(
    source: Speaker, target: Speaker, editor: User
) -> None:
    kept, given_away, deleted = (make_claim(speaker=source) for _ in range(3))
    other = make_speaker("Tomas Oduya")
    revision = merging.merge_speakers(source=source, target=target, by=editor)
    Claim.objects.filter(pk=given_away.pk).update(speaker=other)
    Claim.objects.filter(pk=deleted.pk).delete()
    found_since = make_claim(speaker=target)

    merging.undo_merge(revision=revision, by=editor)

    assert list(source.claims.all()) == [kept]
    assert list(other.claims.all()) == [given_away]
    assert list(target.claims.all()) == [found_since]
    assert Claim.objects.get(pk=given_away.pk).version == 2


def test_undo_of_a_merge_leaves_the_targets_new_name_its_alias(
    source: Speaker, target: Speaker, editor: User
) -> None:
    revision = merging.merge_speakers(source=source, target=target, by=editor)
    Speaker.objects.filter(pk=target.pk).update(name="Sarah Sands")

    merging.undo_merge(revision=revision, by=editor)

    assert aliases_of(source) == ["Sands", "Sarah Sands"]
    assert aliases_of(target) == ["Ms Huckaby", "Sarah Huckaby Sands", "Sarah Sands"]


def test_undo_of_a_merge_gives_the_source_its_name_even_if_it_was_taken_away(
    source: Speaker, target: Speaker, editor: User
) -> None:
    revision = merging.merge_speakers(source=source, target=target, by=editor)
    speakers.remove_alias(alias=target.aliases.get(text="Sarah Sands"), by=editor)

    merging.undo_merge(revision=revision, by=editor)

    assert aliases_of(source) == ["Sands", "Sarah Sands"]


def test_undo_of_a_merge_takes_from_where_the_target_went_since(
    source: Speaker, target: Speaker, editor: User
) -> None:
    claim = make_claim(speaker=source)
    own = make_claim(speaker=target)
    last = make_speaker("White House")
    revision = merging.merge_speakers(source=source, target=target, by=editor)
    merging.merge_speakers(source=target, target=last, by=editor)

    merging.undo_merge(revision=revision, by=editor)

    assert list(source.claims.all()) == [claim]
    assert list(last.claims.all()) == [own]
    assert aliases_of(source) == ["Sands", "Sarah Sands"]
    assert Speaker.objects.get(pk=target.pk).merged_into == last


def test_undo_of_a_merge_gives_back_an_alias_that_stayed_behind_with_the_target(
    source: Speaker, target: Speaker, editor: User
) -> None:
    last = make_speaker("White House", aliases=("Sands",))
    revision = merging.merge_speakers(source=source, target=target, by=editor)
    merging.merge_speakers(source=target, target=last, by=editor)

    merging.undo_merge(revision=revision, by=editor)

    assert aliases_of(source) == ["Sands", "Sarah Sands"]
    assert aliases_of(last) == ["Ms Huckaby", "Sands", "Sarah Huckaby Sands", "White House"]


def test_undo_of_a_merge_twice_is_refused(source: Speaker, target: Speaker, editor: User) -> None:
    make_claim(speaker=source)
    revision = merging.merge_speakers(source=source, target=target, by=editor)
    merging.undo_merge(revision=revision, by=editor)
    before = world()

    with pytest.raises(CannotUndo):
        merging.undo_merge(revision=revision, by=editor)

    assert world() == before


def test_undo_of_a_merge_whose_source_is_gone_is_refused(
    source: Speaker, target: Speaker, editor: User
) -> None:
    revision = merging.merge_speakers(source=source, target=target, by=editor)
    Speaker.objects.filter(pk=source.pk).delete()

    with pytest.raises(CannotUndo):
        merging.undo_merge(revision=revision, by=editor)


def test_undo_of_a_merge_that_no_longer_stands_is_refused(
    source: Speaker, target: Speaker, editor: User
) -> None:
    revision = merging.merge_speakers(source=source, target=target, by=editor)
    Speaker.objects.filter(pk=source.pk).update(merged_into=None)

    with pytest.raises(CannotUndo):
        merging.undo_merge(revision=revision, by=editor)


def test_undo_of_another_verb_is_refused(source: Speaker, editor: User) -> None:
    alias = speakers.add_alias(speaker=source, text="Press secretary", by=editor)

    with pytest.raises(CannotUndo):
        merging.undo_merge(revision=Revision.objects.get(), by=editor)

    assert Alias.objects.filter(pk=alias.pk).exists()


def test_undo_whose_revision_fails_gives_nothing_back(
    source: Speaker, target: Speaker, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_candidates(make_claim(speaker=source), source, target)
    revision = merging.merge_speakers(source=source, target=target, by=editor)
    before = world()

    def fail(**fields: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(history, "record", fail)
    with pytest.raises(RuntimeError):
        merging.undo_merge(revision=revision, by=editor)

    assert world() == before
    revision.refresh_from_db()
    assert revision.undone_at is None


def test_merge_of_more_rows_than_one_statement_names(
    source: Speaker, target: Speaker, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "CHUNK", 2)
    article = make_article()
    for _ in range(5):
        claim = make_claim(article=article, speaker=source)
        add_candidates(claim, target, source)
        make_mention(article=article, start=0, end=4, speaker=source)
    before = world()

    revision = merging.merge_speakers(source=source, target=target, by=editor)
    assert target.claims.count() == 5
    assert Candidate.objects.filter(speaker=source).count() == 0

    merging.undo_merge(revision=revision, by=editor)
    assert world() == before


def test_merge_all_merges_every_form_at_once_and_each_can_be_taken_back(
    source: Speaker, target: Speaker, editor: User
) -> None:
    third = make_speaker("S. Sands")
    claims = [make_claim(speaker=source), make_claim(speaker=third)]

    first, second = merging.merge_all(sources=[source, third], target=target, by=editor)

    assert list(target.claims.order_by("pk")) == claims
    merging.undo_merge(revision=first, by=editor)
    assert [Claim.objects.get(pk=claim.pk).speaker for claim in claims] == [source, target]
    assert Revision.objects.get(pk=second.pk).undone_at is None


def test_merge_all_merges_none_where_one_was_merged_meanwhile(
    source: Speaker, target: Speaker, editor: User
) -> None:
    third, other = make_speaker("S. Sands"), make_speaker("Sam Sands")
    merging.merge_speakers(source=third, target=other, by=editor)

    with pytest.raises(merging.CannotMerge):
        merging.merge_all(sources=[source, third], target=target, by=editor)

    source.refresh_from_db()
    assert source.merged_into is None
