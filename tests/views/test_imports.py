"""The page of an import: its numbers, what it says when empty, stopped and done, and what it costs."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.choices import RunState, UploadState
from annotations.domain import workers
from annotations.models import AnnotationRun, Upload, UploadItem, User
from tests.builders import make_article

pytestmark = pytest.mark.django_db


def make_import(editor: User, **numbers: Any) -> Upload:
    return Upload.objects.create(uploaded_by=editor, **numbers)


def page_of(client: Client, upload: Upload) -> str:
    content = client.get(f"/uploads/{upload.pk}").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content[content.index("<main") :]))


def test_the_page_says_how_many_are_done_and_failed_how_quickly_and_how_long_the_rest_takes(
    editor_client: Client, editor: User
) -> None:
    upload = make_import(
        editor, items_total=1500, runs_total=1200, items_open=300, runs_done=601, runs_failed=1
    )
    now = timezone.now()
    AnnotationRun.objects.bulk_create(
        AnnotationRun(
            article=make_article(), upload=upload, state="done", finished_at=now - timedelta(seconds=2 * back)
        )
        for back in range(4)
    )
    with time_machine.travel(now, tick=False):
        workers.say_alive(name="one:1")
        workers.say_alive(name="two:1")
        page = page_of(editor_client, upload)

    assert "602 of 1,500 done" in page
    assert "annotated 601 under way 598 to read 300 failed 1" in page
    assert "rate 30 a minute" in page
    assert "left, at this rate 30 minutes" in page
    assert "workers at work 2" in page
    assert "Stop this import" in page


def test_an_import_without_anything_in_it_says_so(editor_client: Client, editor: User) -> None:
    page = page_of(editor_client, make_import(editor))

    assert "There is nothing in this upload." in page
    assert "Stop this import" not in page


def test_a_finished_import_says_so_and_asks_no_more(editor_client: Client, editor: User) -> None:
    upload = make_import(editor, items_total=2, runs_total=2, runs_done=2)

    response = editor_client.get(f"/uploads/{upload.pk}")

    assert "Everything in this upload is done." in response.content.decode()
    assert "hx-trigger" not in response.content.decode().split("<main", 1)[1]


def test_an_import_is_stopped_resumed_and_tried_again_from_its_page(
    editor_client: Client, editor: User
) -> None:
    upload = make_import(editor, items_total=2, runs_total=2, runs_failed=1)
    for state, article_state in ((RunState.QUEUED, "queued"), (RunState.FAILED, "failed")):
        article = make_article(state=article_state, failure="It broke." if state == "failed" else "")
        AnnotationRun.objects.create(article=article, upload=upload, state=state.value)
    assert "It broke." in page_of(editor_client, upload)

    response = editor_client.post(f"/uploads/{upload.pk}/stop")
    assert (response.status_code, response["Location"]) == (303, f"/uploads/{upload.pk}")
    page = page_of(editor_client, upload)
    assert "Stopped. What was annotated stays; 1 file and articles wait until you resume." in page
    assert ("Stop this import" in page, "Try the failed ones again" in page) == (False, False)
    editor_client.post(f"/uploads/{upload.pk}/resume")
    editor_client.post(f"/uploads/{upload.pk}/retry")

    assert set(upload.runs.values_list("state", "article__state")) == {("queued", "queued")}
    assert "Stop this import" in page_of(editor_client, upload)


def test_the_page_costs_the_same_for_a_large_import_as_for_a_small_one(
    editor_client: Client, editor: User
) -> None:
    queries = {}
    for count in (10, 1_000):
        upload = make_import(
            editor, items_total=2 * count, items_refused=count, runs_total=count, runs_failed=count
        )
        article = make_article()
        for state in (UploadState.READ, UploadState.REFUSED):
            UploadItem.objects.bulk_create(
                UploadItem(upload=upload, name=f"{number}.txt", state=state.value) for number in range(count)
            )
        AnnotationRun.objects.bulk_create(
            AnnotationRun(article=article, upload=upload, state="failed", finished_at=timezone.now())
            for _ in range(count)
        )
        with CaptureQueriesContext(
            connection,
        ) as captured:
            editor_client.get(f"/uploads/{upload.pk}", headers={"HX-Request": "true"})
        queries[count] = [query["sql"] for query in captured]

    # The small one lists all its files in one query, the large one its refused and its asking ones in two.
    assert len(queries[1_000]) - len(queries[10]) <= 1
    tables = ("annotations_uploaditem", "annotations_annotationrun")
    unlimited = [
        sql
        for sql in queries[1_000]
        if any(f'FROM "{table}"' in sql for table in tables) and not re.search(r"LIMIT \d+", sql)
    ]
    assert unlimited == []
    assert not any("COUNT(" in sql and "_worker" not in sql for sql in queries[1_000])
