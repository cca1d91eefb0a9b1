"""A second factor from the account page to the next log-in, with mouse, keyboard and a picture."""

from collections.abc import Callable

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.choices import Role

pytestmark = pytest.mark.django_db(transaction=True)


def code(*, later: int = 0) -> str:
    """Return what the one app there is shows now, or that many codes later."""
    return f"{totp(TOTPDevice.objects.get().bin_key, drift=later):06d}"


def test_a_second_factor_is_turned_on_and_asked_for(
    open_desk: Callable[..., Page],
    context: BrowserContext,
    live_server: LiveServer,
    axe: Callable[[Page], None],
) -> None:
    page = open_desk(role=Role.ANNOTATOR, username="edith", path="/account")
    page.get_by_role("link", name="Turn it on").click()
    page.get_by_role("button", name="Set up an app").click()
    picture = page.get_by_role("img", name="QR code")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 100
    axe(page)

    page.get_by_label("Your password").fill("correct horse")
    page.get_by_label("Code", exact=True).fill(code())
    page.get_by_role("button", name="Turn it on").click()
    recovery = page.locator("#recovery-codes code")
    expect(recovery).to_have_count(10)
    axe(page)
    spare = recovery.first.inner_text()

    for given in (code(later=1), spare):
        context.clear_cookies()
        page.goto(live_server.url + "/account")
        page.get_by_label("Username").fill("edith")
        page.get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
        axe(page)
        page.get_by_label("Code", exact=True).fill(given)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Account")

    expect(page.get_by_text("9 recovery codes are left")).to_be_visible()
