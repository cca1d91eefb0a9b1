"""A long article at the keyboard: cards and controls are there before somebody gets to them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import ClaimState, Role
from annotations.models import Article, Claim
from tests.builders import make_article, make_claim
from tests.e2e.conftest import Complaints
from tests.e2e.reviewing import HeldBack, all_saved, claims, in_hand, said

pytestmark = pytest.mark.django_db(transaction=True)

LINE = "“Tolls stay,” said Ana Lindqvist.\n"
COUNT = 90


@pytest.fixture
def article(db: None) -> Article:
    """An article with a claim on each of its 90 lines."""
    article = make_article(text=LINE * COUNT, title="Tolls")
    for number in range(COUNT):
        start = number * len(LINE)
        make_claim(article=article, content=((start, start + 13),))
    return article


@pytest.fixture
def page(open_desk: Callable[..., Page], article: Article) -> Page:
    return open_desk(role=Role.EDITOR, username="edith", path=article.get_absolute_url())


def card(claim: Claim) -> str:
    return f"#claim-card-{claim.pk}"


def held_back(page: Page, query: str) -> HeldBack:
    """Hold back the requests for cards whose address says `query`."""
    return HeldBack(page, lambda address: f"/cards?{query}" in address)


def focus(page: Page, claim: Claim) -> None:
    page.evaluate(f"document.querySelector('{card(claim)}').focus({{ preventScroll: true }})")


def test_each_card_has_its_controls_once_the_page_has_stood_idle(page: Page, article: Article) -> None:
    everyone = claims(article)
    assert page.locator(f"#accept-{everyone[10].pk}").count() == 0

    expect(page.locator(f"#accept-{everyone[10].pk}")).to_be_attached()

    expect(page.locator("[data-bare]")).to_have_count(0)
    in_hand(page, everyone[0])


def test_keys_wait_for_the_controls_that_they_press(page: Page, article: Article) -> None:
    everyone = claims(article)
    held = held_back(page, "claims=")
    for _ in range(3):
        page.keyboard.press("j")
    in_hand(page, everyone[3])

    page.keyboard.press("x")
    page.keyboard.press("a")
    page.wait_for_timeout(100)
    in_hand(page, everyone[3])
    held.release()

    in_hand(page, everyone[5])
    all_saved(page)
    assert [claim.state for claim in claims(article)[2:6]] == [
        "suggested",
        "rejected",
        "accepted",
        "suggested",
    ]


def test_where_no_controls_come_the_page_says_so_and_the_key_is_not_taken_for_another(
    page: Page, article: Article, complaints: Complaints
) -> None:
    complaints.allow("Failed to load resource")
    everyone = claims(article)
    page.route(lambda address: "/cards?claims=" in address, lambda route: route.abort())
    for key in ("j", "j", "j", "x"):
        page.keyboard.press(key)
    said(page, "A part of this page can't be fetched")
    page.unroute_all()

    page.keyboard.press("j")
    page.keyboard.press("a")

    in_hand(page, everyone[5])
    all_saved(page)
    assert [claim.state for claim in claims(article)[3:5]] == ["suggested", "accepted"]


def test_the_next_cards_come_before_somebody_gets_to_the_last(page: Page, article: Article) -> None:
    everyone = claims(article)
    page.keyboard.press("a")
    all_saved(page)
    assert page.locator(card(everyone[20])).count() == 0

    focus(page, everyone[13])

    expect(page.locator(card(everyone[20]))).to_be_attached()
    expect(page.locator(f"#accept-{everyone[39].pk}")).to_be_attached()
    in_hand(page, everyone[13])


def test_a_decision_on_the_last_card_goes_on_with_those_on_their_way(page: Page, article: Article) -> None:
    everyone = claims(article)
    expect(page.locator("[data-bare]")).to_have_count(0)
    held = held_back(page, "from=")
    focus(page, everyone[19])

    for _ in range(2):
        page.keyboard.press("a")
    held.release()

    in_hand(page, everyone[21])
    all_saved(page)
    assert [claim.state for claim in claims(article)[18:22]] == [
        "suggested",
        "accepted",
        "accepted",
        "suggested",
    ]
    assert page.locator(card(everyone[0])).count() == 1


def test_the_page_holds_few_cards_and_goes_back_to_what_is_left_undecided(
    page: Page, article: Article
) -> None:
    everyone = claims(article)
    Claim.objects.filter(pk__in=[claim.pk for claim in everyone[30:]]).update(state=ClaimState.ACCEPTED.value)
    expect(page.locator("[data-bare]")).to_have_count(0)
    for edge in (19, 39, 59, 79):
        focus(page, everyone[edge])
        expect(page.locator(card(everyone[min(edge + 20, COUNT - 1)]))).to_be_attached()

    assert page.locator(".claim-card").count() == 60
    page.keyboard.press("n")

    in_hand(page, everyone[0])
    page.keyboard.press("k")
    in_hand(page, everyone[0])


def test_the_way_back_leads_through_the_cards_that_made_room(page: Page, article: Article) -> None:
    everyone = claims(article)
    expect(page.locator("[data-bare]")).to_have_count(0)
    for edge in (19, 39, 59):
        focus(page, everyone[edge])
        expect(page.locator(card(everyone[edge + 20]))).to_be_attached()
    expect(page.locator(card(everyone[0]))).to_have_count(0)
    first = page.locator(".claim-card").first.get_attribute("data-number")
    focus(page, everyone[int(first or 0) - 1])

    page.keyboard.press("k")

    in_hand(page, everyone[int(first or 0) - 2])
