"""Getting in: the first account, an invitation, and the pages about people."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.choices import Role
from annotations.domain.people import first_account_token
from annotations.models import User
from tests.builders import make_user

Axe = Callable[[Page], None]
OpenDesk = Callable[..., Page]


def test_the_printed_link_makes_an_account_that_is_logged_in(
    page: Page, live_server: LiveServer, axe: Axe
) -> None:
    page.goto(live_server.url + reverse("annotations:first-account", args=[first_account_token()]))
    axe(page)
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Name", exact=True).fill("Ada Quill")
    page.get_by_label("Password", exact=True).fill("plum tart in autumn")
    page.get_by_label("The same password again").fill("plum tart in autumn")
    page.get_by_role("button", name="Create the account").click()

    expect(page.get_by_text("Ada Quill")).to_be_visible()
    assert list(User.objects.values_list("username", "role")) == [("ada", "admin")]


def test_logging_in_goes_on_to_the_page_that_was_asked_for(
    page: Page, live_server: LiveServer, axe: Axe
) -> None:
    make_user(username="edith", role=Role.EDITOR)

    page.goto(live_server.url + reverse("annotations:account"))
    axe(page)
    page.get_by_label("Username").fill("edith")
    page.get_by_label("Password").fill("wrong horse")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Account")
    axe(page)


def test_an_invited_person_chooses_a_password_through_the_link(
    open_desk: OpenDesk, context: BrowserContext, axe: Axe
) -> None:
    page = open_desk(role=Role.ADMIN, username="ada", path=reverse("annotations:people"))
    axe(page)
    page.get_by_label("Username").fill("bo")
    page.get_by_label("Role", exact=True).select_option("viewer")
    page.get_by_role("button", name="Make an invitation link").click()
    axe(page)
    link = page.get_by_label("Link", exact=True).input_value()

    context.clear_cookies()
    page.goto(link)
    axe(page)
    page.get_by_label("Password", exact=True).fill("plum tart in autumn")
    page.get_by_label("The same password again").fill("plum tart in autumn")
    page.get_by_role("button", name="Save and log in").click()

    expect(page.locator(".user-menu summary")).to_have_text("bo")
    assert User.objects.get(username="bo").role == "viewer"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_people_page_fits_the_window_in_light_and_dark(
    open_desk: OpenDesk, axe: Axe, width: int, scheme: str
) -> None:
    make_user(username="a-person-with-a-rather-long-username")
    page = open_desk(role=Role.ADMIN, path=reverse("annotations:people"))

    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)
