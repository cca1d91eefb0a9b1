"""The history of an article in a browser: who changed what, when and how, and the way back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import ClaimKind, Role
from annotations.domain import review
from annotations.models import Revision
from tests.builders import make_speaker, make_user
from tests.e2e.reviewing import claims, make_tolls, states

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_step_tells_who_when_before_and_after_and_is_taken_back(
    open_desk: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    article = make_tolls()
    first, second, third = claims(article)
    bo = make_user(role=Role.ANNOTATOR, username="bo", first_name="Bo", last_name="Lund")
    review.accept_claim(claim=first, by=bo, version=1)
    review.assign_speaker(claim=second, speaker=make_speaker("Dag Moe"), by=bo, version=1)
    review.change_kind(claim=third, kind=ClaimKind.INDIRECT, by=bo, version=1)
    page = open_desk(role=Role.EDITOR, username="edith", path=article.get_absolute_url())
    page.get_by_role("link", name="History").click()

    told = {
        "accept": ("Claim 1", "Suggested", "Accepted"),
        "assign speaker": ("Claim 2", "Bo Ek", "Dag Moe"),
        "change kind": ("Claim 3", "Direct", "Indirect"),
    }
    for verb, (claim, before, after) in told.items():
        step = Revision.objects.get(verb=verb)
        row = page.locator(f"#step-{step.pk}")
        expect(row.locator("time")).to_have_attribute(
            "datetime", re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
        )
        expect(row).to_contain_text("Bo Lund")
        change = row.locator("li", has_text=after)
        expect(change).to_contain_text(claim)
        expect(change.locator("del")).to_have_text(before)
        expect(change.locator("ins")).to_have_text(after)
        expect(row.get_by_role("button", name=f"Take back this step: {verb}")).to_be_visible()

    accepted = Revision.objects.get(verb="accept")
    page.locator(f"#take-back-{accepted.pk}").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".message")).to_have_text("Taken back: accept.")
    expect(page.locator(f"#step-{accepted.pk}")).to_contain_text("Taken back by edith")
    expect(page.locator(f"#take-back-{accepted.pk}")).to_have_count(0)
    assert states(article)[0] == "suggested"
    axe(page)

    page.locator(f"#take-back-{Revision.objects.get(verb='take back').pk}").click()
    expect(page.locator(".message")).to_have_text("Taken back: take back.")
    assert states(article)[0] == "accepted"

    page.get_by_role("link", name="Claim 2").first.click()
    expect(page.locator("main")).to_contain_text("Steps on claim 2.")
    expect(page.locator("tbody tr")).to_have_count(1)
