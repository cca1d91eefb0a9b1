"""Without JavaScript the review page is forms and links: accept, reject and speaker work."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.choices import Role
from annotations.domain import review
from annotations.models import Article
from tests.builders import make_article, make_claim, make_set, make_speaker, make_user

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "“Tolls stay,” said Ana Lindqvist.\n\n“They go,” Bo Ek said."


@pytest.fixture
def article(db: None) -> Article:
    article = make_article(text=TEXT)
    make_claim(article=article, content=((0, 13),), speaker=make_speaker("Ana Lindqvist"))
    make_claim(article=article, content=((35, 45),), speaker=make_speaker("Bo Ek"))
    return article


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, article: Article) -> Iterator[Page]:
    client = Client()
    client.force_login(make_user(role=Role.ANNOTATOR))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + article.get_absolute_url())
    yield page
    context.close()


def test_accept_reject_speaker_and_undo_work(page: Page, article: Article) -> None:
    first, second = article.claims.in_text_order()

    page.locator(f"#accept-{first.pk}").click()
    expect(page).to_have_url(re.compile(rf"claim={second.pk}#claim-card-{second.pk}"))
    page.locator(f"#reject-{second.pk}").click()
    page.locator(f"#claim-card-{second.pk} .speaker-chip", has_text="Ana Lindqvist").click()
    page.locator(f"#speaker-name-{first.pk}").fill("Cleo Ros")
    page.locator(f"#give-{first.pk}").click()
    expect(page.locator(f"#claim-card-{first.pk} .claim-speaker")).to_contain_text("Cleo Ros")

    decided = article.claims.in_text_order()
    assert [(claim.state, str(claim.speaker)) for claim in decided] == [
        ("corrected", "Cleo Ros"),
        ("corrected", "Ana Lindqvist"),
    ]
    page.locator("#undo").click()
    assert str(article.claims.in_text_order()[0].speaker) == "Ana Lindqvist"


def test_the_way_through_a_set_outlasts_every_form(
    page: Page, article: Article, live_server: LiveServer
) -> None:
    first, second = article.claims.in_text_order()
    crossings = make_set("Crossings", articles=(article, make_article(title="Ferry")))
    page.goto(f"{live_server.url}{article.get_absolute_url()}?set={crossings.pk}&queue=oldest")
    on_the_way = re.compile(rf"/articles/{article.pk}/review\?set={crossings.pk}&queue=oldest\b")

    page.locator(f"#accept-{first.pk}").click()
    expect(page).to_have_url(on_the_way)
    page.locator("#undo").click()
    expect(page).to_have_url(on_the_way)
    review.accept_claim(claim=second, by=make_user(), version=1)
    page.locator(f"#reject-{second.pk}").click()
    page.locator("#take-mine").click()
    expect(page).to_have_url(on_the_way)
    page.locator(f"#accept-{first.pk}").click()
    page.locator("#mark-reviewed").click()

    expect(page).to_have_url(on_the_way)
    expect(page.locator("#next-article")).to_have_text(re.compile("What was done"))
    assert [claim.state for claim in article.claims.in_text_order()] == ["accepted", "rejected"]


def test_an_old_form_changes_nothing_and_says_so(page: Page, article: Article) -> None:
    first, *_ = article.claims.in_text_order()
    review.accept_claim(claim=first, by=make_user(), version=1)

    page.locator(f"#reject-{first.pk}").click()

    expect(page.locator("h1")).to_have_text("Not saved")
    first.refresh_from_db()
    assert (first.state, first.version) == ("accepted", 2)
