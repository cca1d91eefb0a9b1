"""What a claim costs by what became of it, what that saved, and what is not told."""

import pytest
from pytest_django import DjangoAssertNumQueries

from annotations.choices import ClaimOrigin, ClaimState
from annotations.domain import history
from annotations.models import Article, Claim, Revision, StepEffort, User
from annotations.queries.effort import (
    ENOUGH,
    ENOUGH_OF_A_SECOND,
    EffortRecord,
    Outcome,
    OutcomeRow,
    effort_record,
    time_in_words,
)
from tests.builders import make_article, make_claim, make_user

pytestmark = pytest.mark.django_db

ACCEPTED = {"state": ClaimState.ACCEPTED.value}
CORRECTED = {"state": ClaimState.CORRECTED.value}
REJECTED = {"state": ClaimState.REJECTED.value}
BY_HAND = {"state": ClaimState.ACCEPTED.value, "origin": ClaimOrigin.EDITOR.value}


@pytest.fixture
def article(db: None) -> Article:
    return make_article()


@pytest.fixture
def bo(db: None) -> User:
    return make_user()


def cost(claim: Claim, by: User, seconds: float, keys: int) -> None:
    """Note a step on the claim and what it cost."""
    step = history.record(verb="accept", by=by, article=claim.article, claim_id=claim.pk)
    StepEffort.objects.create(revision=step, seconds=seconds, keys=keys)


def decide(
    article: Article, number: int, by: User, *, seconds: float = 1.0, keys: int = 1, **fields: str
) -> None:
    """Make decided claims of which each took one step of that cost."""
    for _ in range(number):
        cost(make_claim(article=article, **fields), by, seconds, keys)


def row(record: EffortRecord, outcome: Outcome) -> OutcomeRow:
    return next(row for row in record.rows if row.outcome == outcome)


def test_the_steps_on_one_claim_add_up_and_half_the_claims_cost_no_more(
    article: Article, editor: User
) -> None:
    for seconds in range(1, ENOUGH):
        decide(article, 1, editor, seconds=seconds, **CORRECTED)
    claim = make_claim(article=article, **CORRECTED)
    for seconds, keys in ((40.0, 4), (50.0, 5)):
        cost(claim, editor, seconds, keys)

    record = effort_record(editor)

    assert row(record, Outcome.CORRECTED) == OutcomeRow(Outcome.CORRECTED, ENOUGH, 10.5, 1)


def test_claims_are_told_apart_by_what_became_of_them(article: Article, editor: User) -> None:
    for number, fields in enumerate((ACCEPTED, CORRECTED, REJECTED, BY_HAND), start=1):
        decide(article, ENOUGH + number, editor, seconds=number, keys=2 * number, **fields)
    decide(article, 3, editor, state=ClaimState.SUGGESTED.value)  # a note alone, or undone
    decide(article, 3, editor, **BY_HAND | REJECTED)

    record = effort_record(editor)

    assert [(row.outcome, row.claims, row.seconds, row.keys) for row in record.rows] == [
        (Outcome.ACCEPTED, ENOUGH + 1, 1, 2),
        (Outcome.CORRECTED, ENOUGH + 2, 2, 4),
        (Outcome.REJECTED, ENOUGH + 3, 3, 6),
        (Outcome.BY_HAND, ENOUGH + 4, 4, 8),
    ]
    assert record.claims == 4 * ENOUGH + 10


def test_what_was_saved_is_the_cost_by_hand_less_all_that_the_suggestions_cost(
    article: Article, editor: User
) -> None:
    decide(article, 30, editor, seconds=2, keys=1, **ACCEPTED)
    decide(article, 10, editor, seconds=6, keys=4, **CORRECTED)
    decide(article, 5, editor, seconds=1, keys=1, **REJECTED)
    decide(article, 20, editor, seconds=10, keys=8, **BY_HAND)

    saving = effort_record(editor).saving

    assert saving is not None
    assert (saving.kept, saving.seconds_by_hand, saving.seconds_spent) == (40, 400, 125)
    assert (saving.seconds, saving.keys) == (275, 320 - 75)


def test_suggestions_may_cost_more_than_they_save(article: Article, editor: User) -> None:
    decide(article, 20, editor, seconds=9, **CORRECTED)
    decide(article, 20, editor, seconds=3, **BY_HAND)

    saving = effort_record(editor).saving

    assert saving is not None
    assert saving.seconds == -120


def test_nothing_is_told_of_few_claims(article: Article, editor: User) -> None:
    decide(article, ENOUGH - 1, editor, **ACCEPTED)
    record = effort_record(editor)
    assert (row(record, Outcome.ACCEPTED).seconds, record.is_enough, record.claims) == (
        None,
        False,
        ENOUGH - 1,
    )

    decide(article, 1, editor, **ACCEPTED)
    assert effort_record(editor).is_enough


def test_no_saving_is_told_before_there_are_claims_made_by_hand(article: Article, editor: User) -> None:
    decide(article, ENOUGH, editor, **ACCEPTED)
    decide(article, ENOUGH - 1, editor, **BY_HAND)

    assert effort_record(editor).saving is None


def test_the_figures_of_one_colleague_are_told_to_nobody_but_them(
    article: Article, editor: User, bo: User
) -> None:
    decide(article, ENOUGH, bo, **ACCEPTED)
    decide(article, ENOUGH, bo, **BY_HAND)

    assert not effort_record(editor).is_enough
    assert effort_record(editor).saving is None
    assert effort_record(bo).is_enough
    assert effort_record(bo).saving is not None


def test_a_few_steps_of_a_second_person_hide_nobody(article: Article, editor: User, bo: User) -> None:
    decide(article, ENOUGH, bo, **ACCEPTED)
    decide(article, ENOUGH_OF_A_SECOND - 1, editor, **ACCEPTED)
    assert not effort_record(editor).is_enough
    assert not effort_record(bo).is_enough

    decide(article, 1, editor, **ACCEPTED)
    assert effort_record(editor).is_enough
    assert effort_record(make_user()).is_enough


def test_a_record_is_the_same_whoever_it_is_of(article: Article, editor: User, bo: User) -> None:
    decide(article, ENOUGH, editor, **ACCEPTED)
    decide(article, ENOUGH, editor, **BY_HAND)
    of_editor = effort_record(editor)

    Revision.objects.update(actor=bo)

    assert effort_record(bo) == of_editor


def test_the_latest_steps_count_and_older_ones_do_not(
    article: Article, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.queries.effort.STEPS_LOOKED_AT", ENOUGH)
    decide(article, ENOUGH, editor, seconds=90, **ACCEPTED)
    decide(article, ENOUGH, editor, seconds=2, **ACCEPTED)

    assert row(effort_record(editor), Outcome.ACCEPTED) == OutcomeRow(Outcome.ACCEPTED, ENOUGH, 2, 1)


@pytest.mark.parametrize("number", [1, 30])
def test_the_record_costs_two_queries(
    article: Article, editor: User, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    decide(article, number, editor, **ACCEPTED)

    with django_assert_num_queries(2):
        effort_record(editor)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (89.4, "89 s"), (90, "2 min"), (3_540, "59 min"), (3_600, "1 h"), (11_100, "3 h 5 min")],
)
def test_time_is_told_as_people_say_it(seconds: float, words: str) -> None:
    assert time_in_words(seconds).replace("\N{NO-BREAK SPACE}", " ") == words
