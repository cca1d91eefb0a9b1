"""The upload page's requests: what is taken in, what is refused before it is held, what the rows say."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from annotations.choices import Role, UploadState
from annotations.domain import reading, workers
from annotations.models import Article, ArticleSet, Upload, UploadItem, User
from tests.builders import make_set, make_user
from tests.domain.import_numbers import annotate_all

pytestmark = pytest.mark.django_db

TEXT = "Tolls on the bridge\n\n“Tolls stay,” said Ana Lindqvist on Monday.\n"
UPLOAD = "/upload"
DUMMY_TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture(autouse=True)
def spool(settings: Any, tmp_path: Path) -> Path:
    """A spool of the test's own, and an engine that only remembers what it was given."""
    settings.SPOOL_DIR = tmp_path / "spool"
    settings.TASKS = DUMMY_TASKS
    return tmp_path / "spool"


def send(client: Client, *files: tuple[str, bytes], **fields: Any) -> HttpResponse:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(UPLOAD, {"files": sent, **fields})  # type: ignore[return-value] # it is one


def test_files_are_answered_at_once_and_wait_for_the_worker(editor_client: Client, spool: Path) -> None:
    response = send(editor_client, ("a.txt", TEXT.encode()), ("b.txt", b"Other words."))

    upload = Upload.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/uploads/{upload.pk}")
    assert list(upload.items.values_list("name", "size", "state")) == [
        ("a.txt", len(TEXT.encode()), "waiting"),
        ("b.txt", 12, "waiting"),
    ]
    assert len(list(spool.iterdir())) == 2
    assert not Article.objects.exists()


def test_each_waiting_file_is_handed_to_the_engine_once(editor_client: Client) -> None:
    from django_tasks import default_task_backend

    default_task_backend.clear()  # type: ignore[attr-defined] # the dummy backend has it
    send(editor_client, ("a.txt", TEXT.encode()))

    results = default_task_backend.results  # type: ignore[attr-defined] # the dummy backend has it
    assert [result.kwargs for result in results] == [{"item_ids": [UploadItem.objects.get().pk]}]


def test_a_pasted_text_is_an_upload_like_any_other(editor_client: Client) -> None:
    send(editor_client, text=TEXT, title="Tolls", outlet="Gazette", published_on="2024-05-06")

    upload = Upload.objects.get()
    assert (upload.title, upload.outlet, str(upload.published_on)) == ("Tolls", "Gazette", "2024-05-06")
    assert upload.items.get().name == "Pasted text"


def test_a_pasted_text_with_characters_that_no_database_stores_is_taken_as_it_is(
    editor_client: Client, spool: Path
) -> None:
    send(editor_client, text="“Yes,\x00” she said.")

    (spooled,) = spool.iterdir()
    assert spooled.read_bytes() == "“Yes,\x00” she said.".encode()


def test_a_file_over_the_limit_is_refused_and_not_kept(
    editor_client: Client, settings: Any, spool: Path
) -> None:
    settings.UPLOAD_FILE_BYTES = 1024 * 1024

    send(editor_client, ("big.txt", b"x" * (1024 * 1024 + 1)), ("a.txt", TEXT.encode()))

    items = Upload.objects.get().items
    assert set(items.values_list("name", "state")) == {("big.txt", "refused"), ("a.txt", "waiting")}
    assert items.get(name="big.txt").message == (
        "This file is larger than 1 MB: split it, or upload a zip of smaller files."
    )
    assert len(list(spool.iterdir())) == 1


def test_a_zip_may_be_larger_than_a_single_file(editor_client: Client, settings: Any) -> None:
    settings.UPLOAD_FILE_BYTES = 1024

    send(editor_client, ("all.zip", b"PK\x03\x04" + bytes(4096)))

    assert Upload.objects.get().items.get().state == UploadState.WAITING


def test_nothing_sent_is_answered_with_what_to_do(editor_client: Client) -> None:
    response = send(editor_client, text="  \n ")

    assert response.status_code == 422
    assert "Choose files, drop them here, or paste a text." in response.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [{"published_on": "yesterday"}, {"url": "not a url"}, {"title": "x" * 501}, {"article_set": "4711"}],
    ids=["date", "url", "title", "set"],
)
def test_a_wrong_field_is_refused_and_the_pasted_text_comes_back(
    editor_client: Client, fields: dict[str, str]
) -> None:
    response = send(editor_client, text="Some words.", **fields)

    assert response.status_code == 422
    assert "Some words." in response.content.decode()
    assert not Upload.objects.exists()


def test_a_full_disk_is_said_and_nothing_is_kept(
    editor_client: Client, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "full").touch()
    settings.SPOOL_DIR = tmp_path / "full" / "spool"  # under a file: it can't be written, as on a full disk

    response = send(editor_client, ("a.txt", TEXT.encode()), text="Some words.", new_set="Bridge")

    assert response.status_code == 507
    assert "The server has no room for this, so nothing was uploaded." in response.content.decode()
    assert "Some words." in response.content.decode()
    assert not Upload.objects.exists()
    assert not ArticleSet.objects.exists()


def test_a_new_set_is_made_with_the_upload(editor_client: Client) -> None:
    send(editor_client, text=TEXT, new_set="Bridge")

    assert Upload.objects.get().article_set == ArticleSet.objects.get(name="Bridge")


def test_a_set_and_a_new_set_at_once_are_refused(editor_client: Client) -> None:
    response = send(editor_client, text=TEXT, new_set="Bridge", article_set=make_set("Tolls").pk)

    assert response.status_code == 422
    assert not Upload.objects.exists()


def test_an_upload_without_a_csrf_token_is_refused(editor: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor)

    assert send(browser, ("a.txt", TEXT.encode())).status_code == 403
    assert not Upload.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANNOTATOR])
def test_only_who_manages_may_upload(client: Client, role: Role) -> None:
    client.force_login(make_user(role=role))

    assert send(client, text=TEXT).status_code == 403
    assert not Upload.objects.exists()


def test_the_rows_ask_again_until_every_file_has_its_outcome(editor_client: Client) -> None:
    send(editor_client, text=TEXT)
    upload = Upload.objects.get()
    page = reverse("annotations:upload-detail", args=[upload.pk])
    assert 'hx-trigger="every 2s"' in editor_client.get(page).content.decode()

    list(reading.read_item(item_id=upload.items.get().pk))
    assert 'hx-trigger="every 2s"' in editor_client.get(page).content.decode()
    annotate_all(upload)

    last = editor_client.get(page, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' not in last.content.decode()
    assert "The upload is through: 1 of 1 done." in last.headers["HX-Trigger-After-Settle"]


def test_the_rows_say_that_a_worker_is_missing(editor_client: Client) -> None:
    send(editor_client, text=TEXT)
    page = reverse("annotations:upload-detail", args=[Upload.objects.get().pk])
    assert "Waiting for a worker" in editor_client.get(page).content.decode()

    workers.say_alive(name="here:1")

    assert "Waiting for a worker" not in editor_client.get(page).content.decode()


def test_a_refusal_is_shown_escaped(editor_client: Client) -> None:
    send(editor_client, text=TEXT)
    UploadItem.objects.update(state=UploadState.REFUSED, name="<b>.txt", message="No <script>.")

    page = editor_client.get(f"/uploads/{Upload.objects.get().pk}").content.decode()

    assert "&lt;b&gt;.txt" in page
    assert "No &lt;script&gt;." in page


@pytest.fixture
def table(editor_client: Client) -> UploadItem:
    send(editor_client, ("t.csv", b"Headline,Body\nOne,Words\n"))
    item = UploadItem.objects.get()
    item.state = UploadState.MAPPING.value
    item.columns = {
        "columns": ["Headline", "Body"],
        "mapping": {"text": "Body"},
        "sample": [["One", "Words"]],
        "row_count": 1,
    }
    item.save()
    Upload.objects.update(items_open=0, items_asking=1)
    return item


def test_a_table_s_mapping_is_shown_and_confirmed(editor_client: Client, table: UploadItem) -> None:
    page = editor_client.get(f"/uploads/{table.upload_id}").content.decode()
    assert '<option value="Body" selected>Body</option>' in page

    editor_client.post(f"/upload-items/{table.pk}/mapping", {"text": "Body", "title": "Headline"})

    table.refresh_from_db()
    assert (table.state, table.columns["mapping"]) == ("waiting", {"text": "Body", "title": "Headline"})


@pytest.mark.parametrize("fields", [{}, {"text": "Price"}, {"text": "Body", "title": "Price"}])
def test_a_mapping_to_no_column_of_the_table_is_refused(
    editor_client: Client, table: UploadItem, fields: dict[str, str]
) -> None:
    response = editor_client.post(f"/upload-items/{table.pk}/mapping", fields)

    assert response.status_code == 422
    table.refresh_from_db()
    assert table.state == UploadState.MAPPING
