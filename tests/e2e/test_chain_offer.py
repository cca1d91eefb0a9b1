"""Answering a pronoun once: the offer in the page, its keys, and where the focus stays meanwhile."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import Role
from annotations.domain import review
from annotations.models import Article, Revision, Speaker
from tests.builders import make_article, make_claim, make_mention, make_speaker, make_user

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Donald Trump met Keir Starmer.\n\n“A,” he said.\n\n“B,” he said.\n\n“C,” she said.\n\n“D,” he said."


@pytest.fixture
def article(db: None) -> Article:
    article = make_article(text=TEXT, title="A visit")
    trump, starmer = make_speaker("Donald Trump"), make_speaker("Keir Starmer")
    for speaker in (trump, starmer):
        at = TEXT.index(speaker.name)
        make_mention(article=article, start=at, end=at + len(speaker.name), speaker=speaker)
    for letter in "ABCD":
        start = TEXT.index(f"“{letter},”")
        source = (start + 5, start + 5 + (3 if letter == "C" else 2))
        make_claim(article=article, content=((start, start + 4),), source=(source,), speaker=trump)
    return article


@pytest.fixture
def review_page(article: Article, open_desk: Callable[..., Page]) -> Page:
    page = open_desk(role=Role.ANNOTATOR, path=article.get_absolute_url())
    expect(page.locator(".claim-card.is-current")).to_be_focused()
    return page


def give_to_starmer(page: Page) -> None:
    """Press the digit of Starmer's chip on the claim in hand."""
    chip = page.locator(".claim-card.is-current .speaker-chip", has_text="Keir Starmer")
    page.keyboard.press(chip.get_attribute("data-key") or "")


def speakers_of(article: Article) -> list[str]:
    return list(article.claims.in_text_order().values_list("speaker__name", flat=True))


def card_in_hand(article: Article, page: Page, nth: int) -> None:
    claim = article.claims.in_text_order()[nth]
    expect(page.locator(f"#claim-card-{claim.pk}")).to_be_focused()


def test_one_key_gives_the_offered_claims_and_one_undo_takes_them_back(
    article: Article, review_page: Page
) -> None:
    give_to_starmer(review_page)
    offer = review_page.get_by_role("group", name="2 more claims by “he”: Keir Starmer too?")
    expect(offer.get_by_role("checkbox")).to_have_count(2)
    expect(review_page.get_by_role("status")).to_have_text(
        "Given to Keir Starmer. 3 left. “he” has 2 more: b gives them too."
    )
    card_in_hand(article, review_page, 1)

    review_page.keyboard.press("b")

    expect(offer).to_have_count(0)
    card_in_hand(article, review_page, 2)
    expect(review_page.get_by_role("status")).to_have_text("2 claims given to Keir Starmer. 1 left.")
    assert speakers_of(article) == ["Keir Starmer", "Keir Starmer", "Donald Trump", "Keir Starmer"]
    expect(review_page.locator(".claim-card.is-corrected")).to_have_count(3)

    review_page.keyboard.press("z")

    expect(review_page.locator(".claim-card.is-corrected")).to_have_count(1)
    assert speakers_of(article) == ["Keir Starmer", "Donald Trump", "Donald Trump", "Donald Trump"]


def test_what_is_unticked_is_left_alone(article: Article, review_page: Page) -> None:
    give_to_starmer(review_page)
    review_page.get_by_role("checkbox", name="“D,”").uncheck()

    review_page.keyboard.press("b")

    expect(review_page.locator(".claim-card.is-corrected")).to_have_count(2)
    assert speakers_of(article) == ["Keir Starmer", "Keir Starmer", "Donald Trump", "Donald Trump"]


def test_escape_leaves_the_offer_and_the_focus_stays_with_the_claim_in_hand(
    article: Article, review_page: Page
) -> None:
    give_to_starmer(review_page)
    expect(review_page.locator("#take-chain")).to_be_visible()

    review_page.keyboard.press("Escape")

    expect(review_page.locator("#take-chain")).to_have_count(0)
    card_in_hand(article, review_page, 1)
    assert not Revision.objects.filter(verb="assign chain").exists()


def test_leaving_by_the_button_gives_the_focus_back_to_the_claim_in_hand(
    article: Article, review_page: Page
) -> None:
    give_to_starmer(review_page)

    review_page.get_by_role("button", name="Leave them").click()

    card_in_hand(article, review_page, 1)


def test_the_next_correction_takes_the_place_of_the_offer(article: Article, review_page: Page) -> None:
    make_speaker("Bo Ek")
    give_to_starmer(review_page)
    expect(review_page.locator("#take-chain")).to_be_visible()
    review_page.keyboard.press("n")

    card_in_hand(article, review_page, 2)
    give_to_starmer(review_page)

    expect(review_page.locator("#take-chain")).to_have_count(0)
    assert Speaker.objects.count() == 3


def test_the_offer_is_accessible_and_fits_a_phone(review_page: Page, axe: Callable[[Page], None]) -> None:
    give_to_starmer(review_page)
    expect(review_page.locator("#take-chain")).to_be_visible()
    axe(review_page)

    review_page.set_viewport_size({"width": 390, "height": 800})

    expect(review_page.locator("#take-chain")).to_be_in_viewport()


def test_an_offered_claim_that_a_colleague_decided_meanwhile_shows_both_states_and_mine_can_be_taken(
    article: Article, review_page: Page
) -> None:
    give_to_starmer(review_page)
    expect(review_page.locator("#take-chain")).to_be_visible()
    second = article.claims.in_text_order()[1]
    review.reject_claim(claim=second, by=make_user(), version=1)

    review_page.keyboard.press("b")

    card = review_page.locator(f"#claim-card-{second.pk}")
    expect(card.locator(".conflict")).to_contain_text("Given to Keir Starmer")
    card.focus()
    review_page.keyboard.press("m")
    expect(card.locator(".conflict")).to_have_count(0)
    expect(review_page.locator("#saved")).to_have_text("All saved")
    expect(card).to_have_attribute("data-state", "corrected")
    assert speakers_of(article)[1] == "Keir Starmer"
