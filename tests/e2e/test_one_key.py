"""The common path: the focus goes on at the key press, and names come at the second letter."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import Role
from annotations.domain import review
from annotations.models import Article
from tests.builders import make_mention, make_speaker, make_user
from tests.e2e.reviewing import TEXT, HeldBack, all_saved, claims, in_hand, make_tolls

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def article(db: None) -> Article:
    article = make_tolls()
    for number, name in enumerate(
        ("Dag Ås", "Eva Lo", "Fia Mu", "Gus Nu", "Han Xi", "Ida Pi", "Jon Ro", "Kim Vu")
    ):
        make_mention(
            article=article, start=TEXT.index("Support") + number, end=len(TEXT), speaker=make_speaker(name)
        )
    make_mention(article=article, start=len(TEXT) - 2, end=len(TEXT), speaker=make_speaker("Örjan Zell"))
    return article


@pytest.fixture
def page(open_desk: Callable[..., Page], article: Article) -> Page:
    return open_desk(role=Role.EDITOR, username="edith", path=article.get_absolute_url())


def ask_for(page: Page, letters: str) -> HeldBack:
    """Type into the speaker box of the claim in hand, and hold back the names that it asks for."""
    held = HeldBack(page, "**/speaker-options*")
    page.keyboard.press("s")
    with page.expect_request(f"**/speaker-options?name={letters}"):
        page.keyboard.type(letters)
    return held


def test_the_focus_goes_on_before_the_server_answers(page: Page, article: Article) -> None:
    first, second, third = claims(article)
    held = HeldBack(page, "**/claims/**")

    page.keyboard.press("a")
    in_hand(page, second)
    page.keyboard.press("x")
    in_hand(page, third)

    expect(page.locator(f"#claim-card-{first.pk}.is-saving")).to_be_visible()
    held.release()
    expect(page.locator(f"#claim-card-{first.pk}")).to_contain_text("Accepted")
    in_hand(page, third)


def test_a_speaker_beyond_the_chips_takes_four_keys(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    expect(page.locator(f"#claim-card-{first.pk} .speaker-chip", has_text="Örjan Zell")).to_have_count(0)

    for key in ("s", "z", "e", "Enter"):
        page.keyboard.press(key)

    in_hand(page, second)
    all_saved(page)
    assert str(claims(article)[0].speaker) == "Örjan Zell"


def test_arrows_pressed_before_the_first_has_moved_the_focus_count_each(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    page.keyboard.press("s")
    page.keyboard.type("a")
    options = page.locator(f"#claim-card-{first.pk} .speaker-options button:visible")
    expect(options.nth(1)).to_have_text("Dag Ås")

    page.evaluate(
        """() => {
          for (let times = 0; times < 2; times += 1) {
            const init = { key: "ArrowDown", bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", init));
          }
        }"""
    )

    expect(options.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    in_hand(page, second)
    all_saved(page)
    assert str(claims(article)[0].speaker) == "Dag Ås"


def test_names_from_the_server_leave_the_focus_on_the_one_that_was_gone_to(
    page: Page, article: Article
) -> None:
    first, second, _ = claims(article)
    held = ask_for(page, "a")
    options = page.locator(f"#claim-card-{first.pk} .speaker-options")
    expect(options.get_by_role("button", name="Dag Ås")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(options.get_by_role("button", name="Dag Ås")).to_be_focused()

    held.release()

    expect(options).to_have_attribute("data-typed", "a")
    expect(options.get_by_role("button", name="Dag Ås")).to_be_focused()
    page.keyboard.press("Enter")
    in_hand(page, second)
    all_saved(page)
    assert str(claims(article)[0].speaker) == "Dag Ås"


def test_same_as_before_means_the_claim_before_as_decided_just_now(page: Page, article: Article) -> None:
    first, _, third = claims(article)
    page.locator(f"#claim-card-{first.pk}").focus()
    for key in ("s", "z", "e", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(f"#same-{claims(article)[1].pk}")).to_have_attribute(
        "aria-label", "Same speaker as the claim before: Örjan Zell"
    )

    page.keyboard.press(".")

    in_hand(page, third)
    all_saved(page)
    assert [str(claim.speaker) for claim in claims(article)] == ["Örjan Zell", "Örjan Zell", "Bo Ek"]


def test_an_answer_takes_away_nothing_that_is_being_typed(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    held = HeldBack(page, "**/claims/*/kind")
    with page.expect_request("**/claims/*/kind"):
        page.keyboard.press("i")
    page.keyboard.press("s")
    page.keyboard.type("zel")

    held.release()

    all_saved(page)
    expect(page.locator(f"#speaker-name-{first.pk}")).to_have_value("zel")
    expect(page.locator(f"#speaker-name-{first.pk}")).to_be_focused()


def test_keys_pressed_while_a_name_is_on_its_way_are_meant_for_what_comes_after(
    page: Page, article: Article
) -> None:
    first, second, third = claims(article)
    held = ask_for(page, "zzz")
    with page.expect_request("**/speaker-options?name=zzz"):
        page.keyboard.press("Enter")

    page.keyboard.press("a")
    page.keyboard.press("x")

    held.release()
    all_saved(page)
    expect(page.locator(f"#claim-card-{first.pk}")).to_contain_text("zzz")
    expect(page.locator(f"#claim-card-{third.pk}")).to_contain_text("Rejected")
    assert [claim.state for claim in claims(article)] == ["corrected", "accepted", "rejected"]
    assert claims(article)[1].pk == second.pk


def test_escape_ends_the_wait_for_a_name(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    held = ask_for(page, "zzz")
    with page.expect_request("**/speaker-options?name=zzz"):
        page.keyboard.press("Enter")

    page.keyboard.press("Escape")

    page.keyboard.press("Escape")
    in_hand(page, first)
    held.release()
    assert claims(article)[0].state == "suggested"


def test_the_caret_opens_after_the_last_claim_was_given_through_the_speaker_box(
    page: Page, article: Article
) -> None:
    *others, third = claims(article)
    for claim in others:
        review.accept_claim(claim=claim, by=make_user(), version=1)
    page.goto(f"{page.url.partition('?')[0]}?claim={third.pk}")
    in_hand(page, third)
    for key in ("s", "c", "l", "e", "Enter", "v"):
        page.keyboard.press(key)

    expect(page.locator(".caret")).to_be_attached()
    all_saved(page)
    assert str(claims(article)[2].speaker) == "Cleo Ros"
    page.keyboard.press("Escape")
    in_hand(page, third)
