"""The review page under a finger, 390 pixels wide: accept, reject and speaker; and its text by keyboard."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.choices import Role
from annotations.models import Article
from tests.builders import make_user
from tests.e2e.reviewing import all_saved, claims, in_hand, make_tolls, said, states

pytestmark = pytest.mark.django_db(transaction=True)

# Pixels: what a finger hits surely, twice what WCAG 2.2 asks for at least.
FINGER = 44
SMALL_FINGER = 36
# Milliseconds: of two taps at one place that follow each other sooner, the second counts for nothing.
DOUBLE_TAP = 400


@pytest.fixture
def article(db: None) -> Article:
    return make_tolls()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, article: Article) -> Iterator[Page]:
    client = Client()
    client.force_login(make_user(role=Role.ANNOTATOR))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = phone.new_page()
    page.goto(live_server.url + article.get_absolute_url())
    yield page
    phone.close()


def tap(target: Locator, size: int = FINGER) -> None:
    """Tap what is in view and large enough for a finger."""
    expect(target).to_be_in_viewport(ratio=1)
    box = target.bounding_box() or {"height": 0.0, "width": 0.0}
    assert min(box["height"], box["width"]) >= size, box
    target.tap()
    target.page.wait_for_timeout(DOUBLE_TAP)


def test_accept_reject_and_speaker_by_touch(page: Page, article: Article) -> None:
    first, second, third = claims(article)
    in_hand(page, first)
    expect(page.locator("button kbd:visible")).to_have_count(0)

    for claim in (first, second):
        expect(page.locator(f"#claim-{claim.pk}-content")).to_be_in_viewport(ratio=1)
        expect(page.locator(f'mark[data-claims~="{claim.pk}"]').first).to_be_in_viewport()
        tap(page.locator(f"#accept-{claim.pk}" if claim == first else f"#reject-{claim.pk}"))
    in_hand(page, third)
    tap(page.locator(f"#claim-card-{third.pk} .speaker-chip", has_text="Ana Lindqvist"), SMALL_FINGER)

    said(page, "All claims of this article are decided.")
    expect(page.locator("#go-on")).to_be_in_viewport()
    all_saved(page)
    assert states(article) == ["accepted", "rejected", "corrected"]
    assert str(claims(article)[2].speaker) == "Ana Lindqvist"
    page.locator("#undo").scroll_into_view_if_needed()
    tap(page.locator("#undo"), SMALL_FINGER)
    in_hand(page, third)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_text_scrolls_by_keyboard_where_it_has_a_window_of_its_own(page: Page, article: Article) -> None:
    page.set_viewport_size({"width": 390, "height": 500})
    text = page.get_by_role("region", name="Article", exact=True)
    assert text.evaluate("(element) => element.scrollHeight > element.clientHeight")

    text.focus()
    expect(text).to_be_focused()
    page.keyboard.press("End")

    expect(page.locator("#paragraph-4")).to_be_in_viewport()
