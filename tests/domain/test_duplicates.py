"""Likely duplicates of the whole desk: found, merged or kept apart, and every answer taken back."""

from typing import Any

import pytest

from annotations.choices import Likeness, SpeakerKind
from annotations.domain import duplicates, figures, merging, speakers
from annotations.models import Alias, KeptApart, LikelyDuplicate, Revision, Speaker, SpeakerFigures, User
from annotations.queries.duplicates import PAIR_ORDER, group_of, likely_pairs, names_to_compare, pairs_of
from tests.builders import make_claim, make_speaker

pytestmark = pytest.mark.django_db


def pairs() -> list[tuple[str, str, str]]:
    """Return the open pairs as the page lists them."""
    duplicates.compare_names()
    found = likely_pairs().order_by("-joined", "-claims", "id")
    return [(pair.one.name, pair.other.name, pair.likeness) for pair in found]


def test_new_names_are_compared_with_all_others_once() -> None:
    make_speaker("Volodymyr Zelensky")
    make_speaker("Tomas Oduya")
    assert duplicates.compare_names() == 2
    assert not LikelyDuplicate.objects.exists()

    make_speaker("Volodymyr Zelesnky")

    assert names_to_compare() == 1
    assert pairs() == [("Volodymyr Zelensky", "Volodymyr Zelesnky", Likeness.SLIP)]
    assert duplicates.compare_names() == 0


def test_a_name_that_changes_or_moves_while_names_are_compared_is_compared_again(
    monkeypatch: pytest.MonkeyPatch, editor: User
) -> None:
    edited, moved, into = (make_speaker(name) for name in ("Ana Lindqvist", "Bo Ek", "Cleo Ros"))
    compare = duplicates.likely_pairs

    def compare_meanwhile(*arguments: Any, **more: Any) -> list[Any]:
        found = list(compare(*arguments, **more))
        Speaker.objects.filter(pk=edited.pk).update(kind=SpeakerKind.ORGANISATION)
        moved.aliases.update(speaker=into)
        return found

    monkeypatch.setattr(duplicates, "likely_pairs", compare_meanwhile)
    assert duplicates.compare_names() == 3

    left = Alias.objects.filter(is_compared=False)
    assert sorted(left.values_list("text", flat=True)) == ["Ana Lindqvist", "Bo Ek"]


@pytest.mark.django_db(transaction=True)
def test_who_is_deleted_or_loses_a_name_while_names_are_compared_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone, renamed = make_speaker("Tomas Kowalzcyk"), make_speaker("Volodymyr Zelesnky")
    for name in ("Tomas Kowalczyk", "Volodymyr Zelensky", "Ana Lindqvist", "Ana Lindqivst"):
        make_speaker(name)
    compare = duplicates.likely_pairs

    def compare_meanwhile(*arguments: Any, **more: Any) -> list[Any]:
        found = list(compare(*arguments, **more))
        assert len(found) == 3
        Speaker.objects.filter(pk=gone.pk).delete()
        renamed.aliases.all().delete()
        return found

    monkeypatch.setattr(duplicates, "likely_pairs", compare_meanwhile)

    assert pairs() == [("Ana Lindqvist", "Ana Lindqivst", Likeness.SLIP)]
    assert names_to_compare() == 0


def test_unnamed_speakers_are_like_nobody() -> None:
    make_speaker("senior officials", kind=SpeakerKind.UNNAMED.value)
    make_speaker("senior officials", kind=SpeakerKind.UNNAMED.value)

    assert pairs() == []


def test_pairs_stand_by_the_claims_that_a_merge_would_join() -> None:
    few, also_few = make_speaker("Bob Kestle"), make_speaker("Robert Kestle")
    many, also_many = make_speaker("Ana Oduya"), make_speaker("Ana B. Oduya")
    for speaker, claims in ((few, 5), (also_few, 1), (many, 2), (also_many, 2)):
        for _ in range(claims):
            make_claim(speaker=speaker)
    duplicates.compare_names()

    assert [(pair.one, pair.joined) for pair in likely_pairs().order_by("-joined")] == [(many, 2), (few, 1)]


def test_pairs_stand_by_the_kept_figures_where_there_are_any(editor: User) -> None:
    first, second = ((make_speaker(f"Bob {name}"), make_speaker(f"Robert {name}")) for name in ("Ek", "Berg"))
    for speaker, claims in ((first[0], 7), (first[1], 1), (second[0], 3), (second[1], 2)):
        SpeakerFigures.objects.create(speaker=speaker, claims=claims, articles=1)
    duplicates.compare_names()

    listed = likely_pairs(is_strong=True).order_by(*PAIR_ORDER)
    assert [(pair.one, pair.joined, pair.claims) for pair in listed] == [(second[0], 2, 5), (first[0], 1, 8)]

    kept = duplicates.keep_apart(one=second[0], other=second[1], by=editor)
    figures.weigh_pairs()
    stored = LikelyDuplicate.objects.order_by("pk").values_list("kept_joined", "kept_claims")
    assert sorted(stored) == [(0, 0), (1, 8)]

    duplicates.undo_keep_apart(kept=kept, by=editor)
    figures.weigh_pairs()
    assert sorted(stored.all()) == [(1, 8), (2, 5)]


def test_pair_goes_with_its_merge_and_comes_back_with_the_undo(editor: User) -> None:
    one, other = make_speaker("Bob Kestle"), make_speaker("Robert Kestle")
    assert len(pairs()) == 1

    revision = merging.merge_speakers(source=one, target=other, by=editor)
    assert pairs() == []

    merging.undo_merge(revision=revision, by=editor)
    assert pairs() == [("Bob Kestle", "Robert Kestle", Likeness.SHORT_FORM)]


def test_name_that_a_merge_brings_is_compared_for_its_new_owner(editor: User) -> None:
    berg, lindqvist = make_speaker("Ana Berg"), make_speaker("Ana Lindqvist")
    make_speaker("Ana M. Lindqvist")
    merging.merge_speakers(source=lindqvist, target=berg, by=editor)

    assert pairs() == [("Ana Berg", "Ana M. Lindqvist", Likeness.MIDDLE_NAME)]


def test_pair_goes_with_the_name_that_made_it(editor: User) -> None:
    berg = make_speaker("Ana Berg", aliases=("Ana Lindqvist",))
    make_speaker("Ana Lindqvist")
    assert len(pairs()) == 1

    speakers.remove_alias(alias=berg.aliases.get(text="Ana Lindqvist"), by=editor)

    assert pairs() == []


def test_kept_apart_is_asked_no_more_and_leaves_a_revision(editor: User) -> None:
    one, other = make_speaker("Bob Kestle"), make_speaker("Robert Kestle")
    assert len(pairs()) == 1

    kept = duplicates.keep_apart(one=other, other=one, by=editor)

    assert pairs() == []
    assert pairs_of(one) == []
    revision = Revision.objects.get()
    assert (revision.verb, revision.actor, revision.speaker_id) == ("keep apart", editor, one.pk)
    assert revision.after == {f"kept apart:{kept.pk}": {"one_id": one.pk, "other_id": other.pk}}


def test_kept_apart_twice_is_one_answer(editor: User) -> None:
    one, other = make_speaker("Mark Kestle"), make_speaker("Marc Kestle")

    first = duplicates.keep_apart(one=one, other=other, by=editor)

    assert duplicates.keep_apart(one=other, other=one, by=editor) == first
    assert Revision.objects.count() == 1


def test_kept_apart_taken_back_is_asked_again(editor: User) -> None:
    one, other = make_speaker("Bob Kestle"), make_speaker("Robert Kestle")
    kept = duplicates.keep_apart(one=one, other=other, by=editor)
    assert pairs() == []

    for _ in range(2):
        duplicates.undo_keep_apart(kept=kept, by=editor)

    assert len(pairs()) == 1
    step, undo = Revision.objects.order_by("pk")
    assert step.undone_at is not None
    assert (undo.verb, undo.target) == ("undo", step)


def test_kept_apart_holds_for_whom_the_two_are_merged_into(editor: User) -> None:
    one, other, third = (
        make_speaker("Bob Kestle"),
        make_speaker("Robert Kestle"),
        make_speaker("Bobby Kestle"),
    )
    duplicates.keep_apart(one=one, other=other, by=editor)

    merging.merge_speakers(source=one, target=third, by=editor)

    assert pairs() == []
    assert duplicates.keep_apart(one=third, other=other, by=editor) == KeptApart.objects.get()


def test_kept_apart_is_refused_for_one_entry(editor: User) -> None:
    one, other = make_speaker("Bob Kestle"), make_speaker("Robert Kestle")
    merging.merge_speakers(source=one, target=other, by=editor)

    with pytest.raises(duplicates.CannotKeepApart):
        duplicates.keep_apart(one=Speaker.objects.get(pk=one.pk), other=other, by=editor)


def test_group_is_all_that_strong_pairs_connect(editor: User) -> None:
    bob, robert = make_speaker("Bob Kestle"), make_speaker("Robert Kestle")
    middle = make_speaker("Robert J. Kestle")
    make_speaker("Ana Oduya")
    duplicates.compare_names()

    assert set(group_of([bob, robert])) == {bob, robert, middle}

    duplicates.keep_apart(one=robert, other=middle, by=editor)
    duplicates.keep_apart(one=bob, other=middle, by=editor)
    assert group_of([bob, robert]) == [bob, robert]


def test_changed_kind_has_the_names_compared_anew(editor: User) -> None:
    speaker = make_speaker("Kestrel Bank")
    duplicates.compare_names()
    details = speakers.details_of(speaker)
    changed = speakers.SpeakerDetails(name=details.name, kind=SpeakerKind.ORGANISATION)

    speakers.edit_speaker(speaker=speaker, details=changed, seen=speakers.details_version(speaker), by=editor)

    assert list(Alias.objects.filter(is_compared=False)) == [speaker.aliases.get()]
