"""An import that is stopped, resumed and tried again: what is done stays, and its numbers are right."""

from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from annotations import readers
from annotations.choices import ArticleState, RunState, UploadState
from annotations.domain import annotation, imports, reading, runs, uploads
from annotations.domain.uploads import Described
from annotations.models import AnnotationRun, Article, Upload, User
from annotations.nlp.layout import lay_out
from annotations.queries.progress import progress_of
from tests.domain.import_numbers import annotate_all, counted, from_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(editor: User, settings: Any, tmp_path: Path) -> Upload:
    """Four files: one annotated, one being annotated, one queued, one not read yet."""
    settings.SPOOL_DIR = tmp_path / "spool"
    upload = uploads.start_upload(
        by=editor,
        described=Described(),
        files=[(f"{number}.txt", BytesIO(f"Words {number}.".encode())) for number in range(4)],
    )
    for item in list(upload.items.order_by("pk"))[:3]:
        list(reading.read_item(item_id=item.pk))
    first, second, _ = upload.runs.order_by("pk")
    lease = uuid4()
    runs.take_batch(run_ids=[first.pk, second.pk], lease=lease)
    first.refresh_from_db()
    annotation.store_draft(run=first, draft=lay_out(first.article.text))
    return upload


def states(upload: Upload) -> tuple[list[str], list[str], list[str]]:
    return (
        list(upload.items.order_by("pk").values_list("state", flat=True)),
        list(upload.runs.order_by("pk").values_list("state", flat=True)),
        list(Article.objects.order_by("pk").values_list("state", flat=True)),
    )


def test_stopping_takes_all_from_the_workers_that_is_not_done(upload: Upload, editor: User) -> None:
    imports.stop_import(upload=upload, by=editor)

    assert states(upload) == (
        ["read", "read", "read", "stopped"],
        ["done", "stopped", "stopped"],
        ["ready", "stopped", "stopped"],
    )
    assert counted(upload) == from_rows(upload)
    assert (progress_of(upload.pk).stopped, progress_of(upload.pk).is_under_way) == (3, False)


def test_a_draft_that_comes_after_the_stop_is_dropped(upload: Upload, editor: User) -> None:
    run = upload.runs.get(state=RunState.RUNNING)
    imports.stop_import(upload=upload, by=editor)

    annotation.store_draft(run=run, draft=lay_out(run.article.text))

    run.refresh_from_db()
    assert (run.state, run.article.state) == (RunState.STOPPED, ArticleState.STOPPED)


def test_a_file_that_is_read_while_the_import_stops_leaves_nothing(
    upload: Upload, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_apart = readers.read_apart

    def slow(*args: Any, **options: Any) -> Any:
        imports.stop_import(upload=upload, by=editor)
        return read_apart(*args, **options)

    monkeypatch.setattr(readers, "read_apart", slow)
    item = upload.items.get(state=UploadState.WAITING)
    assert list(reading.read_item(item_id=item.pk)) == []

    assert Article.objects.count() == 3
    assert uploads.spool_path(item).exists()
    assert counted(upload) == from_rows(upload)


def test_resuming_gives_back_what_was_taken_and_nothing_else(upload: Upload, editor: User) -> None:
    imports.stop_import(upload=upload, by=editor)
    imports.stop_import(upload=upload, by=editor)
    imports.resume_import(upload=upload, by=editor)
    imports.resume_import(upload=upload, by=editor)

    assert states(upload) == (
        ["read", "read", "read", "waiting"],
        ["done", "queued", "queued"],
        ["ready", "queued", "queued"],
    )
    assert counted(upload) == from_rows(upload)
    annotate_all(upload)
    assert counted(upload)["runs_done"] == 3


def test_failed_articles_are_tried_again_together(upload: Upload, editor: User) -> None:
    ids = list(upload.runs.exclude(state=RunState.DONE).values_list("pk", flat=True))
    AnnotationRun.objects.filter(pk__in=ids).update(state=RunState.FAILED, tries=3, error="No.")
    Article.objects.filter(runs__in=ids).update(state=ArticleState.FAILED, failure="No.")
    Upload.objects.update(runs_failed=2)

    imports.retry_failed(upload=upload, by=editor)

    assert states(upload)[1:] == (["done", "queued", "queued"], ["ready", "queued", "queued"])
    assert set(upload.runs.values_list("error", "tries")) == {("", 0), ("", 1)}
    assert counted(upload) == from_rows(upload)


def test_one_article_of_a_stopped_import_can_be_annotated_by_itself(upload: Upload, editor: User) -> None:
    imports.stop_import(upload=upload, by=editor)
    article = Article.objects.filter(state=ArticleState.STOPPED).earliest("pk")

    runs.queue_run(article=article, by=editor)

    article.refresh_from_db()
    assert article.state == ArticleState.QUEUED
    assert counted(upload) == from_rows(upload)
    assert counted(upload)["runs_stopped"] == 1
