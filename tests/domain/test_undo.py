"""Undo and redo: any run of verbs is taken back exactly, and a colleague's work is never touched."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.choices import ClaimKind, SpanRole
from annotations.domain import history, review, undo
from annotations.domain.spans import SpanError
from annotations.domain.steps import StaleClaim
from annotations.models import Alias, Article, Claim, Revision, Speaker, User
from tests.builders import make_article, make_claim, make_speaker, make_user
from tests.domain.examples import rolled_back

pytestmark = pytest.mark.django_db

TEXT = (
    "“Tolls stay,” said Ana Lindqvist.\n\nShe added that 😀 “nothing” was decided.\n\n"
    "Bo Ek: no comment today."
)
NAMES = ("Ana Lindqvist", "Bo Ek", "Cleo Ros", "Dag Ås")


def whole_state(article: Article) -> dict[str, Any]:
    """Everything that verbs may change, as plain values."""
    article.refresh_from_db()
    return {
        "state": article.state,
        "claims": {claim.pk: history.claim_state(claim) for claim in article.claims.all()},
        "speakers": list(Speaker.objects.order_by("pk").values_list("name", "kind", "role", "merged_into")),
        "aliases": sorted(Alias.objects.values_list("speaker__name", "normalised")),
    }


def article_with_claims() -> Article:
    article = make_article(text=TEXT)
    ana = make_speaker("Ana Lindqvist")
    for content in ((0, 13), (40, 60), (80, 95)):
        make_claim(article=article, content=(content,), speaker=ana, source=((19, 32),))
    return article


VERBS = st.sampled_from(
    [
        "accept",
        "reject",
        "speaker",
        "nobody",
        "name",
        "kind",
        "content",
        "cue",
        "source",
        "note",
        "add",
        "delete",
    ]
)
STEPS = st.lists(
    st.tuples(VERBS, st.integers(0, 9), st.integers(0, len(TEXT)), st.integers(0, len(TEXT))),
    min_size=1,
    max_size=30,
)


def perform(article: Article, editor: User, step: tuple[str, int, int, int]) -> bool:
    """Do one random step; False where it was refused or there is no claim for it."""
    verb, number, start, end = step
    claims = list(article.claims.in_text_order())
    try:
        if verb == "add":
            review.add_claim(article=article, content=[(start, end)], by=editor)
            return True
        if not claims:
            return False
        claim = claims[number % len(claims)]
        common: dict[str, Any] = {"claim": claim, "by": editor, "version": claim.version}
        if verb in {"accept", "reject", "delete"}:
            getattr(review, f"{verb}_claim")(**common)
        elif verb == "speaker":
            review.assign_speaker(
                speaker=Speaker.objects.order_by("pk")[number % Speaker.objects.count()], **common
            )
        elif verb == "nobody":
            review.assign_speaker(speaker=None, **common)
        elif verb == "name":
            review.assign_name(name=NAMES[number % len(NAMES)], **common)
        elif verb == "kind":
            review.change_kind(kind=list(ClaimKind)[number % 3], **common)
        elif verb == "note":
            review.change_note(note=f"note {number}", **common)
        else:
            review.change_spans(role=SpanRole(verb), spans=[(start, end)], **common)
    except (SpanError, review.NotYours):
        return False
    return True


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_as_many_undos_as_verbs_give_back_the_first_state_exactly(
    steps: list[tuple[str, int, int, int]],
) -> None:
    with rolled_back():
        editor = make_user()
        article = article_with_claims()
        first = whole_state(article)
        done = sum(perform(article, editor, step) for step in steps)
        last = whole_state(article)

        for _ in range(done):
            assert undo.undo_last(article=article, by=editor).revision is not None
        assert undo.undo_last(article=article, by=editor).revision is None
        assert whole_state(article) == first

        for _ in range(done):
            assert undo.redo_last(article=article, by=editor).revision is not None
        assert whole_state(article) == last


def test_name_that_was_taught_and_untaught_stays_so_over_undo_and_redo() -> None:
    article, editor = article_with_claims(), make_user()
    steps = [("name", 3, 0, 0), ("speaker", 0, 0, 0)]
    done = sum(perform(article, editor, step) for step in steps)
    last = whole_state(article)

    for _ in range(done):
        undo.undo_last(article=article, by=editor)
    for _ in range(done):
        undo.redo_last(article=article, by=editor)

    assert done == 2
    assert whole_state(article) == last


def test_undo_is_a_person_s_own() -> None:
    article = article_with_claims()
    claim = article.claims.in_text_order()[0]
    ana, bo = make_user(), make_user()
    review.accept_claim(claim=claim, by=ana, version=1)

    assert undo.undo_last(article=article, by=bo).revision is None


def test_undo_passes_over_a_step_on_what_a_colleague_changed_since() -> None:
    article = article_with_claims()
    first, second, _ = article.claims.in_text_order()
    ana, bo = make_user(), make_user()
    review.accept_claim(claim=first, by=ana, version=1)
    review.accept_claim(claim=second, by=ana, version=1)
    review.reject_claim(claim=second, by=bo, version=2)

    step = undo.undo_last(article=article, by=ana)

    assert step.revision is not None
    assert step.revision.claim_id == first.pk
    (obstacle,) = step.obstacles
    assert undo.reason(obstacle) == (
        f"“accept” stays, since {bo.display_name} changed claim {second.pk} after it (reject)."
    )
    assert list(article.claims.in_text_order().values_list("state", flat=True)[:2]) == [
        "suggested",
        "rejected",
    ]


def test_a_new_step_after_undo_leaves_nothing_to_redo() -> None:
    article = article_with_claims()
    first, second, _ = article.claims.in_text_order()
    editor = make_user()
    review.accept_claim(claim=first, by=editor, version=1)
    undo.undo_last(article=article, by=editor)
    review.accept_claim(claim=second, by=editor, version=1)

    assert undo.redo_last(article=article, by=editor).revision is None


def test_a_form_from_before_an_undo_is_stale() -> None:
    article = article_with_claims()
    claim = article.claims.in_text_order()[0]
    editor = make_user()
    review.accept_claim(claim=claim, by=editor, version=1)
    undo.undo_last(article=article, by=editor)

    with pytest.raises(StaleClaim):
        review.reject_claim(claim=claim, by=editor, version=2)


def test_a_deleted_claim_that_comes_back_refuses_forms_from_before() -> None:
    article = article_with_claims()
    editor = make_user()
    claim = review.add_claim(article=article, content=[(0, 13)], by=editor)
    review.delete_claim(claim=Claim.objects.get(pk=claim.pk), by=editor, version=1)
    undo.undo_last(article=article, by=editor)

    with pytest.raises(StaleClaim):
        review.accept_claim(claim=claim, by=editor, version=1)


def test_a_repeated_undo_request_takes_back_one_step() -> None:
    article = article_with_claims()
    first, second, _ = article.claims.in_text_order()
    editor = make_user()
    review.accept_claim(claim=first, by=editor, version=1)
    review.accept_claim(claim=second, by=editor, version=1)

    for _ in range(2):
        undo.undo_last(article=article, by=editor, request_key="k")

    assert article.claims.undecided().count() == 2


def test_undo_keeps_a_speaker_that_a_colleague_uses_by_now() -> None:
    article = article_with_claims()
    first, second, _ = article.claims.in_text_order()
    ana, bo = make_user(), make_user()
    named = review.assign_name(claim=first, name="Cleo Ros", by=ana, version=1)
    review.assign_speaker(claim=second, speaker=named.speaker, by=bo, version=1)

    undo.undo_last(article=article, by=ana)

    assert Speaker.objects.filter(name="Cleo Ros").exists()


def test_undo_gives_a_claim_back_to_nobody_where_its_speaker_is_there_no_more() -> None:
    article = article_with_claims()
    editor = make_user()
    claim = review.add_claim(article=article, content=[(0, 13)], by=editor)
    passing, staying = make_speaker("Cleo Ros"), make_speaker("Dag Ås")
    review.assign_speaker(claim=claim, speaker=passing, by=editor, version=1)
    review.assign_speaker(claim=claim, speaker=staying, by=editor, version=2)
    passing.delete()

    undo.undo_last(article=article, by=editor)

    assert Claim.objects.get(pk=claim.pk).speaker is None


def test_every_undo_and_redo_leaves_a_revision_of_its_own() -> None:
    article = article_with_claims()
    editor = make_user()
    claim = article.claims.in_text_order()[0]
    review.accept_claim(claim=claim, by=editor, version=1)
    undo.undo_last(article=article, by=editor)
    undo.redo_last(article=article, by=editor)

    revisions = list(Revision.objects.values_list("verb", "target__verb"))
    assert revisions == [("accept", None), ("undo", "accept"), ("redo", "accept")]
