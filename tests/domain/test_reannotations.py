"""Annotating many articles again: one word for all of them, carried out one article at a time."""

from collections.abc import Iterable, Sequence
from uuid import uuid4

import pytest

from annotations import tasks
from annotations.choices import ClaimState, ProposalState, Wish
from annotations.domain import articles, placing, proposals, reannotations, review, runs, undo
from annotations.domain.placing import Placing
from annotations.models import (
    COUNTED,
    AnnotationRun,
    Article,
    Proposal,
    Reannotation,
    ReannotationTally,
    Revision,
    Speaker,
    User,
)
from annotations.queries import reannotation as queries
from annotations.queries import work
from tests.builders import make_set, make_user
from tests.domain.drafts import annotated, draft_with, propose
from tests.replay import differences, world

pytestmark = pytest.mark.django_db

OLD = draft_with([(0, "Ana Lindqvist")])
NEW = draft_with([(0, "Cleo Ros"), (1, "Bo Ek")], pipeline="rules 2")


@pytest.fixture
def desk(editor: User) -> list[Article]:
    """Three articles of the old pipeline; in the first a claim is decided."""
    found = [annotated(editor, OLD) for _ in range(3)]
    review.accept_claim(claim=found[0].claims.get(), by=editor, version=1)
    return found


def asked(editor: User, **options: object) -> Reannotation:
    """What the new pipeline would change, with the proposals queued."""
    made = reannotations.start_reannotation(
        article_set=options.get("article_set"),  # type: ignore[arg-type] # a set or None
        pipeline="rules 2",
        by=editor,
    )
    while reannotations.fill(reannotation_id=made.pk):
        pass
    return made


def work_out(draft: object = NEW) -> None:
    """Do as a worker does with all runs that wait."""
    ids = list(AnnotationRun.objects.filter(state="queued").values_list("pk", flat=True))
    lease = uuid4()
    for run_id in runs.take_batch(run_ids=ids, lease=lease):
        proposals.store_proposal(run=AnnotationRun.objects.get(pk=run_id), draft=draft)  # type: ignore[arg-type]


def carry_out(made: Reannotation, what: Wish, by: User) -> None:
    reannotations.wish(reannotation=made, what=what, by=by)
    reannotations.carry_out(proposal_ids=queries.to_carry_out(100))


def states(made: Reannotation) -> list[str]:
    return list(made.proposals.order_by("article").values_list("state", flat=True))


def check_tallies(made: Reannotation) -> None:
    """The kept numbers are what counting the proposals comes to."""
    for tally in ReannotationTally.objects.filter(reannotation=made):
        rows = Proposal.objects.filter(reannotation=made, state=tally.state)
        assert tally.articles == rows.count(), tally
        for name in COUNTED:
            assert getattr(tally, name) == sum(rows.values_list(name, flat=True)), (tally, name)


def test_every_article_of_another_pipeline_gets_its_proposal_once(editor: User, desk: list[Article]) -> None:
    annotated(editor, draft_with([], pipeline="rules 2"))
    annotated(editor, draft_with([], pipeline=""))

    made = asked(editor)

    assert list(made.proposals.values_list("article", flat=True).order_by("article")) == [
        article.pk for article in desk
    ]
    made.refresh_from_db()
    assert made.is_filled
    assert reannotations.fill(reannotation_id=made.pk) == []
    check_tallies(made)


def test_articles_come_a_part_at_a_time(
    editor: User, desk: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reannotations, "FILLED", 2)

    made = asked(editor)

    assert made.proposals.count() == 3
    check_tallies(made)


def test_only_the_articles_of_the_set_are_meant_where_one_is_chosen(
    editor: User, desk: list[Article]
) -> None:
    made = asked(editor, article_set=make_set(articles=(desk[1],)))

    assert [proposal.article for proposal in made.proposals.all()] == [desk[1]]


def test_set_that_is_deleted_before_its_articles_were_found_does_not_become_the_whole_desk(
    editor: User, desk: list[Article]
) -> None:
    chosen = make_set(articles=(desk[1],))
    made = reannotations.start_reannotation(article_set=chosen, pipeline="rules 2", by=editor)
    chosen.delete()

    assert reannotations.fill(reannotation_id=made.pk) == []

    made.refresh_from_db()
    assert (made.is_filled, made.proposals.count()) == (True, 0)


def test_article_with_a_proposal_of_its_own_is_left_out_and_so_is_one_in_which_nothing_would_change(
    editor: User, desk: list[Article]
) -> None:
    propose(desk[0], editor, NEW)
    same = draft_with([(0, "Ana Lindqvist")], pipeline="rules 2")
    assert propose(desk[1], editor, same).state == ProposalState.UNCHANGED

    made = asked(editor)

    assert [proposal.article for proposal in made.proposals.all()] == [desk[2]]


def test_totals_say_what_would_change_and_how_many_decisions_stay(editor: User, desk: list[Article]) -> None:
    made = asked(editor)
    work_out()

    totals = queries.totals_of(queries.reannotations().get(pk=made.pk))

    (ready,) = totals.tallies
    assert (totals.is_worked_out, totals.articles, totals.ready) == (True, 3, 3)
    assert (ready.added, ready.changed, ready.speakers, ready.kept, ready.reopened) == (3, 2, 2, 1, 1)
    check_tallies(made)


def test_applied_and_undone_all_at_once_each_article_is_as_it_was(editor: User, desk: list[Article]) -> None:
    made = asked(editor)
    before = world()
    work_out()

    carry_out(made, Wish.APPLY, editor)
    assert states(made) == ["applied"] * 3
    assert Revision.objects.filter(verb="re-annotate").count() == 3
    assert world() != before
    check_tallies(made)

    carry_out(made, Wish.UNDO, editor)
    assert states(made) == ["undone"] * 3
    assert world() == before
    check_tallies(made)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_speakers_whom_several_articles_share_come_back_in_whatever_order(
    editor: User, order: tuple[int, int, int]
) -> None:
    found = [annotated(editor, OLD) for _ in range(3)]
    made = asked(editor)
    start, since = world(), Revision.objects.latest("pk").pk
    work_out()
    carry_out(made, Wish.APPLY, editor)
    after = world()
    assert not Speaker.objects.filter(name="Ana Lindqvist").exists()

    for number in order:
        undo.undo_last(article=found[number], by=editor)
    assert world() == start
    for number in order:
        undo.redo_last(article=found[number], by=editor)
    assert world() == after
    assert differences(start, since=since) == []


def test_nothing_is_applied_before_everything_was_worked_out(editor: User, desk: list[Article]) -> None:
    made = asked(editor)

    with pytest.raises(reannotations.NotYet):
        reannotations.wish(reannotation=made, what=Wish.APPLY, by=editor)


def test_article_that_was_changed_since_is_named_and_the_others_are_applied(
    editor: User, desk: list[Article]
) -> None:
    made = asked(editor)
    work_out()
    review.accept_claim(claim=desk[1].claims.get(), by=make_user(), version=1)

    carry_out(made, Wish.APPLY, editor)

    assert states(made) == ["applied", "stale", "applied"]
    assert desk[1].claims.get().state == ClaimState.ACCEPTED
    check_tallies(made)

    assert len(reannotations.work_out_again(reannotation=made, by=editor)) == 1
    work_out()
    carry_out(made, Wish.APPLY, editor)
    assert states(made) == ["applied"] * 3
    check_tallies(made)


def test_undo_of_all_leaves_the_articles_that_somebody_built_on(editor: User, desk: list[Article]) -> None:
    made = asked(editor)
    work_out()
    carry_out(made, Wish.APPLY, editor)
    built_on = desk[1].claims.in_text_order()[0]
    review.accept_claim(claim=built_on, by=make_user(), version=built_on.version)
    undo.undo_last(article=desk[2], by=editor)

    carry_out(made, Wish.UNDO, editor)

    # The third was taken back by hand before.
    assert states(made) == ["undone", "kept", "undone"]
    assert "stays" in made.proposals.get(state="kept").reason
    assert desk[1].claims.get(pk=built_on.pk).state == ClaimState.ACCEPTED
    check_tallies(made)


def test_worker_killed_in_between_leaves_the_rest_to_the_next_and_nothing_is_done_twice(
    editor: User, desk: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = asked(editor)
    work_out()
    reannotations.wish(reannotation=made, what=Wish.APPLY, by=editor)
    batch = queries.to_carry_out(100)
    really = proposals.apply_proposal

    def killed_at_the_second(*, proposal: Proposal, by: User) -> Proposal:
        if proposal.article_id == desk[1].pk:
            raise KeyboardInterrupt
        return really(proposal=proposal, by=by)

    monkeypatch.setattr(proposals, "apply_proposal", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        reannotations.carry_out(proposal_ids=batch)
    monkeypatch.undo()
    assert states(made) == ["applied", "ready", "ready"]

    # The batch comes again, twice, as an engine may deliver it, and the sweep finds what is left.
    assert queries.to_carry_out(100) == batch[1:]
    reannotations.carry_out(proposal_ids=batch)
    reannotations.carry_out(proposal_ids=batch)

    assert states(made) == ["applied"] * 3
    assert Revision.objects.filter(verb="re-annotate").count() == 3
    check_tallies(made)


def test_one_that_breaks_is_given_up_and_holds_up_no_other(
    editor: User, desk: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = asked(editor)
    work_out()
    really = placing.store_layout

    def break_once(placings: Sequence[Placing], **options: object) -> None:
        if placings[0].article.pk == desk[0].pk:
            raise RuntimeError("odd text")
        really(placings)

    monkeypatch.setattr(placing, "store_layout", break_once)
    carry_out(made, Wish.APPLY, editor)

    assert states(made) == ["failed", "applied", "applied"]
    assert "odd text" in made.proposals.get(state="failed").reason
    check_tallies(made)


def test_all_discarded_changes_nothing_and_frees_the_articles(editor: User, desk: list[Article]) -> None:
    made = asked(editor)
    before = world()

    carry_out(made, Wish.DISCARD, editor)

    assert states(made) == ["discarded"] * 3
    assert not AnnotationRun.objects.filter(state="queued").exists()
    assert world() == before
    assert asked(editor).proposals.count() == 3
    check_tallies(made)


def test_deleted_article_is_counted_no_more(editor: User, desk: list[Article]) -> None:
    made = asked(editor)
    work_out()

    articles.delete_article(article=desk[0], by=editor)

    assert made.proposals.count() == 2
    check_tallies(made)


def test_proposals_wait_behind_what_is_imported(
    editor: User, desk: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(editor)
    imported = runs.queue_run(article=desk[0], by=editor)
    AnnotationRun.objects.update(queued_at="2020-01-01T00:00:00Z")
    enqueued: list[tuple[int, list[int]]] = []

    def enqueue(task: object, *, run_ids: Iterable[int]) -> None:
        enqueued.append((task.priority, list(run_ids)))  # type: ignore[attr-defined] # a task

    monkeypatch.setattr(type(tasks.annotate_articles), "enqueue", enqueue)
    tasks.take_up_forgotten()

    assert work.waiting_runs().fresh == [imported.pk]
    assert enqueued[0] == (0, [imported.pk])
    assert {priority for priority, _ in enqueued[1:]} == {tasks.BEHIND}
    assert sum(len(ids) for _, ids in enqueued) == 4
