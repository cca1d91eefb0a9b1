"""The pages for requests that went wrong: each says what to do, in the desk's own frame."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from annotations.choices import Role
from annotations.views import desk
from tests.builders import make_user

pytestmark = pytest.mark.django_db


def assert_is_page(response: HttpResponse, status: int, heading: str) -> str:
    """Check status, heading and frame, and return the page."""
    page = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in page
    assert '<div id="status"' in page
    assert ">Go to the desk</a>" in page
    return page


def test_missing_page_keeps_the_navigation(editor_client: Client) -> None:
    page = assert_is_page(editor_client.get("/nowhere"), 404, "There is nothing at this address")

    assert f'href="{reverse("annotations:article-list")}"' in page


def test_missing_page_shows_a_stranger_no_navigation(client: Client) -> None:
    page = assert_is_page(client.get("/nowhere"), 404, "There is nothing at this address")

    assert reverse("annotations:article-list") not in page


def test_forbidden_page_names_the_role_that_lacks_it(client: Client) -> None:
    client.force_login(make_user(role=Role.VIEWER, username="vic"))

    response = client.get(reverse("annotations:upload"))

    page = assert_is_page(response, 403, "Your role does not allow this")
    assert "You are logged in as vic, viewer." in page


def test_form_without_its_token_is_told_to_reload() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(role=Role.EDITOR))

    response = client.post(reverse("annotations:set-create"), {"name": "Harbour"})

    assert_is_page(response, 403, "This form is too old to be sent")


def test_broken_server_says_what_is_saved_without_asking_the_database(
    editor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(user: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(desk, "article_to_continue", fail)
    editor_client.raise_request_exception = False

    response = editor_client.get(reverse("annotations:desk"))

    page = assert_is_page(response, 500, "Something broke on the server")
    assert "secret detail" not in page
    assert "Traceback" not in page


def test_unknown_host_is_told_about_the_setting(client: Client) -> None:
    response = client.get("/", headers={"host": "elsewhere.example"})

    page = assert_is_page(response, 400, "The server did not understand this request")
    assert "ALLOWED_HOSTS" in page
