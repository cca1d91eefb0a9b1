"""Cases of docs/contributors/complaints.md that need a browser and that no other test shows."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import Role
from annotations.models import Article, Claim
from tests.builders import make_article, make_claim
from tests.e2e.reviewing import TEXT, all_saved, claims, in_hand, make_tolls, said, states

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def article(db: None) -> Article:
    return make_tolls()


@pytest.fixture
def page(open_desk: Callable[..., Page], article: Article) -> Page:
    return open_desk(role=Role.EDITOR, username="edith", path=article.get_absolute_url())


def test_claims_ten_deep_are_picked_one_after_the_other(open_desk: Callable[..., Page]) -> None:
    article = make_article(text=TEXT)
    inside = TEXT.index("that")
    ten = [
        make_claim(article=article, content=((inside - 10 + depth, inside + 12 - depth),))
        for depth in range(10)
    ]
    page = open_desk(role=Role.EDITOR, path=article.get_absolute_url())
    deepest = page.locator(f'mark[data-claims~="{ten[-1].pk}"]')
    expect(deepest).to_have_count(1)

    picked = []
    for _ in ten:
        deepest.click()
        expect(page.locator(".claim-card.is-current")).to_be_focused()
        picked.append(int(page.locator(".claim-card.is-current").get_attribute("data-claim") or 0))

    assert sorted(picked) == [claim.pk for claim in ten]
    assert "".join(page.locator("p.text").all_text_contents()).count("that “nothing” was decided") == 1


def test_going_from_field_to_field_changes_no_claim(page: Page, article: Article) -> None:
    first, second, third = claims(article)
    page.locator(f"#claim-card-{second.pk}").click()
    page.locator(f"#speaker-name-{second.pk}").fill("Somebody")
    page.locator(f"#claim-card-{third.pk}").click()
    page.locator(f"#claim-card-{third.pk} summary").click()
    page.locator(f"#note-{third.pk}").fill("Half a note")
    page.locator(f"#claim-card-{first.pk}").click()
    in_hand(page, first)

    page.keyboard.press("a")
    all_saved(page)

    assert states(article) == ["accepted", "suggested", "suggested"]
    assert list(Claim.objects.in_text_order().values_list("version", "note")) == [(2, ""), (1, ""), (1, "")]
    expect(page.locator(f"#speaker-name-{second.pk}")).to_have_value("Somebody")


def test_the_claim_in_hand_shows_its_keys(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    card = page.locator(f"#claim-card-{first.pk}")

    keys = card.locator("kbd:visible").all_text_contents()

    assert [key for key in ("a", "x", "1", "2", "d", "m", "i", "s") if key not in keys] == []
    for hint in ("#undo", "#redo", "#show-keys", "#next-article", "#open-caret"):
        expect(page.locator(f"{hint} kbd")).to_be_visible()


def test_the_keys_that_undo_everywhere_undo_here(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    page.keyboard.press("a")
    in_hand(page, second)
    all_saved(page)

    page.keyboard.press("Control+z")
    said(page, "Undone: accept.")
    in_hand(page, first)
    assert states(article)[0] == "suggested"
    page.keyboard.press("Control+y")
    said(page, "Done again: accept.")
    assert states(article)[0] == "accepted"

    page.keyboard.press("s")
    page.keyboard.type("An")
    page.keyboard.press("Control+z")
    all_saved(page)
    assert states(article)[0] == "accepted", "in a text field it takes back what was typed"
