"""Runs from the queue to their end: batches, leases, lost workers, errors and their repetition."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone

from annotations.choices import ArticleState, RunState
from annotations.domain import annotation, articles, runs
from annotations.models import AnnotationRun, Article, Claim, Upload, User
from annotations.nlp.draft import Draft
from annotations.nlp.layout import lay_out
from annotations.readers.document import SourceDocument, SourceFormat
from tests.domain.import_numbers import counted, from_rows

pytestmark = pytest.mark.django_db


def stored(
    editor: User, text: str = "“Tolls stay,” said Ana.", upload: Upload | None = None
) -> AnnotationRun:
    document = SourceDocument(text=text, source_format=SourceFormat.TEXT, title="Tolls", language="en")
    return articles.store_article(document=document, by=editor, upload=upload)


@pytest.fixture(autouse=True)
def layout_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline that costs nothing: what becomes of a run does not depend on what is found."""

    def annotate(text: str, **options: object) -> Draft:
        if "broken" in text:
            raise ValueError("no such model")
        return lay_out(text)

    monkeypatch.setattr("annotations.nlp.pipeline.annotate", annotate)


def perform(*batch: AnnotationRun) -> UUID:
    lease = uuid4()
    runs.perform_batch(run_ids=runs.take_batch(run_ids=[run.pk for run in batch], lease=lease), lease=lease)
    return lease


def silence(*batch: AnnotationRun) -> None:
    """Make the runs look as if their worker had been killed a while ago."""
    ids = [run.pk for run in batch]
    runs.take_batch(run_ids=ids, lease=uuid4())
    AnnotationRun.objects.filter(pk__in=ids).update(heartbeat_at=timezone.now() - timedelta(minutes=5))


def over(run: AnnotationRun) -> None:
    """Let the pause of a run be over."""
    AnnotationRun.objects.filter(pk=run.pk).update(not_before=timezone.now() - timedelta(seconds=1))


def state_of(run: AnnotationRun) -> tuple[str, int, int, str]:
    run.refresh_from_db()
    return run.state, run.tries, run.losses, Article.objects.get(pk=run.article_id).state


def test_every_article_of_a_batch_is_annotated_and_a_broken_one_stops_no_other(editor: User) -> None:
    first, broken, last = (stored(editor, text) for text in ("One.", "This is broken.", "Three."))

    perform(first, broken, last)

    assert [state_of(run) for run in (first, broken, last)] == [
        ("done", 1, 0, "ready"),
        ("queued", 1, 0, "queued"),
        ("done", 1, 0, "ready"),
    ]


def test_a_batch_takes_only_what_is_queued(editor: User) -> None:
    first, second = stored(editor, "One."), stored(editor, "Two.")
    taken = runs.take_batch(run_ids=[first.pk], lease=uuid4())

    assert taken == {first.pk: first.article_id}
    assert runs.take_batch(run_ids=[first.pk, second.pk], lease=uuid4()) == {second.pk: second.article_id}
    assert runs.take_batch(run_ids=[first.pk, second.pk], lease=uuid4()) == {}


def test_a_run_that_was_tried_before_is_only_taken_alone(editor: User) -> None:
    broken, whole = stored(editor, "This is broken."), stored(editor, "Two.")
    perform(broken)
    ids = [broken.pk, whole.pk]

    assert list(runs.take_batch(run_ids=ids, lease=uuid4())) == [whole.pk]
    assert list(runs.take_batch(run_ids=[broken.pk], lease=uuid4())) == [broken.pk]


def test_an_error_is_repeated_after_growing_pauses_and_fails_the_article_the_third_time(
    editor: User,
) -> None:
    run = stored(editor, "This is broken.")
    pauses = []
    for _ in range(2):
        perform(run)
        run.refresh_from_db()
        assert run.not_before is not None
        pauses.append(round((run.not_before - timezone.now()).total_seconds()))
        assert runs.take_up_due_runs() == []
        over(run)
        assert runs.take_up_due_runs() == [run.pk]
        assert runs.take_up_due_runs() == []
    perform(run)

    assert [pause > 3 for pause in pauses] == [True, True]
    assert pauses[1] > 2 * pauses[0]
    assert state_of(run) == ("failed", 3, 0, "failed")
    assert Article.objects.get().failure == "Pre-annotation failed 3 times. ValueError: no such model"
    perform(run)
    assert state_of(run) == ("failed", 3, 0, "failed")


def test_a_failed_article_can_be_tried_again(editor: User) -> None:
    run = stored(editor, "This is broken.")
    for _ in range(3):
        perform(run)

    new = runs.queue_run(article=Article.objects.get(), by=editor)

    assert new.pk != run.pk
    assert (Article.objects.get().state, Article.objects.get().failure) == (ArticleState.QUEUED, "")


def test_the_runs_of_a_killed_worker_are_taken_up_again_once_each(editor: User) -> None:
    batch = [stored(editor, text) for text in ("One.", "Two.")]
    silence(*batch)

    runs.take_up_lost_runs()
    assert [state_of(run) for run in batch] == [("queued", 1, 1, "queued")] * 2
    assert sorted(runs.take_up_due_runs()) == sorted(run.pk for run in batch)
    runs.take_up_lost_runs()
    assert runs.take_up_due_runs() == []


def test_a_batch_that_shows_life_is_left_to_its_worker(editor: User) -> None:
    batch = [stored(editor, text) for text in ("One.", "Two.")]
    lease = uuid4()
    runs.take_batch(run_ids=[run.pk for run in batch], lease=lease)
    AnnotationRun.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    runs.keep_alive(lease=lease)

    runs.take_up_lost_runs()

    assert [state_of(run)[0] for run in batch] == ["running", "running"]


def test_a_heartbeat_from_the_future_is_none_since_the_clock_was_put_back(editor: User) -> None:
    run = stored(editor)
    runs.take_batch(run_ids=[run.pk], lease=uuid4())
    AnnotationRun.objects.update(heartbeat_at=timezone.now() + timedelta(hours=2))

    runs.take_up_lost_runs()

    assert state_of(run) == ("queued", 1, 1, "queued")


def test_an_article_that_stops_its_worker_six_times_fails(editor: User) -> None:
    run = stored(editor)
    for _ in range(6):
        assert run.state == RunState.QUEUED
        silence(run)
        runs.take_up_lost_runs()
        run.refresh_from_db()

    assert state_of(run) == ("failed", 6, 6, "failed")
    assert Article.objects.get().failure.endswith("The worker stopped in the middle of this article.")


def test_a_draft_of_a_worker_that_was_taken_for_dead_is_dropped(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stored(editor)
    really = annotation.store_draft

    def late(**made: Any) -> None:
        AnnotationRun.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
        runs.take_up_lost_runs()
        really(**made)

    monkeypatch.setattr(annotation, "store_draft", late)
    perform(run)

    assert state_of(run) == ("queued", 1, 1, "queued")
    assert not Claim.objects.exists()


def test_a_run_of_an_article_that_was_deleted_meanwhile_is_nobody_s_fault(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stored(editor)
    really = annotation.store_draft

    def late(**made: Any) -> None:
        articles.delete_article(article=Article.objects.get(), by=editor)
        really(**made)

    monkeypatch.setattr(annotation, "store_draft", late)
    perform(run)

    assert not AnnotationRun.objects.exists()


def test_a_database_that_is_away_is_not_the_article_s_fault(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stored(editor)

    def away(**options: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("annotations.domain.annotation.store_draft", away)
    with pytest.raises(OperationalError):
        perform(run)

    assert state_of(run) == ("running", 1, 0, "annotating")


def test_the_numbers_of_an_import_follow_its_runs(editor: User) -> None:
    upload = Upload.objects.create(uploaded_by=editor, runs_total=4)
    done, broken, _, deleted = (
        stored(editor, text, upload) for text in ("One.", "This is broken.", "Three.", "Four.")
    )
    perform(done)
    for _ in range(3):
        perform(broken)
    articles.delete_article(article=deleted.article, by=editor)

    assert counted(upload) == from_rows(upload)
    assert (counted(upload)["runs_done"], counted(upload)["runs_failed"]) == (1, 1)

    again = runs.queue_run(article=Article.objects.get(pk=broken.article_id), by=editor)

    assert again.upload == upload
    assert counted(upload) == from_rows(upload)
    assert counted(upload)["runs_total"] == 3
