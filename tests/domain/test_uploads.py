"""An uploaded file from the spool to its outcome."""

import csv
import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from annotations import readers
from annotations.choices import RunState, UploadState
from annotations.domain import reading, uploads
from annotations.domain.uploads import Described
from annotations.models import AnnotationRun, Article, Upload, UploadItem, User
from tests.builders import make_set
from tests.domain.import_numbers import counted, from_rows

pytestmark = pytest.mark.django_db

TEXT = "Tolls on the bridge\n\n“Tolls stay,” said Ana Lindqvist on Monday.\n"


@pytest.fixture(autouse=True)
def spool(settings: object, tmp_path: Path) -> Path:
    settings.SPOOL_DIR = tmp_path / "spool"  # type: ignore[attr-defined] # pytest-django's settings
    return tmp_path / "spool"


def uploaded(editor: User, *files: tuple[str, bytes], **described: object) -> Upload:
    return uploads.start_upload(
        by=editor,
        described=Described(**described),  # type: ignore[arg-type] # plain test values
        files=[(name, BytesIO(content)) for name, content in files],
    )


def read_all(upload: Upload) -> list[UploadItem]:
    """Read every waiting item, as the worker would."""
    while waiting := upload.items.filter(state=UploadState.WAITING).first():
        list(reading.read_item(item_id=waiting.pk))
    return list(upload.items.order_by("pk"))


def zipped(**members: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.txt", content)
    return packed.getvalue()


def table(*rows: tuple[str, str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([("Headline", "Body"), *rows])
    return written.getvalue().encode()


def test_a_text_becomes_an_article_with_a_queued_run(editor: User, spool: Path) -> None:
    (item,) = read_all(uploaded(editor, ("tolls.txt", TEXT.encode())))

    assert (item.state, item.article) == (UploadState.READ, Article.objects.get())
    article = Article.objects.get()
    assert (article.title, article.text, article.source_name) == ("Tolls on the bridge", TEXT, "tolls.txt")
    assert AnnotationRun.objects.get().state == RunState.QUEUED
    assert list(spool.iterdir()) == []


def test_what_the_person_said_wins_over_what_the_file_says(editor: User) -> None:
    chosen = make_set("Bridge")

    read_all(uploaded(editor, ("t.txt", TEXT.encode()), title="Mine", outlet="Gazette", article_set=chosen))

    article = Article.objects.get()
    assert (article.title, article.outlet, list(article.sets.all())) == ("Mine", "Gazette", [chosen])


def test_a_title_given_for_several_files_is_no_title_of_each(editor: User) -> None:
    read_all(uploaded(editor, ("a.txt", TEXT.encode()), ("b.txt", (TEXT + "More.").encode()), title="Mine"))

    assert set(Article.objects.values_list("title", flat=True)) == {"Tolls on the bridge"}


def test_the_same_text_again_is_a_duplicate_with_a_link(editor: User) -> None:
    chosen = make_set("Bridge")
    read_all(uploaded(editor, ("a.txt", TEXT.encode())))

    (item,) = read_all(uploaded(editor, ("b.txt", TEXT.encode()), article_set=chosen))

    assert (item.state, item.article) == (UploadState.DUPLICATE, Article.objects.get())
    assert list(chosen.articles.all()) == [item.article]


def test_a_file_that_can_t_be_read_is_refused_and_the_others_go_on(editor: User, spool: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(64)

    items = read_all(uploaded(editor, ("empty.txt", b""), ("a.png", png), ("a.txt", TEXT.encode())))

    assert [item.state for item in items] == ["refused", "refused", "read"]
    assert items[0].message == "This file is empty: check that it was saved, then upload it again."
    assert items[1].message.startswith("This is a picture (PNG), not a text:")
    assert list(spool.iterdir()) == []


def test_what_was_stored_comes_back_from_the_database_as_it_was_read(editor: User) -> None:
    odd = "Title\r\n\r\n\ufeff“Yes,” 👩‍👩‍👧 \u200fשלום\u200e said\u00a0Bo\x00 Ek.\rEnd\ud800".encode(
        "utf-8", "surrogatepass"
    )

    (item,) = read_all(uploaded(editor, ("odd.txt", odd)))

    article = Article.objects.get()
    assert article.text.startswith("Title\n\n\ufeff“Yes,” 👩‍👩‍👧 \u200fשלום\u200e said\u00a0Bo� Ek.\nEnd�")
    assert hashlib.sha256(article.text.encode()).hexdigest() == article.text_sha256
    assert "replaced" in item.message


def test_a_zip_becomes_an_item_for_each_member(editor: User, spool: Path) -> None:
    items = read_all(
        uploaded(editor, ("all.zip", zipped(a=TEXT.encode(), b=b"", c=b"The council met on Monday.")))
    )

    assert [(item.name, item.state) for item in items] == [
        ("all.zip", UploadState.UNPACKED),
        ("a.txt", UploadState.READ),
        ("b.txt", UploadState.REFUSED),
        ("c.txt", UploadState.READ),
    ]
    assert list(spool.iterdir()) == []


def test_a_zip_that_is_refused_leaves_nothing_in_the_spool(
    editor: User, spool: Path, settings: object
) -> None:
    settings.UPLOAD_ARCHIVE_FILES = 2  # type: ignore[attr-defined] # pytest-django's settings

    (item,) = read_all(uploaded(editor, ("all.zip", zipped(a=b"1 one", b=b"2 two", c=b"3 three"))))

    assert item.state == UploadState.REFUSED
    assert list(spool.iterdir()) == []


def test_a_table_shows_its_columns_before_any_row_is_read(editor: User) -> None:
    upload = uploaded(editor, ("t.csv", table(("Tolls", "“Stay,” said Ana Lindqvist."))))

    (item,) = read_all(upload)

    assert (item.state, Article.objects.count()) == (UploadState.MAPPING, 0)
    assert item.columns["mapping"] == {"title": "Headline", "text": "Body"}
    assert item.columns["sample"] == [["Tolls", "“Stay,” said Ana Lindqvist."]]


def test_a_confirmed_table_becomes_an_article_a_row_and_bad_rows_are_refused(editor: User) -> None:
    upload = uploaded(
        editor, ("t.csv", table(("One", "“Stay,” said Ana."), ("Two", ""), ("Three", "“Go,” said Bo.")))
    )
    (item,) = read_all(upload)

    assert uploads.confirm_mapping(item=item, mapping={"title": "Headline", "text": "Body"})
    items = read_all(upload)

    assert [(row.name, row.state) for row in items] == [
        ("t.csv", UploadState.UNPACKED),
        ("t.csv, row 1", UploadState.READ),
        ("t.csv, row 2", UploadState.REFUSED),
        ("t.csv, row 3", UploadState.READ),
    ]
    assert list(Article.objects.order_by("pk").values_list("title", flat=True)) == ["One", "Three"]


def test_a_mapping_is_confirmed_once(editor: User) -> None:
    (item,) = read_all(uploaded(editor, ("t.csv", table(("One", "“Stay,” said Ana.")))))

    confirmed = [uploads.confirm_mapping(item=item, mapping={"text": "Body"}) for _ in range(2)]

    assert confirmed == [True, False]


def test_a_table_whose_worker_was_killed_goes_on_where_it_stopped(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = uploaded(editor, ("t.csv", table(("One", "“Stay,” said Ana."), ("Two", "“Go,” said Bo."))))
    (item,) = read_all(upload)
    uploads.confirm_mapping(item=item, mapping={"title": "Headline", "text": "Body"})
    monkeypatch.setattr(reading, "ROWS_TOGETHER", 1)
    first = next(reading.read_item(item_id=item.pk))
    assert len(first.run_ids) == 1
    # As if the worker had been killed after the first row.
    UploadItem.objects.filter(pk=item.pk).update(state=UploadState.WAITING)

    read_all(upload)

    assert sorted(upload.items.filter(parent=item).values_list("name", "state")) == [
        ("t.csv, row 1", "read"),
        ("t.csv, row 2", "read"),
    ]
    assert Article.objects.count() == 2


def test_an_item_whose_worker_was_killed_waits_again_and_is_refused_the_sixth_time(editor: User) -> None:
    item = uploaded(editor, ("a.txt", TEXT.encode())).items.get()
    silent = {"state": UploadState.READING, "heartbeat_at": timezone.now() - timedelta(minutes=5)}
    UploadItem.objects.filter(pk=item.pk).update(tries=1, **silent)
    assert reading.take_up_lost_items() == [item.pk]
    assert reading.take_up_lost_items() == []
    item.refresh_from_db()
    assert item.state == UploadState.WAITING

    UploadItem.objects.filter(pk=item.pk).update(losses=5, **silent)
    assert reading.take_up_lost_items() == []
    item.refresh_from_db()
    assert (item.state, item.message.startswith("The worker stopped 6 times")) == (
        UploadState.REFUSED,
        True,
    )


def test_an_item_that_another_worker_reads_is_left_alone(editor: User) -> None:
    item = uploaded(editor, ("a.txt", TEXT.encode())).items.get()
    UploadItem.objects.filter(pk=item.pk).update(state=UploadState.READING)

    assert list(reading.read_item(item_id=item.pk)) == []
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\news\\a.txt", "a.txt"),
        ("a\x00b\n.txt", "a�b�.txt"),
        ("", "unnamed"),
        ("x" * 400, "x" * 300),
    ],
    ids=["path-up", "drive", "control-characters", "empty", "long"],
)
def test_a_file_name_is_shown_without_its_path_and_on_one_line(editor: User, name: str, shown: str) -> None:
    assert uploaded(editor, (name, b"text")).items.get().name == shown


def test_a_file_that_eats_memory_is_refused_and_the_others_are_read(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = b"<!doctype html><html><body><p>" + b"<b>a</b> " * 900_000
    little = replace(uploads.limits(), memory_bytes=200 * 1024 * 1024)
    monkeypatch.setattr(uploads, "limits", lambda: little)

    upload = uploads.start_upload(
        by=editor,
        described=Described(),
        files=[("bomb.html", BytesIO(bomb)), ("honest.txt", BytesIO("“Tolls stay,” said Ana.".encode()))],
    )
    for item in upload.items.all():
        list(reading.read_item(item_id=item.pk))

    assert [(item.name, item.state) for item in upload.items.all()] == [
        ("bomb.html", UploadState.REFUSED),
        ("honest.txt", UploadState.READ),
    ]
    assert "more memory" in upload.items.get(name="bomb.html").message


def test_an_item_that_was_given_to_another_worker_meanwhile_gets_its_outcome_from_that_one(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = uploaded(editor, ("a.txt", TEXT.encode())).items.get()
    read_apart = readers.read_apart

    def slow(*args: Any, **options: Any) -> Any:
        UploadItem.objects.filter(pk=item.pk).update(tries=2)
        return read_apart(*args, **options)

    monkeypatch.setattr(readers, "read_apart", slow)
    assert list(reading.read_item(item_id=item.pk)) == []

    item.refresh_from_db()
    assert (item.state, Article.objects.count()) == (UploadState.READING, 0)


def test_a_file_is_not_refused_for_a_database_that_is_away(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = uploaded(editor, ("a.txt", TEXT.encode())).items.get()

    def away(*args: Any, **options: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("annotations.domain.articles.store_article", away)
    with pytest.raises(OperationalError):
        list(reading.read_item(item_id=item.pk))

    item.refresh_from_db()
    assert item.state == UploadState.READING
    assert uploads.spool_path(item).exists()


def test_the_numbers_of_an_import_are_those_of_its_items_and_runs(editor: User) -> None:
    upload = uploads.start_upload(
        by=editor,
        described=Described(),
        files=[
            ("z.zip", BytesIO(zipped(a=TEXT.encode(), b=TEXT.encode(), c=b""))),
            ("t.csv", BytesIO(table(("One", "“Stay,” said Ana."), ("Two", "")))),
            ("d.txt", BytesIO(b"Something else altogether.")),
        ],
        refused=[("big.pdf", "Too big.")],
    )
    assert counted(upload) == from_rows(upload)
    read_all(upload)
    assert counted(upload) == from_rows(upload)
    item = upload.items.get(state=UploadState.MAPPING)
    uploads.confirm_mapping(item=item, mapping={"title": "Headline", "text": "Body"})
    assert counted(upload) == from_rows(upload)
    read_all(upload)

    assert counted(upload) == from_rows(upload)
    assert from_rows(upload) == {
        "items_total": 9,
        "items_open": 0,
        "items_asking": 0,
        "items_refused": 3,
        "items_duplicate": 1,
        "items_stopped": 0,
        "runs_total": 3,
        "runs_done": 0,
        "runs_failed": 0,
        "runs_stopped": 0,
    }
