"""Several articles in a row in a browser: no page load between them, nothing lost, and the way back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from annotations.choices import ClaimState, Role
from annotations.domain import review
from annotations.models import Article, ArticleSet, Presence
from tests.builders import make_article, make_claim, make_set, make_speaker, make_user
from tests.e2e.reviewing import HeldBack

pytestmark = pytest.mark.django_db(transaction=True)

LOADED = "window.loadedAs = window.loadedAs || location.pathname"


@pytest.fixture
def three(db: None) -> list[Article]:
    """Articles with three, two and one undecided claims; the queue goes through them in that order."""
    ana = make_speaker("Ana Lindqvist")
    articles = [make_article(title=title) for title in ("Bridge", "Ferry", "Tunnel")]
    for article, count in zip(articles, (3, 2, 1), strict=True):
        for number in range(count):
            make_claim(article=article, content=((number * 8, number * 8 + 7),), speaker=ana, confidence=0.5)
    return articles


@pytest.fixture
def crossings(three: list[Article]) -> ArticleSet:
    return make_set("Crossings", articles=tuple(three))


@pytest.fixture
def page(open_desk: Callable[..., Page], crossings: ArticleSet) -> Page:
    page = open_desk(role=Role.EDITOR, username="edith", path=f"/queue?set={crossings.pk}&queue=most-left")
    page.evaluate(LOADED)
    return page


def shows(page: Page, article: Article) -> None:
    """Wait until the article is shown, with the first of its claims that is to be reviewed in hand."""
    expect(page.locator("h1")).to_have_text(article.title)
    expect(page.locator(".claim-card.is-current")).to_be_focused()
    expect(page).to_have_url(re.compile(rf"/articles/{article.pk}/review\?"))


def was_not_loaded_anew(page: Page, since: Article) -> None:
    assert page.evaluate("window.loadedAs") == since.get_absolute_url()


def decided(article: Article) -> list[str]:
    return [claim.state for claim in article.claims.in_text_order()]


def test_a_set_is_reviewed_from_end_to_end_without_a_page_load_and_without_a_mouse(
    page: Page, three: list[Article], crossings: ArticleSet, axe: Callable[[Page], None]
) -> None:
    for article in three:
        shows(page, article)
        for left in range(article.claims.count() - 1, -1, -1):
            page.keyboard.press("a")
            if left:
                expect(page.locator(".claim-card.is-current[data-state=suggested]")).to_be_focused()
        expect(page.locator("#go-on")).to_be_focused()
        expect(page.locator("#saved")).to_have_text("All saved")
        was_not_loaded_anew(page, three[0])
        if article == three[-1]:
            expect(page.locator("#go-on")).to_contain_text("No other article has work left.")
        page.keyboard.press("]" if article == three[0] else "Enter")

    expect(page.locator("h1")).to_have_text("No work is left")
    expect(page.locator("#export-set")).to_have_attribute("href", f"/export?set={crossings.pk}")
    axe(page)
    assert [decided(article) for article in three] == [
        [ClaimState.ACCEPTED] * 3,
        [ClaimState.ACCEPTED] * 2,
        [ClaimState.ACCEPTED],
    ]


def test_back_and_forth_by_key_and_by_the_browser(page: Page, three: list[Article]) -> None:
    shows(page, three[0])
    page.keyboard.press("]")
    shows(page, three[1])
    page.keyboard.press("]")
    shows(page, three[2])

    page.keyboard.press("[")
    shows(page, three[1])
    page.keyboard.press("[")
    shows(page, three[0])
    page.go_back()
    shows(page, three[1])
    page.go_forward()
    shows(page, three[0])
    was_not_loaded_anew(page, three[0])
    page.reload()
    shows(page, three[0])


def test_the_keys_work_in_an_article_that_was_swapped_in(page: Page, three: list[Article]) -> None:
    page.keyboard.press("]")
    shows(page, three[1])

    page.keyboard.press("x")
    expect(page.locator("#progress")).to_contain_text("1 of 2 claims left")
    page.keyboard.press("z")
    expect(page.locator("#progress")).to_contain_text("2 of 2 claims left")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_the_next_article_is_fetched_while_the_last_claims_are_reviewed_and_nobody_is_there_yet(
    page: Page, three: list[Article]
) -> None:
    shows(page, three[0])
    with page.expect_response(lambda response: f"/articles/{three[1].pk}/review" in response.url) as ahead:
        page.keyboard.press("a")
    ahead.value.finished()
    assert not Presence.objects.filter(article=three[1]).exists()

    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    with page.expect_response(lambda response: f"/articles/{three[1].pk}/review" in response.url) as checked:
        page.keyboard.press("]")
    shows(page, three[1])

    assert checked.value.status == 304
    assert Presence.objects.filter(article=three[1]).exists()
    assert not [request.url for request in asked if request.is_navigation_request()]


def test_an_article_that_changed_after_it_was_fetched_is_shown_as_it_is_now(
    page: Page, three: list[Article]
) -> None:
    shows(page, three[0])
    with page.expect_response(lambda response: f"/articles/{three[1].pk}/review" in response.url) as ahead:
        page.keyboard.press("a")
    ahead.value.finished()
    claim = three[1].claims.in_text_order()[0]
    review.reject_claim(claim=claim, by=make_user(), version=1)

    page.keyboard.press("]")

    shows(page, three[1])
    expect(page.locator(f"#claim-card-{claim.pk}")).to_have_attribute("data-state", "rejected")
    expect(page.locator("#progress")).to_contain_text("1 of 2 claims left")


def test_steps_of_the_last_article_are_saved_behind_the_next_one(page: Page, three: list[Article]) -> None:
    shows(page, three[0])
    held = HeldBack(page, "**/claims/*/accept")
    for _ in range(3):
        page.keyboard.press("a")
    expect(page.locator("#go-on")).to_be_focused()
    page.keyboard.press("]")
    shows(page, three[1])
    expect(page.locator("#saved")).to_have_text("Saving …")

    held.release()

    expect(page.locator("#saved")).to_have_text("All saved")
    assert decided(three[0]) == [ClaimState.ACCEPTED] * 3
    expect(page.locator("#progress")).to_contain_text("2 of 2 claims left")
    shows(page, three[1])


def test_without_an_answer_the_article_stays_and_the_page_says_so(
    page: Page, three: list[Article], complaints: Callable[..., None]
) -> None:
    complaints.allow("ERR_FAILED|Failed to load resource")
    shows(page, three[0])
    page.route(f"**/articles/{three[1].pk}/review**", lambda route: route.abort())

    page.keyboard.press("]")

    expect(page.locator("#status")).to_contain_text("still the same article")
    shows(page, three[0])
