"""Annotating again in a browser: what would change is seen, applied, and taken back with a key."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import ClaimState
from annotations.domain import review
from annotations.models import User
from tests.domain.drafts import annotated, draft_with

pytestmark = pytest.mark.django_db(transaction=True)

OLD = draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek"), (3, "Eva Ny")])
NEW = draft_with([(0, "Ana Lindqvist"), (1, "Cleo Ros"), (2, "Dag Ås")], pipeline="rules 2")


def test_from_preview_over_apply_to_undo(
    desk_page: Page, axe: Callable[[Page], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = User.objects.get(username="edith")
    article = annotated(editor, OLD)
    decided = article.claims.in_text_order()[0]
    review.accept_claim(claim=decided, by=editor, version=1)
    waiting: list[Callable[[], Any]] = []
    monkeypatch.setattr(
        "annotations.tasks._hand_over", lambda task, **ids: waiting.append(partial(task.enqueue, **ids))
    )
    monkeypatch.setattr("annotations.domain.annotation.draft_of", lambda text, **hints: NEW)
    page = desk_page
    page.goto(page.url.rstrip("/") + article.get_absolute_url())

    page.get_by_role("link", name="Re-annotate").click()
    page.get_by_role("button", name="Show what would change").click()
    expect(page.locator("#proposal-state")).to_contain_text("Waiting")
    waiting.pop()()  # as a worker does

    expect(page.get_by_role("heading", name="This would change")).to_be_visible()
    expect(page.locator("#count-added")).to_have_text("1")
    expect(page.locator("#count-removed")).to_have_text("1")
    expect(page.locator("#count-kept")).to_have_text("1")
    expect(page.locator("#changed del")).to_have_text("Bo Ek")
    expect(page.locator("#changed ins")).to_have_text("Cleo Ros")
    axe(page)
    assert article.claims.count() == 3

    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="Applied")).to_be_visible()
    page.get_by_role("link", name="Review the article").click()
    cards = page.locator("#claim-list article")
    expect(cards).to_have_count(3)
    expect(cards.nth(1)).to_have_attribute("data-name", "Cleo Ros")
    expect(cards.nth(2)).to_have_attribute("data-name", "Dag Ås")

    page.keyboard.press("z")
    expect(cards.nth(1)).to_have_attribute("data-name", "Bo Ek")
    expect(cards.nth(2)).to_have_attribute("data-name", "Eva Ny")
    decided.refresh_from_db()
    assert decided.state == ClaimState.ACCEPTED
    page.get_by_role("link", name="Re-annotate").click()
    expect(page.locator("#proposal-state")).to_contain_text("applied and taken back")
