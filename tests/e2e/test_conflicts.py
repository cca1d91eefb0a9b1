"""A step that came too late: both states are shown, either can be taken, and nothing else waits for it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import Role
from annotations.domain import review
from annotations.models import Article, Revision
from tests.builders import make_user
from tests.e2e.reviewing import HeldBack, all_saved, claims, in_hand, make_tolls, said, shows, states

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def article(db: None) -> Article:
    return make_tolls()


@pytest.fixture
def page(open_desk: Callable[..., Page], article: Article) -> Page:
    page = open_desk(role=Role.EDITOR, username="edith", path=article.get_absolute_url())
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def meet_conflict(page: Page, article: Article) -> None:
    """Accept the first claim, which a colleague has rejected meanwhile, and go back to it."""
    first, second, _ = claims(article)
    review.reject_claim(claim=first, by=make_user(username="bo"), version=1)
    page.keyboard.press("a")
    in_hand(page, second)
    shows(page, "1 conflict")
    page.keyboard.press("k")
    in_hand(page, first)


def test_a_stale_step_shows_both_states_and_mine_can_be_taken(page: Page, article: Article) -> None:
    first, second, third = claims(article)
    review.reject_claim(claim=first, by=make_user(username="bo"), version=1)

    page.keyboard.press("a")

    said(page, "Not saved: bo changed claim 1 since you saw it.")
    in_hand(page, second)
    shows(page, "1 conflict")
    conflict = page.locator(f"#claim-card-{first.pk} .conflict")
    expect(conflict).to_contain_text("Accepted, as you saw it")
    expect(conflict).to_contain_text("Rejected, direct, Ana Lindqvist by bo")
    page.keyboard.press("x")
    page.keyboard.press("x")
    expect(page.locator(f"#claim-card-{third.pk}")).to_contain_text("Rejected")
    page.keyboard.press("n")
    in_hand(page, first)
    page.keyboard.press("m")
    all_saved(page)
    assert states(article) == ["accepted", "rejected", "rejected"]


def test_theirs_can_be_kept_and_the_focus_goes_on(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    meet_conflict(page, article)

    page.keyboard.press("t")

    said(page, "Theirs is kept.")
    all_saved(page)
    in_hand(page, second)
    expect(page.locator(f"#claim-card-{first.pk} .conflict")).to_have_count(0)
    expect(page.locator(f"#accept-{first.pk}")).to_be_visible()
    page.reload()
    all_saved(page)
    assert states(article) == ["rejected", "suggested", "suggested"]


def test_steps_go_on_after_theirs_was_kept(page: Page, article: Article) -> None:
    _, second, _ = claims(article)
    meet_conflict(page, article)
    page.keyboard.press("t")
    in_hand(page, second)

    page.keyboard.press("a")

    all_saved(page)
    assert states(article) == ["rejected", "accepted", "suggested"]


def test_an_undo_that_waits_behind_a_conflict_goes_with_it_where_theirs_is_kept(
    page: Page, article: Article
) -> None:
    first, _, third = claims(article)
    page.keyboard.press("j")
    page.keyboard.press("x")
    all_saved(page)
    review.reject_claim(claim=first, by=make_user(username="bo"), version=1)
    held = HeldBack(page, f"**/claims/{first.pk}/accept")
    page.locator(f"#accept-{first.pk}").click()
    in_hand(page, third)
    page.keyboard.press("z")
    shows(page, "Saving …")
    expect(page.locator(f"#claim-card-{first.pk}.is-saving")).to_be_visible()
    held.release()
    shows(page, "Saving … · 1 conflict")

    page.locator(f"#theirs-{first.pk}").click()

    said(page, "Theirs is kept.")
    all_saved(page)
    in_hand(page, third)
    assert states(article) == ["rejected", "rejected", "suggested"]
    assert not Revision.objects.filter(verb="undo").exists()


def test_a_conflict_survives_a_reload(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    review.reject_claim(claim=first, by=make_user(username="bo"), version=1)
    page.keyboard.press("a")
    shows(page, "1 conflict")

    page.reload()

    shows(page, "1 conflict")
    page.locator(f"#mine-{first.pk}").click()
    all_saved(page)
    assert states(article)[0] == "accepted"


def test_a_claim_deleted_meanwhile_can_be_brought_back(page: Page, article: Article) -> None:
    bo = make_user(username="bo")
    added = review.add_claim(article=article, content=[(2, 8)], by=bo)
    page.goto(f"{page.url.partition('?')[0]}?claim={added.pk}")
    in_hand(page, added)
    review.delete_claim(claim=added, by=bo, version=1)

    page.keyboard.press("x")

    said(page, "Not saved: bo deleted this claim since you saw it.")
    shows(page, "1 conflict")
    page.locator(f"#mine-{added.pk}").click()
    said(page, "Claim added.")
    all_saved(page)
    assert article.claims.filter(origin="editor").count() == 1


def test_a_second_window_of_one_person_overwrites_nothing_silently(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    other = page.context.new_page()
    other.goto(page.url)
    in_hand(other, first)
    page.keyboard.press("a")
    all_saved(page)

    other.keyboard.press("x")

    said(other, "you yourself, elsewhere,")
    shows(other, "1 conflict")
    assert states(article)[0] == "accepted"
