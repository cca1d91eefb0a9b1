"""Each decision about a claim: what it changes, what it refuses, and the revision it leaves."""

import pytest

from annotations.choices import ArticleState, ClaimKind, ClaimOrigin, ClaimState, Role, SpanRole
from annotations.domain import review
from annotations.domain.review import NotYours
from annotations.domain.spans import SpanError
from annotations.domain.steps import ClaimGone, StaleClaim
from annotations.models import Claim, Revision, Speaker, User
from tests.builders import make_article, make_claim, make_speaker, make_user

pytestmark = pytest.mark.django_db

TEXT = "“Tolls stay,” said Ana Lindqvist.\n\nShe added that 😀 “nothing” was decided.\n\nRead more here."


def spans_of(claim: Claim, role: SpanRole) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in claim.spans.filter(role=role).order_by("position")]


@pytest.fixture
def claim(db: None) -> Claim:
    article = make_article(text=TEXT)
    speaker = make_speaker("Ana Lindqvist")
    return make_claim(article=article, content=((0, 13),), cue=((14, 18),), speaker=speaker)


def test_accept_claim_records_who_decided_and_the_state_before_and_after(claim: Claim, editor: User) -> None:
    accepted = review.accept_claim(claim=claim, by=editor, version=1)

    assert (accepted.state, accepted.version, accepted.decided_by) == (ClaimState.ACCEPTED, 2, editor)
    revision = Revision.objects.get()
    assert (revision.verb, revision.actor, revision.claim_id) == ("accept", editor, claim.pk)
    assert revision.before[f"claim:{claim.pk}"]["state"] == ClaimState.SUGGESTED
    assert revision.after[f"claim:{claim.pk}"]["state"] == ClaimState.ACCEPTED


def test_a_form_made_for_an_older_version_is_refused_and_changes_nothing(claim: Claim, editor: User) -> None:
    review.reject_claim(claim=claim, by=editor, version=1)

    with pytest.raises(StaleClaim) as refusal:
        review.accept_claim(claim=claim, by=make_user(), version=1)

    assert refusal.value.claim.state == ClaimState.REJECTED
    claim.refresh_from_db()
    assert (claim.state, claim.version, Revision.objects.count()) == (ClaimState.REJECTED, 2, 1)


def test_a_repeated_request_is_done_once(claim: Claim, editor: User) -> None:
    for _ in range(2):
        review.accept_claim(claim=claim, by=editor, version=1, request_key="k")

    claim.refresh_from_db()
    assert (claim.version, Revision.objects.count()) == (2, 1)


def test_assign_speaker_other_than_suggested_makes_the_claim_corrected(claim: Claim, editor: User) -> None:
    other = make_speaker("Bo Ek")

    corrected = review.assign_speaker(claim=claim, speaker=other, by=editor, version=1)

    assert (corrected.speaker, corrected.state, corrected.is_changed) == (other, ClaimState.CORRECTED, True)
    assert corrected.suggested_speaker is not None
    assert corrected.suggested_speaker.name == "Ana Lindqvist"


def test_assign_speaker_back_to_the_suggested_one_makes_the_claim_accepted(
    claim: Claim, editor: User
) -> None:
    review.assign_speaker(claim=claim, speaker=make_speaker("Bo Ek"), by=editor, version=1)

    back = review.assign_speaker(claim=claim, speaker=claim.suggested_speaker, by=editor, version=2)

    assert (back.state, back.is_changed) == (ClaimState.ACCEPTED, False)


def test_assign_speaker_follows_a_merge(claim: Claim, editor: User) -> None:
    survivor = make_speaker("Bo Ek")
    merged = make_speaker("B. Ek", merged_into=survivor)

    assert review.assign_speaker(claim=claim, speaker=merged, by=editor, version=1).speaker == survivor


def test_assign_speaker_to_nobody_leaves_the_claim_open(claim: Claim, editor: User) -> None:
    assert review.assign_speaker(claim=claim, speaker=None, by=editor, version=1).speaker is None


def test_assign_name_takes_the_speaker_whom_the_desk_knows(claim: Claim, editor: User) -> None:
    known = make_speaker("Bo Ek", aliases=("Mr Ek",))

    assert review.assign_name(claim=claim, name="bo  EK", by=editor, version=1).speaker == known
    assert Speaker.objects.count() == 2


def test_assign_name_makes_a_speaker_whom_the_desk_does_not_know(claim: Claim, editor: User) -> None:
    given = review.assign_name(claim=claim, name="  Cleo   Ros ", by=editor, version=1)

    assert given.speaker is not None
    assert (given.speaker.name, given.speaker.created_by) == ("Cleo Ros", editor)
    assert [alias.text for alias in given.speaker.aliases.all()] == ["Cleo Ros"]


def test_change_kind_counts_as_a_correction(claim: Claim, editor: User) -> None:
    changed = review.change_kind(claim=claim, kind=ClaimKind.INDIRECT, by=editor, version=1)

    assert (changed.kind, changed.state) == (ClaimKind.INDIRECT, ClaimState.CORRECTED)


def test_change_spans_moves_the_claim_and_works_out_its_kind(claim: Claim, editor: User) -> None:
    start = TEXT.index("that 😀")
    end = TEXT.index(" was decided") + len(" was decided")

    changed = review.change_spans(
        claim=claim, role=SpanRole.CONTENT, spans=[(start - 1, end)], by=editor, version=1
    )

    assert spans_of(changed, SpanRole.CONTENT) == [(start, end)]
    assert (changed.start, changed.kind, changed.state) == (start, ClaimKind.MIXED, ClaimState.CORRECTED)
    assert changed.sentence is not None
    assert changed.sentence.index == 2


def test_change_spans_of_the_source_works_out_its_form(claim: Claim, editor: User) -> None:
    start = TEXT.index("She")

    changed = review.change_spans(
        claim=claim, role=SpanRole.SOURCE, spans=[(start, start + 3)], by=editor, version=1
    )

    assert (changed.source_form, changed.state) == ("pronoun", ClaimState.CORRECTED)


def test_change_spans_back_to_the_suggested_ones_is_no_change(claim: Claim, editor: User) -> None:
    review.change_spans(claim=claim, role=SpanRole.CUE, spans=[], by=editor, version=1)

    back = review.change_spans(claim=claim, role=SpanRole.CUE, spans=[(14, 18)], by=editor, version=2)

    assert (back.state, back.is_changed) == (ClaimState.ACCEPTED, False)


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param([(-1, 5)], id="starts-before-the-text"),
        pytest.param([(0, len(TEXT) + 1)], id="ends-after-the-text"),
        pytest.param([(10, 4)], id="ends-before-it-starts"),
        pytest.param([(4, 4)], id="empty"),
        pytest.param([(33, 35)], id="holds-no-word"),
        pytest.param([], id="no-span"),
        pytest.param([(0, 1)] * 101, id="too-many-pieces"),
    ],
)
def test_change_spans_refuses_content_that_does_not_fit(
    claim: Claim, editor: User, spans: list[tuple[int, int]]
) -> None:
    with pytest.raises(SpanError):
        review.change_spans(claim=claim, role=SpanRole.CONTENT, spans=spans, by=editor, version=1)

    claim.refresh_from_db()
    assert (spans_of(claim, SpanRole.CONTENT), claim.version) == ([(0, 13)], 1)
    assert not Revision.objects.exists()


def test_content_in_boilerplate_is_refused(claim: Claim, editor: User) -> None:
    claim.article.paragraphs.filter(index=3).update(region="boilerplate")
    start = TEXT.index("Read more")

    with pytest.raises(SpanError, match="turn this paragraph back into body"):
        review.add_claim(article=claim.article, content=[(start, start + 9)], by=editor)


def test_add_claim_starts_accepted_with_origin_editor(claim: Claim, editor: User) -> None:
    start = TEXT.index("“nothing”")

    added = review.add_claim(article=claim.article, content=[(start, start + 9)], by=editor)

    assert (added.state, added.origin, added.created_by) == (ClaimState.ACCEPTED, ClaimOrigin.EDITOR, editor)
    assert (added.kind, spans_of(added, SpanRole.CONTENT)) == (ClaimKind.DIRECT, [(start, start + 9)])


def test_add_claim_over_two_paragraphs_makes_two_pieces(claim: Claim, editor: User) -> None:
    end = TEXT.index("that 😀")

    added = review.add_claim(article=claim.article, content=[(19, end)], by=editor)

    assert spans_of(added, SpanRole.CONTENT) == [(19, 33), (35, end - 1)]


def test_add_claim_asked_for_twice_gives_the_same_claim(claim: Claim, editor: User) -> None:
    first, second = (
        review.add_claim(article=claim.article, content=[(19, 32)], by=editor, request_key="k")
        for _ in range(2)
    )

    assert (first.pk, Claim.objects.count()) == (second.pk, 2)


def test_delete_claim_is_for_who_added_it(claim: Claim, editor: User) -> None:
    added = review.add_claim(article=claim.article, content=[(19, 32)], by=editor)

    with pytest.raises(NotYours):
        review.delete_claim(claim=added, by=make_user(role=Role.ADMIN), version=1)
    with pytest.raises(NotYours):
        review.delete_claim(claim=claim, by=editor, version=1)
    review.delete_claim(claim=added, by=editor, version=1)

    assert list(Claim.objects.all()) == [claim]


def test_a_decision_about_a_deleted_claim_is_refused(claim: Claim, editor: User) -> None:
    added = review.add_claim(article=claim.article, content=[(19, 32)], by=editor)
    review.delete_claim(claim=Claim.objects.get(pk=added.pk), by=editor, version=1)

    with pytest.raises(ClaimGone):
        review.accept_claim(claim=added, by=make_user(), version=1)


def test_the_last_decision_closes_the_article_and_a_new_suggestion_opens_it(
    claim: Claim, editor: User
) -> None:
    article = claim.article
    other = make_claim(article=article, content=((19, 32),))

    review.accept_claim(claim=claim, by=editor, version=1)
    article.refresh_from_db()
    assert article.state == ArticleState.READY
    review.reject_claim(claim=other, by=editor, version=1)
    article.refresh_from_db()
    assert article.state == ArticleState.REVIEWED


def test_adding_a_claim_to_an_article_without_any_leaves_it_open(editor: User) -> None:
    article = make_article(text=TEXT)

    review.add_claim(article=article, content=[(0, 13)], by=editor)

    article.refresh_from_db()
    assert article.state == ArticleState.READY


def test_a_note_decides_nothing(claim: Claim, editor: User) -> None:
    noted = review.change_note(claim=claim, note="Ask the desk.", by=editor, version=1)

    assert (noted.note, noted.state, noted.decided_by, noted.version) == (
        "Ask the desk.",
        ClaimState.SUGGESTED,
        None,
        2,
    )


def test_a_verb_whose_revision_fails_changes_nothing(
    claim: Claim, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**fields: object) -> None:
        raise RuntimeError("no room for history")

    monkeypatch.setattr("annotations.domain.history.record", refuse)
    with pytest.raises(RuntimeError):
        review.assign_name(claim=claim, name="Cleo Ros", by=editor, version=1)

    claim.refresh_from_db()
    assert (claim.version, claim.state) == (1, ClaimState.SUGGESTED)
    assert not Speaker.objects.filter(name="Cleo Ros").exists()
