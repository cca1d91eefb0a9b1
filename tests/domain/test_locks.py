"""Two verbs at once on two connections: one waits for the other, none deadlocks, and nothing is half done.

Each test holds one verb's transaction open while the other runs into it, so that nothing is left to chance.
"""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from annotations.choices import RunState
from annotations.domain import (
    annotation,
    articles,
    duplicates,
    learning,
    locks,
    merging,
    presence,
    review,
    runs,
    speakers,
    splitting,
    undo,
)
from annotations.domain.moves import CannotUndo
from annotations.domain.steps import SpeakerGone, StaleClaim
from annotations.models import Alias, AnnotationRun, Article, Claim, LikelyDuplicate, Revision, Speaker, User
from annotations.nlp.layout import lay_out
from tests.builders import make_article, make_claim, make_speaker, make_user
from tests.parts import ONE_WRITER
from tests.replay import differences, world

pytestmark = pytest.mark.django_db(transaction=True)

# Seconds that the other verb gets to run into a lock; with a lock it never gets through.
PATIENCE = 0.7


class Other(Thread):
    """A verb on a connection of its own; `error` is what it raised."""

    def __init__(self, verb: Callable[..., Any], **arguments: Any) -> None:
        super().__init__()
        self._verb = verb
        self._arguments = arguments
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        """Do it."""
        try:
            self._verb(**self._arguments)
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def runs_into_a_lock(self) -> bool:
        """Give it time, and say whether it waits."""
        self.join(PATIENCE)
        return self.is_alive()

    def goes_through(self) -> bool:
        """Say whether it comes to its end while the first verb is still held open."""
        self.join(30 * PATIENCE)
        return not self.is_alive()

    def done(self) -> Exception | None:
        """Wait for its end and return what it raised."""
        self.join()
        return self.error


@pytest.fixture
def ana() -> Speaker:
    return make_speaker("Ana Lindqvist")


@pytest.fixture
def short() -> Speaker:
    return make_speaker("A Lindqvist")


@pytest.fixture
def bo() -> User:
    """A colleague of the editor."""
    return make_user()


def fresh(claim: Claim) -> Claim:
    return Claim.objects.select_related("speaker").get(pk=claim.pk)


def test_a_claim_given_to_a_redirect_goes_with_the_survivor_s_next_merge(
    ana: Speaker, short: Speaker, editor: User, bo: User
) -> None:
    merging.merge_speakers(source=short, target=ana, by=bo)
    last, claim = make_speaker("Ana Lindqvist-Berg"), make_claim()

    with transaction.atomic():
        review.assign_speaker(claim=claim, speaker=short, by=editor, version=1)
        merge = Other(merging.merge_speakers, source=ana, target=last, by=bo)
        assert merge.runs_into_a_lock()

    assert merge.done() is None
    assert fresh(claim).speaker == last


def test_a_claim_is_given_to_whom_the_speaker_is_being_merged_into(
    ana: Speaker, short: Speaker, editor: User, bo: User
) -> None:
    claim = make_claim()

    with transaction.atomic():
        merging.merge_speakers(source=short, target=ana, by=bo)
        step = Other(review.assign_speaker, claim=claim, speaker=short, by=editor, version=1)
        assert step.runs_into_a_lock()

    assert step.done() is None
    assert fresh(claim).speaker == ana


def test_a_merge_that_meets_more_articles_than_it_began_with_deadlocks_with_none_of_their_editors(
    ana: Speaker, short: Speaker, editor: User, bo: User
) -> None:
    make_claim(speaker=short)
    article = make_article()
    first, second = make_claim(article=article), make_claim(article=article)

    with transaction.atomic():
        review.assign_speaker(claim=first, speaker=short, by=editor, version=1)
        merge = Other(merging.merge_speakers, source=short, target=ana, by=editor)
        assert merge.runs_into_a_lock()
        step = Other(review.assign_speaker, claim=second, speaker=short, by=bo, version=1)
        assert step.runs_into_a_lock()

    assert (merge.done(), step.done()) == (None, None)
    assert not short.claims.exists()
    assert ana.claims.count() == 3


def test_a_form_from_before_a_merge_that_is_under_way_is_stale(
    ana: Speaker, short: Speaker, editor: User, bo: User
) -> None:
    claim = make_claim(speaker=short)

    with transaction.atomic():
        merging.merge_speakers(source=short, target=ana, by=bo)
        step = Other(review.accept_claim, claim=claim, by=editor, version=1)
        assert step.runs_into_a_lock()

    assert isinstance(step.done(), StaleClaim)
    assert fresh(claim).speaker == ana


def test_a_merge_moves_a_claim_that_is_being_decided(
    ana: Speaker, short: Speaker, editor: User, bo: User
) -> None:
    claim = make_claim(speaker=short)
    start = world()

    with transaction.atomic():
        review.accept_claim(claim=claim, by=editor, version=1)
        merge = Other(merging.merge_speakers, source=short, target=ana, by=bo)
        assert merge.runs_into_a_lock()

    assert merge.done() is None
    assert (fresh(claim).speaker, fresh(claim).state, fresh(claim).version) == (ana, "accepted", 3)
    assert differences(start) == []


def test_merges_of_the_same_three_speakers_in_a_ring_leave_one_that_has_all_claims(
    ana: Speaker, short: Speaker, editor: User, bo: User
) -> None:
    third = make_speaker("Lindqvist")
    for speaker in (ana, short, third):
        make_claim(speaker=speaker)

    with transaction.atomic():
        merging.merge_speakers(source=ana, target=short, by=editor)
        others = [
            Other(merging.merge_speakers, source=source, target=target, by=bo)
            for source, target in ((short, third), (third, ana))
        ]
        assert all(other.runs_into_a_lock() for other in others)

    errors = [other.done() for other in others]
    # The one into a speaker that is a redirect by now is refused.
    assert [type(error) for error in errors if error] == [merging.CannotMerge]
    assert sorted(speaker.claims.count() for speaker in Speaker.objects.current()) == [3]


def test_a_merge_that_two_people_take_back_at_once_is_taken_back_once(
    ana: Speaker, short: Speaker, editor: User, bo: User
) -> None:
    claim = make_claim(speaker=short)
    merge = merging.merge_speakers(source=short, target=ana, by=editor)
    start = world()

    with transaction.atomic():
        merging.undo_merge(revision=merge, by=editor)
        again = Other(merging.undo_merge, revision=merge, by=bo)
        assert again.runs_into_a_lock()

    assert isinstance(again.done(), CannotUndo)
    assert fresh(claim).speaker == short
    assert differences(start, since=merge.pk) == []


def test_two_people_who_type_one_new_name_at_once_make_one_speaker(editor: User, bo: User) -> None:
    first, second = make_claim(), make_claim()

    with transaction.atomic():
        review.assign_name(claim=first, name="Cleo Ros", by=editor, version=1)
        other = Other(review.assign_name, claim=second, name="cleo ros", by=bo, version=1)
        assert other.runs_into_a_lock()

    assert other.done() is None
    assert Speaker.objects.get(name="Cleo Ros").claims.count() == 2


def test_an_undo_keeps_the_speaker_it_had_made_where_somebody_is_giving_them_a_claim(
    editor: User, bo: User
) -> None:
    first, second = make_claim(), make_claim()
    cleo = review.assign_name(claim=first, name="Cleo Ros", by=editor, version=1).speaker

    with transaction.atomic():
        review.assign_speaker(claim=second, speaker=cleo, by=bo, version=1)
        back = Other(undo.undo_last, article=first.article, by=editor)
        assert back.runs_into_a_lock()

    assert back.done() is None
    assert fresh(first).speaker is None
    assert fresh(second).speaker == cleo


def test_a_speaker_that_an_undo_is_taking_away_can_be_given_no_claim_any_more(editor: User, bo: User) -> None:
    first, second, third = make_claim(), make_claim(), make_claim()
    cleo = review.assign_name(claim=first, name="Cleo Ros", by=editor, version=1).speaker

    with transaction.atomic():
        undo.undo_last(article=first.article, by=editor)
        by_id = Other(review.assign_speaker, claim=second, speaker=cleo, by=bo, version=1)
        assert by_id.runs_into_a_lock()
        by_name = Other(review.assign_name, claim=third, name="Cleo Ros", by=bo, version=1)
        assert by_name.runs_into_a_lock()

    assert isinstance(by_id.done(), SpeakerGone)
    assert by_name.done() is None
    assert fresh(second).speaker is None
    assert str(fresh(third).speaker) == "Cleo Ros"


@pytest.mark.skipif(connection.vendor == "sqlite", reason=ONE_WRITER)
def test_an_undo_lets_go_of_the_speakers_of_a_step_that_it_passes_over(
    ana: Speaker, short: Speaker, editor: User, bo: User
) -> None:
    article = make_article()
    first, second = make_claim(article=article), make_claim(article=article)
    review.assign_speaker(claim=first, speaker=short, by=editor, version=1)
    review.assign_speaker(claim=second, speaker=ana, by=editor, version=1)
    review.reject_claim(claim=second, by=bo, version=2)
    elsewhere = make_claim()

    with transaction.atomic():
        step = undo.undo_last(article=article, by=editor)
        other = Other(review.assign_speaker, claim=elsewhere, speaker=ana, by=bo, version=1)
        assert other.goes_through()

    assert other.done() is None
    assert step.revision is not None
    assert step.revision.claim_id == first.pk


def test_a_name_that_a_correction_takes_back_goes_nowhere_with_a_split(
    short: Speaker, editor: User, bo: User
) -> None:
    article = make_article(text="“Tolls stay,” said Ana Linqvist.\n\nNobody else spoke.")
    wrong = make_speaker("Ana Linqvist")
    claim = make_claim(article=article, content=((0, 13),), source=((19, 31),), speaker=wrong)
    ana = make_speaker("Ana Lindqvist")
    review.assign_speaker(claim=claim, speaker=ana, by=editor, version=1)
    (taught,) = _taught(claim)
    start, last = world(), Revision.objects.latest("pk").pk

    with transaction.atomic():
        review.assign_speaker(claim=claim, speaker=short, by=editor, version=2)
        split = Other(
            splitting.split_speaker, speaker=ana, claim_ids=[], alias_ids=[taught.pk], to=wrong, by=bo
        )
        assert split.runs_into_a_lock()

    assert split.done() is None
    assert not Alias.objects.filter(pk=taught.pk).exists()
    assert differences(start, since=last) == []


def test_a_name_that_moved_with_a_merge_is_not_taken_from_the_old_speaker(
    ana: Speaker, short: Speaker, editor: User, bo: User
) -> None:
    alias = speakers.add_alias(speaker=short, text="The mayor", by=editor)

    with transaction.atomic():
        merging.merge_speakers(source=short, target=ana, by=bo)
        removal = Other(speakers.remove_alias, alias=alias, by=editor)
        assert removal.runs_into_a_lock()

    assert isinstance(removal.done(), speakers.AliasGone)
    assert ana.aliases.filter(pk=alias.pk).exists()


def test_two_that_are_being_merged_are_not_kept_apart(
    ana: Speaker, short: Speaker, editor: User, bo: User
) -> None:
    with transaction.atomic():
        merging.merge_speakers(source=short, target=ana, by=editor)
        apart = Other(duplicates.keep_apart, one=ana, other=short, by=bo)
        assert apart.runs_into_a_lock()

    assert isinstance(apart.done(), duplicates.CannotKeepApart)


def test_an_article_is_deleted_after_the_decision_that_is_being_stored(editor: User, bo: User) -> None:
    claim = make_claim(speaker=make_speaker("Passing Through"))

    with transaction.atomic():
        review.accept_claim(claim=claim, by=editor, version=1)
        deletion = Other(articles.delete_article, article=claim.article, by=bo)
        assert deletion.runs_into_a_lock()

    assert deletion.done() is None
    assert not Article.objects.exists()
    assert list(Revision.objects.order_by("pk").values_list("verb", flat=True)) == [
        "accept",
        "delete article",
        "forget speaker",
    ]


def test_no_decision_is_stored_in_an_article_that_is_being_deleted(editor: User, bo: User) -> None:
    claim = make_claim()

    with transaction.atomic():
        articles.delete_article(article=claim.article, by=bo)
        step = Other(review.accept_claim, claim=claim, by=editor, version=1)
        assert step.runs_into_a_lock()
        back = Other(undo.undo_last, article=claim.article, by=editor)
        assert back.runs_into_a_lock()

    assert isinstance(step.done(), locks.ArticleGone)
    assert isinstance(back.done(), locks.ArticleGone)


def test_a_speaker_of_a_deleted_article_stays_where_another_article_is_being_given_them(
    editor: User, bo: User
) -> None:
    passing = make_speaker("Passing Through")
    article = make_claim(speaker=passing).article
    claim = make_claim()

    with transaction.atomic():
        review.assign_speaker(claim=claim, speaker=passing, by=editor, version=1)
        deletion = Other(articles.delete_article, article=article, by=bo)
        assert deletion.runs_into_a_lock()

    assert deletion.done() is None
    assert fresh(claim).speaker == passing


def test_a_draft_that_comes_late_is_stored_before_its_run_counts_as_lost(editor: User) -> None:
    article = make_article()
    run = AnnotationRun.objects.create(
        article=article,
        state=RunState.RUNNING,
        tries=1,
        lease=uuid4(),
        heartbeat_at=timezone.now() - timedelta(days=1),
    )

    with transaction.atomic():
        locks.hold_article(article.pk)
        sweep = Other(runs.take_up_lost_runs)
        assert sweep.runs_into_a_lock()
        annotation.store_draft(run=run, draft=lay_out(article.text, regions=None, title=""))

    assert sweep.done() is None
    run.refresh_from_db()
    assert run.state == RunState.DONE


@pytest.mark.skipif(connection.vendor == "sqlite", reason=ONE_WRITER)
def test_who_opens_an_article_does_not_wait_for_who_decides_in_it(editor: User, bo: User) -> None:
    claim = make_claim()

    with transaction.atomic():
        review.accept_claim(claim=claim, by=editor, version=1)
        opening = Other(presence.note_presence, article=claim.article, by=bo)
        assert opening.goes_through()

    assert opening.done() is None


@transaction.atomic
def _taught(claim: Claim) -> list[Alias]:
    return learning.taught_by(claim)


@pytest.mark.skipif(connection.vendor == "sqlite", reason=ONE_WRITER)
def test_a_heartbeat_does_not_wait_for_drafts_that_are_being_stored() -> None:
    """It would hold some of the runs meanwhile, and storing others of them."""
    lease = uuid4()
    early = timezone.now() - timedelta(days=1)
    held, other = (
        AnnotationRun.objects.create(
            article=make_article(), state=RunState.RUNNING, tries=1, lease=lease, heartbeat_at=early
        )
        for _ in range(2)
    )

    with transaction.atomic():
        annotation.finish_run(held, lay_out(held.article.text, regions=None, title=""))
        beat = Other(runs.keep_alive, lease=lease)
        assert beat.goes_through()

    assert beat.done() is None
    other.refresh_from_db()
    assert other.heartbeat_at != early


@pytest.mark.skipif(connection.vendor == "sqlite", reason=ONE_WRITER)
def test_names_that_are_noted_as_compared_wait_for_who_holds_their_speaker() -> None:
    """Both lock names in an order of the database's own; neither may hold one and wait for another."""
    ana = make_speaker("Ana Lindqvist", aliases=("Ana Linqvist",))
    first, second = ana.aliases.order_by("pk")

    with transaction.atomic():
        locks.hold_living([ana.pk])
        Alias.objects.filter(pk=second.pk).update(is_compared=False)
        search = Other(duplicates.compare_names)
        assert search.runs_into_a_lock()
        Alias.objects.filter(pk=first.pk).update(is_compared=False)

    assert search.done() is None
    assert not Alias.objects.filter(is_compared=False).exists()


@pytest.mark.skipif(connection.vendor == "sqlite", reason=ONE_WRITER)
def test_a_name_that_is_taken_back_while_pairs_are_stored_is_in_none() -> None:
    """A correction takes back what an earlier one taught without holding the speaker."""
    make_speaker("Ana Lindqvist")
    bo = make_speaker("Bo Ek", aliases=("Ana Linqvist",))

    with transaction.atomic():
        bo.aliases.get(text="Ana Linqvist").delete()
        search = Other(duplicates.compare_names)
        assert search.runs_into_a_lock()

    assert search.done() is None
    assert not LikelyDuplicate.objects.exists()


@pytest.mark.skipif(connection.vendor == "sqlite", reason=ONE_WRITER)
@pytest.mark.parametrize("is_moved", [False, True])
def test_a_name_goes_while_its_pairs_are_looked_for_again(editor: User, is_moved: bool) -> None:
    """Either takes several pairs away, as it meets them: neither may hold one and wait for another."""
    older, bo = make_speaker("Olle Berg"), make_speaker("Bo Ek", aliases=("Ana Lindqvist",))
    newer = make_speaker("Ana Linqvist")
    duplicates.compare_names()
    first = LikelyDuplicate.objects.get(one=bo, other=newer)
    speakers.add_alias(speaker=older, text="Ana Lindquist", by=editor)
    duplicates.compare_names()
    second = LikelyDuplicate.objects.get(one=older, other=bo)
    Alias.objects.filter(speaker__in=[older, newer]).update(is_compared=False)
    if is_moved:
        # PostgreSQL stores it anew behind the second, and meets it there.
        LikelyDuplicate.objects.filter(pk=first.pk).update(kept_claims=1)

    with transaction.atomic():
        LikelyDuplicate.objects.select_for_update().get(pk=first.pk if is_moved else second.pk)
        search = Other(duplicates.compare_names)
        assert search.runs_into_a_lock()
        removal = Other(speakers.remove_alias, alias=first.one_alias, by=editor)
        assert removal.runs_into_a_lock()

    assert removal.done() is None
    assert search.done() is None
    assert not LikelyDuplicate.objects.filter(Q(one=bo) | Q(other=bo)).exists()
