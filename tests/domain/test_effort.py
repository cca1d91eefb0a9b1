"""What steps cost: kept once a step, and not at all where somebody said no."""

import pytest
from django.db import IntegrityError, transaction

from annotations.choices import Role
from annotations.domain import review, undo
from annotations.domain.effort import count_effort_at_the_desk, count_own_effort, note_effort
from annotations.models import Claim, DeskSettings, Revision, StepEffort, User
from tests.builders import make_claim, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(db: None) -> Claim:
    return make_claim()


@pytest.fixture
def admin(db: None) -> User:
    return make_user(role=Role.ADMIN)


def step(claim: Claim, by: User, key: str) -> None:
    """Do a step of this key and note that it cost 2.5 seconds and 3 keys."""
    claim.refresh_from_db()
    review.accept_claim(claim=claim, by=by, version=claim.version, request_key=key)
    note_effort(by=by, request_key=key, seconds=2.5, keys=3)


def kept() -> list[tuple[str, float, int]]:
    """Return the key of each counted step with what it cost."""
    rows = StepEffort.objects.order_by("pk")
    return list(rows.values_list("revision__request_key", "seconds", "keys"))


def test_a_step_that_is_sent_twice_counts_once(claim: Claim, editor: User) -> None:
    step(claim, editor, "one")
    note_effort(by=editor, request_key="one", seconds=99.0, keys=99)

    assert kept() == [("one", 2.5, 3)]


def test_an_undo_is_a_step_that_costs_something_too(claim: Claim, editor: User) -> None:
    step(claim, editor, "one")
    undo.undo_last(article=claim.article, by=editor, request_key="two")
    note_effort(by=editor, request_key="two", seconds=1.0, keys=1)

    assert kept() == [("one", 2.5, 3), ("two", 1.0, 1)]


@pytest.mark.parametrize("key", ["", "never done"])
def test_what_was_never_done_costs_nothing(claim: Claim, editor: User, key: str) -> None:
    review.accept_claim(claim=claim, by=editor, version=claim.version)

    note_effort(by=editor, request_key=key, seconds=1.0, keys=1)

    assert kept() == []


def test_nobody_counts_what_a_colleague_did(claim: Claim, editor: User) -> None:
    review.accept_claim(claim=claim, by=editor, version=claim.version, request_key="one")

    note_effort(by=make_user(), request_key="one", seconds=1.0, keys=1)

    assert kept() == []


def test_who_says_no_is_not_counted_and_what_was_is_deleted(claim: Claim, editor: User) -> None:
    colleague = make_user()
    step(claim, editor, "mine")
    step(claim, colleague, "theirs")

    count_own_effort(is_wanted=False, by=editor)
    step(claim, editor, "later")

    assert kept() == [("theirs", 2.5, 3)]
    editor.refresh_from_db()
    assert not editor.counts_effort


def test_a_page_that_knows_an_older_answer_counts_nothing(claim: Claim, editor: User) -> None:
    stale = User.objects.get(pk=editor.pk)
    count_own_effort(is_wanted=False, by=editor)
    assert stale.counts_effort

    step(claim, stale, "one")

    assert kept() == []


def test_a_desk_that_says_no_counts_nobody_and_keeps_nothing(claim: Claim, editor: User, admin: User) -> None:
    step(claim, editor, "before")

    count_effort_at_the_desk(is_wanted=False, by=admin)
    step(claim, editor, "after")

    assert kept() == []


def test_both_can_be_switched_on_again(claim: Claim, editor: User, admin: User) -> None:
    for is_wanted in (False, True):
        count_own_effort(is_wanted=is_wanted, by=editor)
        count_effort_at_the_desk(is_wanted=is_wanted, by=admin)

    step(claim, editor, "one")

    assert kept() == [("one", 2.5, 3)]


def test_each_switch_leaves_a_revision(editor: User, admin: User) -> None:
    count_own_effort(is_wanted=False, by=editor)
    count_effort_at_the_desk(is_wanted=False, by=admin)
    count_effort_at_the_desk(is_wanted=True, by=admin)

    rows = Revision.objects.order_by("pk").values_list("verb", "actor", "before", "after")
    yes, no = {"counts_effort": True}, {"counts_effort": False}
    key = f"person:{editor.pk}"
    assert list(rows) == [
        ("stop counting effort", editor.pk, {key: yes}, {key: no}),
        ("stop counting effort", admin.pk, {"desk:1": yes}, {"desk:1": no}),
        ("count effort", admin.pk, {"desk:1": no}, {"desk:1": yes}),
    ]


@pytest.mark.parametrize(("seconds", "keys"), [(-0.1, 1), (3_600.1, 1), (1.0, 10_001), (1.0, -1)])
def test_the_database_refuses_what_no_step_can_cost(
    claim: Claim, editor: User, seconds: float, keys: int
) -> None:
    review.accept_claim(claim=claim, by=editor, version=claim.version, request_key="one")

    with pytest.raises(IntegrityError), transaction.atomic():
        StepEffort.objects.create(revision=Revision.objects.get(), seconds=seconds, keys=keys)


def test_the_desk_has_one_row_of_settings() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DeskSettings.objects.create(pk=2)


def test_a_row_names_nobody() -> None:
    assert {field.name for field in StepEffort._meta.get_fields()} == {"revision", "seconds", "keys"}
