"""Annotating an article again: shown first, then applied in one step that undo takes back exactly.

Whatever a person had a hand in is there afterwards as it was before, whatever the draft says.
"""

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.choices import (
    ArticleState,
    ClaimKind,
    ProposalState,
    Region,
    RunState,
    SpanRole,
)
from annotations.domain import annotation, articles, drafted, proposals, review, runs, undo
from annotations.domain.merging import merge_speakers
from annotations.models import (
    AnnotationRun,
    Article,
    Claim,
    Mention,
    Proposal,
    ProposalDraft,
    Revision,
    Speaker,
    User,
)
from annotations.nlp.draft import (
    Draft,
    Span,
)
from annotations.queries.untouched import untouched_suggestions
from tests.builders import make_speaker, make_user
from tests.domain.drafts import SENTENCES, TEXT, annotated, claim_of, draft_with, propose
from tests.domain.examples import rolled_back
from tests.parts import ONE_WRITER
from tests.replay import differences, world

pytestmark = pytest.mark.django_db


def told(proposal: Proposal) -> dict[str, Any]:
    """What the proposal shows, in words."""
    changes = proposal.changes
    words = [[TEXT[start:end] for start, end in one["content"]] for one in changes["added"]]
    return {
        "added": words,
        "removed": [one["claim"] for one in changes["removed"]],
        "changed": [(one["claim"], one["before"], one["after"]) for one in changes["changed"]],
    }


def contents(article: Article) -> list[tuple[int, str, str]]:
    """Start, speaker and state of the article's claims."""
    return [
        (claim.start, claim.speaker.name if claim.speaker else "", claim.state)
        for claim in article.claims.in_text_order().select_related("speaker")
    ]


def test_proposal_says_what_would_be_added_removed_and_changed_and_changes_nothing(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek")]))
    gone, changed = article.claims.in_text_order()
    before = world()

    proposal = propose(article, editor, draft_with([(1, "Cleo Ros"), (2, "Dag Ås")]))

    assert proposal.state == ProposalState.READY
    assert told(proposal) == {
        "added": [[SENTENCES[2]]],
        "removed": [gone.pk],
        "changed": [(changed.pk, {"speaker": "Bo Ek"}, {"speaker": "Cleo Ros"})],
    }
    assert (proposal.added, proposal.removed, proposal.changed, proposal.speakers) == (1, 1, 1, 1)
    assert world() == before


def test_applied_proposal_is_what_was_shown_in_one_revision(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek")]))
    gone, changed = article.claims.in_text_order()
    proposal = propose(article, editor, draft_with([(1, "Cleo Ros"), (2, "Dag Ås")], pipeline="rules 2"))
    last = Revision.objects.latest("pk").pk

    applied = proposals.apply_proposal(proposal=proposal, by=editor)

    article.refresh_from_db()
    assert (applied.state, article.pipeline) == (ProposalState.APPLIED, "rules 2")
    assert contents(article) == [
        (TEXT.index(SENTENCES[1]), "Cleo Ros", "suggested"),
        (TEXT.index(SENTENCES[2]), "Dag Ås", "suggested"),
    ]
    assert not Claim.objects.filter(pk=gone.pk).exists()
    assert article.claims.get(pk=changed.pk).version == changed.version + 1
    *forgotten, step = Revision.objects.filter(pk__gt=last)
    assert (step.verb, step.actor, step.pk) == ("re-annotate", editor, applied.step_id)
    # Another article's undo may need them one day.
    assert {row.verb for row in forgotten} == {"forget speaker"}
    assert not Speaker.objects.filter(name__in=["Ana Lindqvist", "Bo Ek"]).exists()
    assert not ProposalDraft.objects.exists()
    # What came and changed is told apart from what a person did.
    assert {claim.pk for claim in untouched_suggestions(article)} == set(
        article.claims.values_list("pk", flat=True)
    )


def test_moved_edges_another_kind_and_another_sureness_are_changes_of_the_same_claim(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek"), (2, "Dag Ås")]))
    shorter, otherwise, surer = article.claims.in_text_order()
    new = draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek"), (2, "Dag Ås")])
    first, second, third = new.claims
    start, end = first.content[0].start, first.content[0].end
    changed = (
        claim_of(first, content=(Span(start, end - 4),)),
        claim_of(second, kind=ClaimKind.MIXED),
        claim_of(third, confidence=0.5),
    )

    proposal = propose(article, editor, draft_with([], like=new, claims=changed))

    assert told(proposal)["changed"] == [
        (shorter.pk, {"content": [[start, end]]}, {"content": [[start, end - 4]]}),
        (otherwise.pk, {"kind": "direct"}, {"kind": "mixed"}),
        (surer.pk, {"percent": 80}, {"percent": 50}),
    ]
    assert (proposal.words, proposal.kinds, proposal.sureness, proposal.speakers) == (1, 1, 1, 0)


def test_decided_claims_stay_and_their_words_are_not_offered_again(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek"), (2, "Dag Ås")]))
    accepted, rejected, noted = article.claims.in_text_order()
    review.accept_claim(claim=accepted, by=editor, version=1)
    review.reject_claim(claim=rejected, by=editor, version=1)
    review.change_note(claim=noted, note="ask", by=editor, version=1)
    own = review.add_claim(article=article, content=[_span(3)], by=editor)
    human = world()

    proposal = propose(
        article, editor, draft_with([(number, "Cleo Ros") for number in range(5)], pipeline="rules 2")
    )
    proposals.apply_proposal(proposal=proposal, by=editor)

    assert (proposal.kept, proposal.changes["held_back"], proposal.added) == (4, 4, 1)
    now = world()
    for claim in (accepted, rejected, noted, own):
        assert now[f"claim:{claim.pk}"] == human[f"claim:{claim.pk}"]
    assert article.claims.count() == 5


def test_undo_gives_back_exactly_what_was_there_and_redo_does_it_again(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek")]))
    review.accept_claim(claim=article.claims.in_text_order()[0], by=editor, version=1)
    before, beside = world(), rest(article)
    proposal = propose(
        article,
        editor,
        draft_with([(1, "Cleo Ros"), (2, "Dag Ås")], pipeline="rules 2", sentences=1),
    )
    proposals.apply_proposal(proposal=proposal, by=editor)
    after, beside_after = world(), rest(article)
    assert (after, beside_after) != (before, beside)

    assert undo.undo_last(article=article, by=editor).revision is not None
    assert (world(), rest(article)) == (before, beside)
    assert undo.redo_last(article=article, by=editor).revision is not None
    assert (world(), rest(article)) == (after, beside_after)


def test_reviewed_article_opens_again_with_new_suggestions_and_undo_closes_it(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))
    review.accept_claim(claim=article.claims.get(), by=editor, version=1)
    article.refresh_from_db()
    assert article.state == ArticleState.REVIEWED

    proposal = propose(article, editor, draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek")]))
    proposals.apply_proposal(proposal=proposal, by=editor)
    article.refresh_from_db()
    assert (proposal.reopened, article.state) == (1, ArticleState.READY)

    undo.undo_last(article=article, by=editor)
    article.refresh_from_db()
    assert article.state == ArticleState.REVIEWED


def test_nothing_would_change_is_a_state_of_its_own(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))

    proposal = propose(article, editor, draft_with([(0, "Ana Lindqvist")], pipeline="rules 2"))

    assert proposal.state == ProposalState.UNCHANGED
    with pytest.raises(proposals.Closed):
        proposals.apply_proposal(proposal=proposal, by=editor)


@pytest.mark.parametrize("verb", ["accept", "note", "reviewed", "run", "merge"])
def test_proposal_for_an_article_that_changed_since_is_stale_and_changes_nothing(
    editor: User, verb: str
) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek")]))
    proposal = propose(article, editor, draft_with([(0, "Cleo Ros"), (2, "Dag Ås")]))
    claim = article.claims.in_text_order()[0]
    if verb == "accept":
        review.accept_claim(claim=claim, by=make_user(), version=1)
    elif verb == "note":
        review.change_note(claim=claim, note="ask", by=make_user(), version=1)
    elif verb == "reviewed":
        articles.mark_reviewed(article=article, by=make_user(), is_reviewed=True)
    elif verb == "run":
        annotation.store_draft(
            run=started(runs.queue_run(article=article, by=editor)), draft=draft_with([(0, "Ana Lindqvist")])
        )
    else:
        merge_speakers(source=Speaker.objects.get(name="Bo Ek"), target=make_speaker("Bo Eklund"), by=editor)
    before = world()

    stale = proposals.apply_proposal(proposal=proposal, by=editor)

    assert (stale.state, stale.reason) == (ProposalState.STALE, proposals.STALE)
    assert world() == before
    again = proposals.work_out_again(proposal=stale, by=editor)
    assert (again.state, again.run.state if again.run else "") == (ProposalState.QUEUED, RunState.QUEUED)


def test_region_set_while_it_is_worked_out_makes_it_stale(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))
    proposal = proposals.request_proposal(article=article, by=editor)
    assert proposal.run is not None
    made_before = draft_with([(1, "Bo Ek")])
    articles.set_region(paragraph=article.paragraphs.get(index=1), region=Region.CAPTION, by=editor)

    proposals.store_proposal(run=started(proposal.run), draft=made_before)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == (ProposalState.STALE, proposals.REGIONS_CHANGED)


def test_who_comes_second_applies_nothing(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))
    proposal = propose(article, editor, draft_with([(1, "Bo Ek")]))
    proposals.apply_proposal(proposal=proposal, by=editor, request_key="key")
    steps = Revision.objects.count()

    # The same request once more is answered as the first was.
    assert proposals.apply_proposal(proposal=proposal, by=editor, request_key="key").state == "applied"
    with pytest.raises(proposals.Closed, match="applied"):
        proposals.apply_proposal(proposal=proposal, by=make_user())
    with pytest.raises(proposals.Closed):
        proposals.discard_proposal(proposal=proposal, by=editor)
    assert Revision.objects.count() == steps


def test_two_who_ask_get_one_proposal(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))

    first = proposals.request_proposal(article=article, by=editor)
    second = proposals.request_proposal(article=article, by=make_user())

    assert first == second
    assert AnnotationRun.objects.filter(is_proposal=True).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason=ONE_WRITER)
def test_two_editors_who_apply_at_once_make_one_step() -> None:
    editor = make_user()
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))
    proposal = propose(article, editor, draft_with([(1, "Bo Ek")]))
    barrier, outcomes = threading.Barrier(2), []

    def press() -> None:
        barrier.wait()
        try:
            outcomes.append(proposals.apply_proposal(proposal=proposal, by=editor).state)
        except proposals.Closed:
            outcomes.append("closed")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["applied", "closed"]
    assert Revision.objects.filter(verb="re-annotate").count() == 1


def test_worker_that_lost_the_run_meanwhile_keeps_nothing(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))
    proposal = proposals.request_proposal(article=article, by=editor)
    assert proposal.run is not None
    run = started(proposal.run)
    AnnotationRun.objects.filter(pk=run.pk).update(lease=uuid4())

    proposals.store_proposal(run=run, draft=draft_with([(1, "Bo Ek")]))

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.QUEUED


def test_draft_that_comes_twice_makes_one_proposal(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))
    proposal = propose(article, editor, draft_with([(1, "Bo Ek")]))
    assert proposal.run is not None

    proposals.store_proposal(run=proposal.run, draft=draft_with([(2, "Dag Ås")]))

    again = Proposal.objects.get()
    assert again.changes == proposal.changes


def test_run_that_fails_for_good_fails_its_proposal_and_not_the_article(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))
    proposal = proposals.request_proposal(article=article, by=editor)

    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("no model")

    monkeypatch.setattr("annotations.domain.annotation.draft_of", fail)
    for _ in range(runs.MAX_FAULTS):
        lease = uuid4()
        runs.perform_batch(run_ids=runs.take_batch(run_ids=[proposal.run_id or 0], lease=lease), lease=lease)

    proposal.refresh_from_db()
    article.refresh_from_db()
    assert (proposal.state, article.state) == (ProposalState.FAILED, ArticleState.READY)
    assert "no model" in proposal.reason
    assert proposals.work_out_again(proposal=proposal, by=editor).state == ProposalState.QUEUED


def test_discarded_proposal_stops_its_run(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))
    proposal = proposals.request_proposal(article=article, by=editor)

    proposals.discard_proposal(proposal=proposal, by=editor)

    assert AnnotationRun.objects.get(is_proposal=True).state == RunState.STOPPED
    assert proposals.request_proposal(article=article, by=editor) != proposal


def test_undo_of_a_proposal_leaves_what_was_built_on_it_and_says_so(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))
    proposal = propose(article, editor, draft_with([(0, "Cleo Ros"), (1, "Bo Ek")]))
    applied = proposals.apply_proposal(proposal=proposal, by=editor)
    colleague = make_user(first_name="Kim")
    review.accept_claim(claim=article.claims.in_text_order()[1], by=colleague, version=1)
    before = world()

    kept = proposals.undo_proposal(proposal=applied, by=editor)

    assert kept.state == ProposalState.KEPT
    assert "“re-annotate” stays" in kept.reason
    assert "(accept)" in kept.reason
    assert world() == before


def test_undo_leaves_an_article_that_was_annotated_once_more_since(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist")]))
    proposal = propose(article, editor, draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek")]))
    proposals.apply_proposal(proposal=proposal, by=editor)
    run = started(runs.queue_run(article=article, by=editor))
    annotation.store_draft(run=run, draft=draft_with([(0, "Ana Lindqvist"), (2, "Dag Ås")]))
    before = world()

    step = undo.undo_last(article=article, by=editor)

    assert step.revision is None
    assert next(undo.reason(obstacle) for obstacle in step.obstacles) == (
        "“re-annotate” stays, since the article was annotated again after it."
    )
    assert world() == before


def test_speaker_merged_since_is_the_survivor_after_undo(editor: User) -> None:
    article = annotated(editor, draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek")]))
    proposal = propose(article, editor, draft_with([(0, "Ana Lindqvist"), (2, "Dag Ås")]))
    applied = proposals.apply_proposal(proposal=proposal, by=editor)
    survivor = make_speaker("Ana Lind")
    merge_speakers(source=Speaker.objects.get(name="Ana Lindqvist"), target=survivor, by=editor)

    undone = proposals.undo_proposal(proposal=applied, by=editor)

    assert undone.state == ProposalState.UNDONE
    assert [name for _, name, _ in contents(article)] == ["Ana Lind", "Bo Ek"]
    assert set(Mention.objects.values_list("speaker__name", flat=True)) == {"Ana Lind", "Bo Ek"}


def test_article_in_another_language_can_t_be_annotated_again(editor: User) -> None:
    article = annotated(editor, draft_with([], pipeline=""))

    with pytest.raises(proposals.CannotPropose):
        proposals.request_proposal(article=article, by=editor)


# Random hands on random drafts

PEOPLE = ("Ana Lindqvist", "Bo Ek", "Cleo Ros", "Dag Ås")
HANDS = ("accept", "reject", "speaker", "kind", "content", "note", "add", "nothing")
DRAFTS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(PEOPLE), st.integers(0, 6), st.booleans()),
    max_size=7,
)
DECISIONS = st.lists(st.tuples(st.sampled_from(HANDS), st.integers(0, 6)), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=DRAFTS, hands=DECISIONS, new=DRAFTS, later=DECISIONS)
def test_no_human_decision_is_lost_or_changed_and_undo_is_the_way_back(
    old: list[tuple[int, str, int, bool]],
    hands: list[tuple[str, int]],
    new: list[tuple[int, str, int, bool]],
    later: list[tuple[str, int]],
) -> None:
    with rolled_back():
        editor = make_user()
        article = annotated(editor, random_draft(old, "rules 1"))
        start, since = world(), Revision.objects.latest("pk").pk
        for verb, number in hands:
            lay_hand(article, editor, verb, number)
        before, beside = world(), rest(article)
        mine = touched(article)

        proposal = propose(article, editor, random_draft(new, "rules 2"))
        assert world() == before
        if proposal.state == ProposalState.UNCHANGED:
            return
        applied = proposals.apply_proposal(proposal=proposal, by=editor)
        after = world()

        assert applied.state == ProposalState.APPLIED
        assert {key: after.get(key) for key in mine} == {key: before[key] for key in mine}
        assert touched(article) == mine
        assert differences(start, since=since) == []
        undo.undo_last(article=article, by=editor)
        assert (world(), rest(article)) == (before, beside)
        undo.redo_last(article=article, by=editor)
        assert world() == after
        assert differences(start, since=since) == []
        # What is decided afterwards stays too, whether the step can be taken back or not.
        for verb, number in later:
            lay_hand(article, editor, verb, number)
        decided = {key: fields for key, fields in world().items() if key in touched(article)}
        proposals.undo_proposal(proposal=applied, by=editor)
        assert {key: world().get(key) for key in decided} == decided
        assert differences(start, since=since) == []
        connection.check_constraints()


def random_draft(claims: list[tuple[int, str, int, bool]], pipeline: str) -> Draft:
    """A draft with a claim for each sentence named, cut at its end, its speaker perhaps left open."""
    made = draft_with([(number, name) for number, name, _, _ in claims], pipeline=pipeline)
    changed = tuple(
        claim_of(
            claim,
            content=(Span(claim.content[0].start, claim.content[0].end - cut),),
            speaker=claim.speaker if is_sure else None,
            candidates=(claim.speaker,) if claim.speaker is not None else (),
        )
        for claim, (_, _, cut, is_sure) in zip(made.claims, claims, strict=True)
    )
    return draft_with([], like=made, claims=changed, pipeline=pipeline)


def lay_hand(article: Article, editor: User, verb: str, number: int) -> None:
    if verb == "add":
        review.add_claim(article=article, content=[_span(number % len(SENTENCES))], by=editor)
        return
    claims = list(article.claims.in_text_order())
    if not claims:
        return
    claim = claims[number % len(claims)]
    common: dict[str, Any] = {"claim": claim, "by": editor, "version": claim.version}
    if verb == "accept":
        review.accept_claim(**common)
    elif verb == "reject":
        review.reject_claim(**common)
    elif verb == "speaker":
        review.assign_name(name=PEOPLE[number % len(PEOPLE)], **common)
    elif verb == "kind":
        review.change_kind(kind=list(ClaimKind)[number % 3], **common)
    elif verb == "content":
        review.change_spans(role=SpanRole.CONTENT, spans=[(claim.start, claim.start + 9)], **common)
    elif verb == "note":
        review.change_note(note=f"note {number}", **common)


def touched(article: Article) -> set[str]:
    """The keys of the claims that a person had a hand in, worked out without what the domain says of it."""
    touching = ("accept", "reject", "assign", "change", "add", "delete")
    hands = Revision.objects.filter(article_id=article.pk, undone_at__isnull=True, claim_id__isnull=False)
    ids = {step.claim_id for step in hands if step.verb.startswith(touching)}
    return {f"claim:{pk}" for pk in article.claims.filter(pk__in=ids).values_list("pk", flat=True)}


def rest(article: Article) -> dict[str, Any]:
    """What a draft leaves beside the claims."""
    article = Article.objects.get(pk=article.pk)
    return drafted.state_of(article, article.claims.values_list("pk", flat=True))


def started(run: AnnotationRun) -> AnnotationRun:
    """The run, taken by a worker."""
    runs.take_batch(run_ids=[run.pk], lease=uuid4())
    run.refresh_from_db()
    return run


def _span(number: int) -> tuple[int, int]:
    start = TEXT.index(SENTENCES[number])
    return start, start + len(SENTENCES[number])
