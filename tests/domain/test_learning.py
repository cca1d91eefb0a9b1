"""What a correction teaches about names, what it does not, and that undo takes it back."""

import pytest

from annotations.choices import ClaimState, SpanRole, SpeakerKind
from annotations.domain import merging, review, speakers, undo
from annotations.domain.matching import Match, speakers_for
from annotations.models import Alias, Claim, Revision, Speaker, User
from annotations.nlp.draft import DraftSpeaker
from tests.builders import make_article, make_claim, make_speaker

pytestmark = pytest.mark.django_db


def claim_of(source: str, *, said_by: Speaker | None = None, text: str = "") -> Claim:
    """A suggested claim with this source, in an article of its own."""
    text = text or f"“Tolls stay,” said {source}. More is in our other report."
    start = text.index(source)
    return make_claim(
        article=make_article(text=f"{text} {make_article().pk}"),
        content=((0, 13),),
        source=((start, start + len(source)),),
        speaker=said_by,
    )


def names_of(speaker: Speaker) -> list[str]:
    return sorted(Alias.objects.filter(speaker=speaker).values_list("text", flat=True))


@pytest.fixture
def known(db: None) -> Speaker:
    return make_speaker("Volodymyr Zelenskyy", role="president")


@pytest.fixture
def made(db: None) -> Speaker:
    """What the pipeline made of the other spelling."""
    return make_speaker("Zelensky")


def test_what_an_editor_corrected_once_is_used_next_time(known: Speaker, made: Speaker, editor: User) -> None:
    review.assign_speaker(claim=claim_of("Zelensky", said_by=made), speaker=known, by=editor, version=1)

    draft = DraftSpeaker("Zelensky", SpeakerKind.PERSON)
    assert speakers_for(article=make_article(), drafts=[draft]) == [
        Match(known, (made,), "the desk knows Volodymyr Zelenskyy as “Zelensky” too")
    ]


def test_a_name_that_is_typed_teaches_like_one_that_is_chosen(made: Speaker, editor: User) -> None:
    claim = claim_of("Zelensky", said_by=made)

    given = review.assign_name(claim=claim, name="Volodymyr Zelenskyy", by=editor, version=1)

    assert given.speaker is not None
    assert names_of(given.speaker) == ["Volodymyr Zelenskyy", "Zelensky"]


def test_a_title_and_what_follows_the_name_are_no_part_of_it(known: Speaker, editor: User) -> None:
    review.assign_speaker(claim=claim_of("Mr Zelensky, the leader"), speaker=known, by=editor, version=1)

    assert "Zelensky" in names_of(known)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("She", id="a-pronoun"),
        pytest.param("the president", id="a-description"),
        pytest.param("Prime Minister Zelensky", id="an-office"),
        pytest.param("Spokesman Zelensky Two", id="a-role"),
    ],
)
def test_what_is_no_name_teaches_nothing(known: Speaker, editor: User, source: str) -> None:
    review.assign_speaker(claim=claim_of(source), speaker=known, by=editor, version=1)

    assert names_of(known) == ["Volodymyr Zelenskyy"]


def test_a_claim_without_a_source_teaches_nothing(known: Speaker, editor: User) -> None:
    review.assign_speaker(claim=make_claim(), speaker=known, by=editor, version=1)

    assert names_of(known) == ["Volodymyr Zelenskyy"]


def test_confirming_the_suggested_speaker_teaches_nothing(known: Speaker, editor: User) -> None:
    claim = claim_of("Zelensky", said_by=known)

    review.assign_speaker(claim=claim, speaker=known, by=editor, version=1)

    assert names_of(known) == ["Volodymyr Zelenskyy"]


def test_an_unnamed_speaker_learns_no_name(editor: User) -> None:
    official = make_speaker("an official", kind=SpeakerKind.UNNAMED.value)

    review.assign_speaker(claim=claim_of("Zelensky"), speaker=official, by=editor, version=1)

    assert names_of(official) == ["an official"]


@pytest.mark.parametrize("also", ["Volodymyr Zelenskyy", "Zelenskyy", "Ze"])
def test_where_the_article_names_the_speaker_otherwise_the_correction_is_about_who_spoke(
    known: Speaker, made: Speaker, editor: User, also: str
) -> None:
    speakers.add_alias(speaker=known, text="Ze", by=editor)
    claim = claim_of("Zelensky", said_by=made, text=f"“Tolls stay,” said Zelensky. {also} left.")

    review.assign_speaker(claim=claim, speaker=known, by=editor, version=1)

    assert "Zelensky" not in names_of(known)


def test_a_name_of_somebody_whom_editors_know_is_not_learned(
    known: Speaker, made: Speaker, editor: User
) -> None:
    make_claim(speaker=made, state=ClaimState.ACCEPTED.value)

    review.assign_speaker(claim=claim_of("Zelensky", said_by=made), speaker=known, by=editor, version=1)

    assert names_of(known) == ["Volodymyr Zelenskyy"]


def test_a_surname_that_somebody_else_bears_is_not_learned(editor: User) -> None:
    ann = make_speaker("Ann Trumbull")
    make_speaker("Bob Trumbull")

    review.assign_speaker(claim=claim_of("Trumbull"), speaker=ann, by=editor, version=1)

    assert names_of(ann) == ["Ann Trumbull"]


def test_a_surname_that_nobody_else_bears_is_learned(editor: User) -> None:
    ann = make_speaker("Ann Trumbull")

    review.assign_speaker(claim=claim_of("Trumbull"), speaker=ann, by=editor, version=1)

    assert names_of(ann) == ["Ann Trumbull", "Trumbull"]


def test_a_part_of_the_name_elsewhere_in_the_article_is_no_other_name(editor: User) -> None:
    ann = make_speaker("Ann T. Trumbull")
    claim = claim_of("Ann Trumbull", text="“Tolls stay,” said Ann Trumbull. Trumbull left.")

    review.assign_speaker(claim=claim, speaker=ann, by=editor, version=1)

    assert names_of(ann) == ["Ann T. Trumbull", "Ann Trumbull"]


def test_a_body_learns_a_name_that_a_person_has(editor: User) -> None:
    make_claim(speaker=make_speaker("Washington"), state=ClaimState.ACCEPTED.value)
    government = make_speaker("US government", kind=SpeakerKind.ORGANISATION.value)

    review.assign_speaker(claim=claim_of("Washington"), speaker=government, by=editor, version=1)

    assert names_of(government) == ["US government", "Washington"]


def test_undo_takes_back_what_was_learned_and_redo_brings_it_again(
    known: Speaker, made: Speaker, editor: User
) -> None:
    claim = claim_of("Zelensky", said_by=made)
    review.assign_speaker(claim=claim, speaker=known, by=editor, version=1)

    undo.undo_last(article=claim.article, by=editor)
    assert names_of(known) == ["Volodymyr Zelenskyy"]

    undo.redo_last(article=claim.article, by=editor)
    assert names_of(known) == ["Volodymyr Zelenskyy", "Zelensky"]


def test_undo_of_a_step_that_made_the_speaker_takes_its_names_along(made: Speaker, editor: User) -> None:
    claim = claim_of("Zelensky", said_by=made)
    review.assign_name(claim=claim, name="Volodymyr Zelenskyy", by=editor, version=1)

    undo.undo_last(article=claim.article, by=editor)
    assert list(Speaker.objects.all()) == [made]

    undo.redo_last(article=claim.article, by=editor)
    assert names_of(Speaker.objects.exclude(pk=made.pk).get()) == ["Volodymyr Zelenskyy", "Zelensky"]


def test_a_slip_of_the_finger_is_unlearned_when_the_claim_goes_to_somebody_else(
    known: Speaker, made: Speaker, editor: User
) -> None:
    wrong = make_speaker("Bo Ek")
    claim = claim_of("Zelensky", said_by=made)
    review.assign_speaker(claim=claim, speaker=wrong, by=editor, version=1)
    assert names_of(wrong) == ["Bo Ek", "Zelensky"]

    review.assign_speaker(claim=claim, speaker=known, by=editor, version=2)
    assert (names_of(wrong), names_of(known)) == (["Bo Ek"], ["Volodymyr Zelenskyy", "Zelensky"])

    undo.undo_last(article=claim.article, by=editor)
    assert (names_of(wrong), names_of(known)) == (["Bo Ek", "Zelensky"], ["Volodymyr Zelenskyy"])


def test_giving_the_claim_to_the_same_speaker_again_unlearns_nothing(
    known: Speaker, made: Speaker, editor: User
) -> None:
    claim = claim_of("Zelensky", said_by=made)
    review.assign_speaker(claim=claim, speaker=known, by=editor, version=1)
    make_speaker("Olena Zelensky")

    review.assign_speaker(claim=claim, speaker=known, by=editor, version=2)

    assert names_of(known) == ["Volodymyr Zelenskyy", "Zelensky"]


def test_a_learned_name_that_became_the_speaker_s_own_stays(
    made: Speaker, known: Speaker, editor: User
) -> None:
    claim = claim_of("Zelensky", said_by=made)
    review.assign_speaker(claim=claim, speaker=known, by=editor, version=1)
    Speaker.objects.filter(pk=known.pk).update(name="Zelensky")

    review.assign_speaker(claim=claim, speaker=make_speaker("Bo Ek"), by=editor, version=2)

    assert "Zelensky" in names_of(known)


def test_undo_keeps_a_name_that_the_speaker_had_before(known: Speaker, made: Speaker, editor: User) -> None:
    speakers.add_alias(speaker=known, text="Zelensky", by=editor)
    claim = claim_of("Zelensky", said_by=made)
    review.assign_speaker(claim=claim, speaker=known, by=editor, version=1)

    undo.undo_last(article=claim.article, by=editor)

    assert names_of(known) == ["Volodymyr Zelenskyy", "Zelensky"]


def test_undo_still_works_where_the_learned_name_was_taken_away_or_became_the_speaker_s_own(
    known: Speaker, made: Speaker, editor: User
) -> None:
    claim = claim_of("Zelensky", said_by=made)
    review.assign_speaker(claim=claim, speaker=known, by=editor, version=1)
    speakers.remove_alias(alias=Alias.objects.get(speaker=known, text="Zelensky"), by=editor)
    assert undo.undo_last(article=claim.article, by=editor).revision is not None

    undo.redo_last(article=claim.article, by=editor)
    details = speakers.details_of(known)
    renamed = speakers.SpeakerDetails(name="Zelensky", kind=details.kind, role=details.role)
    seen = speakers.details_version(known)
    speakers.edit_speaker(speaker=known, details=renamed, seen=seen, by=editor)
    assert undo.undo_last(article=claim.article, by=editor).revision is not None
    assert "Zelensky" in names_of(known)


def test_undo_after_a_merge_takes_the_name_from_the_survivor(
    known: Speaker, made: Speaker, editor: User
) -> None:
    claim = claim_of("Zelensky", said_by=made)
    review.assign_speaker(claim=claim, speaker=known, by=editor, version=1)
    survivor = make_speaker("V. Zelenskiy")
    merging.merge_speakers(source=known, target=survivor, by=editor)

    undo.undo_last(article=claim.article, by=editor)

    assert names_of(survivor) == ["V. Zelenskiy", "Volodymyr Zelenskyy"]


def test_the_revision_of_a_correction_tells_what_was_learned(
    known: Speaker, made: Speaker, editor: User
) -> None:
    review.assign_speaker(claim=claim_of("Zelensky", said_by=made), speaker=known, by=editor, version=1)

    revision = Revision.objects.get(verb="assign speaker")
    alias = Alias.objects.get(speaker=known, text="Zelensky")
    assert revision.before[f"alias:{alias.pk}"] is None
    assert revision.after[f"alias:{alias.pk}"]["text"] == "Zelensky"


def test_a_source_that_an_editor_put_right_teaches_its_name(
    known: Speaker, made: Speaker, editor: User
) -> None:
    text = "“Tolls stay,” he said. Zelensky left."
    claim = claim_of("he", said_by=made, text=text)
    start = text.index("Zelensky")
    span = [(start, start + len("Zelensky"))]
    review.change_spans(claim=claim, role=SpanRole.SOURCE, spans=span, by=editor, version=1)

    review.assign_speaker(claim=claim, speaker=known, by=editor, version=2)

    assert "Zelensky" in names_of(known)
