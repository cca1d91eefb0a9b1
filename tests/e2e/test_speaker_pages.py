"""The pages about speakers in a browser: likely duplicates, a split and its undo, the desk's own fields."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotations.domain import duplicates
from annotations.models import Claim, Speaker, SpeakerAttribute
from tests.builders import make_article, make_claim, make_speaker

pytestmark = pytest.mark.django_db(transaction=True)

Axe = Callable[[Page], None]
OpenDesk = Callable[..., Page]


def test_likely_duplicates_are_kept_apart_or_merged_by_keyboard(open_desk: OpenDesk, axe: Axe) -> None:
    for name in ("Volodymyr Zelensky", "Volodymyr Zelesnky", "Ana Oduya", "Ana B. Oduya"):
        make_claim(speaker=make_speaker(name))
    duplicates.compare_names()
    page = open_desk(path=reverse("annotations:speaker-duplicates"))
    expect(page.get_by_role("heading", name="2 likely pairs")).to_be_visible()

    page.locator("button", has_text="Not the same: Ana Oduya").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="1 likely pair")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Ana")
    expect(page.locator("button", has_text="Not the same: Volodymyr Zelensky")).to_be_focused()
    axe(page)
    page.locator("button", has_text="Undo: Ana Oduya").click()
    expect(page.get_by_role("heading", name="2 likely pairs")).to_be_focused()

    page.locator("a", has_text="Merge… Volodymyr Zelensky").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge into Volodymyr Zelensky?")
    axe(page)
    page.locator("#merge").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".message")).to_be_visible()
    assert set(Claim.objects.values_list("speaker__name", flat=True)) == {
        "Volodymyr Zelensky",
        "Ana Oduya",
        "Ana B. Oduya",
    }


def test_a_speaker_that_is_two_is_split_after_a_look_and_joined_again(open_desk: OpenDesk, axe: Axe) -> None:
    speaker = make_speaker("A. Lindqvist")
    ferry, bridge = make_article(title="Ferry"), make_article(title="Bridge")
    stays, goes = (make_claim(article=article, speaker=speaker) for article in (ferry, bridge))
    page = open_desk(path=speaker.get_absolute_url())
    page.get_by_role("link", name="Split…").click()
    expect(page.locator(".errorlist")).to_have_count(0)

    page.get_by_label("Name of the other speaker").fill("Anders Lindqvist")
    page.get_by_label("Bridge").check()
    page.get_by_role("button", name="Look at what would change").click()
    expect(page.locator("main")).to_contain_text("1 of A. Lindqvist’s claims will go")
    axe(page)
    page.locator("#split").click()
    expect(page.locator(".message")).to_be_visible()
    goes.refresh_from_db()
    assert str(goes.speaker) == "Anders Lindqvist"
    stays.refresh_from_db()
    assert stays.speaker == speaker

    page.goto(page.url.partition("/speakers")[0] + speaker.get_absolute_url())
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".message")).to_contain_text("1 claim back")
    goes.refresh_from_db()
    assert goes.speaker == speaker


def test_a_field_of_the_desk_is_made_answered_declined_and_archived(open_desk: OpenDesk, axe: Axe) -> None:
    speaker = make_speaker("Ana Lindqvist")
    page = open_desk(path=reverse("annotations:speaker-fields"))
    page.get_by_label("Label").fill("Age range")
    page.get_by_label("Type").select_option(label="One of a list")
    page.get_by_label("Answers of the list").fill("under 30\n30 and over")
    page.get_by_role("button", name="Add the field").click()
    expect(page.get_by_text("0 answers")).to_be_visible()
    axe(page)

    page.goto(page.url.partition("/speakers")[0] + speaker.get_absolute_url())
    page.get_by_label("Age range", exact=True).select_option("30 and over")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".message")).to_have_text("The details are saved.")
    assert SpeakerAttribute.objects.get().value == "30 and over"
    page.get_by_label("Age range", exact=True).select_option(index=0)
    page.get_by_label("Age range: declined to say").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Age range: declined to say")).to_be_checked()
    axe(page)

    page.goto(page.url.partition("/speakers")[0] + reverse("annotations:speaker-fields"))
    page.get_by_text("1 answer").click()
    page.locator("button", has_text="Archive: Age range").click()
    expect(page.get_by_text("archived")).to_be_visible()
    assert SpeakerAttribute.objects.get().is_declined
    assert Speaker.objects.get().name == "Ana Lindqvist"
