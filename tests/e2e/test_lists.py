"""The desk's lists in a browser: partial updates, focus, announcements, what is said when a server fails."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from annotations.domain.duplicates import compare_names
from annotations.models import Alias, Claim, Speaker
from tests.builders import make_article, make_claim, make_set, make_speaker
from tests.e2e.conftest import Complaints

pytestmark = pytest.mark.django_db(transaction=True)

OpenDesk = Callable[..., Page]
Axe = Callable[[Page], None]


def mark(page: Page) -> None:
    """Leave a trace in the page that a full load would wipe out."""
    page.evaluate("window.untouched = true")


def assert_not_reloaded(page: Page) -> None:
    """Check that the trace is still there."""
    assert page.evaluate("window.untouched") is True


def test_typing_in_the_search_changes_the_results_and_the_address_only(open_desk: OpenDesk, axe: Axe) -> None:
    make_article(title="Ferry sinks")
    make_article(title="Bridge opens")
    page = open_desk(path=reverse("annotations:article-list"))
    mark(page)

    page.get_by_label("Search").press_sequentially("ferry")

    expect(page.get_by_role("link", name="Bridge opens")).to_have_count(0)
    expect(page.get_by_role("link", name="Ferry sinks")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("1 article found.")
    expect(page).to_have_url(re.compile(r"/articles\?q=ferry$"))
    expect(page.get_by_label("Search")).to_be_focused()
    assert_not_reloaded(page)
    axe(page)


def test_going_back_after_a_search_shows_the_list_before_it(open_desk: OpenDesk) -> None:
    make_article(title="Ferry sinks")
    make_article(title="Bridge opens")
    page = open_desk(path=reverse("annotations:article-list"))
    page.get_by_label("Search").fill("ferry")
    expect(page.get_by_role("link", name="Bridge opens")).to_have_count(0)

    page.go_back()

    expect(page.get_by_role("link", name="Bridge opens")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Articles")


def test_ticked_articles_go_into_a_new_set(open_desk: OpenDesk, axe: Axe) -> None:
    make_article(title="Ferry sinks")
    make_article(title="Bridge opens")
    page = open_desk(path=reverse("annotations:article-list"))

    page.get_by_role("button", name="Put into set").click()
    expect(page.get_by_text("Nothing is ticked.")).to_be_visible()
    axe(page)
    page.get_by_label("Tick Ferry sinks").check()
    page.get_by_label("or a new set named").fill("Harbour")
    page.get_by_role("button", name="Put into set").click()

    expect(page.get_by_text("1 article put into “Harbour”.")).to_be_visible()
    axe(page)


def test_taking_an_article_out_of_a_set_moves_the_focus_and_is_said(open_desk: OpenDesk, axe: Axe) -> None:
    article_set = make_set("Harbour", articles=(make_article(title="Ferry"), make_article(title="Bridge")))
    page = open_desk(path=article_set.get_absolute_url())
    mark(page)

    page.get_by_role("button", name="Take out Ferry").click()

    expect(page.get_by_role("status")).to_have_text("“Ferry” is taken out of the set.")
    expect(page.get_by_role("heading", name="Articles")).to_be_focused()
    expect(page.get_by_role("link", name="Ferry")).to_have_count(0)
    assert_not_reloaded(page)
    axe(page)


def test_aliases_are_added_and_taken_away_in_place(open_desk: OpenDesk, axe: Axe) -> None:
    speaker = make_speaker("Ana Lindqvist")
    page = open_desk(path=speaker.get_absolute_url())
    mark(page)

    page.get_by_label("Another name").fill("The mayor")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("“The mayor” is added.")
    expect(page.get_by_label("Another name")).to_be_focused()
    axe(page)
    page.get_by_role("button", name="Take away The mayor").click()
    expect(page.get_by_role("status")).to_have_text("“The mayor” is taken away.")
    expect(page.get_by_role("heading", name="Also known as")).to_be_focused()

    assert_not_reloaded(page)
    assert list(Alias.objects.values_list("text", flat=True)) == ["Ana Lindqvist"]


def test_details_changed_by_somebody_else_are_shown_beside_what_was_typed(
    open_desk: OpenDesk, axe: Axe
) -> None:
    speaker = make_speaker("Ana Lindqvist")
    page = open_desk(path=speaker.get_absolute_url())
    page.get_by_label("Role").fill("minister")
    Speaker.objects.filter(pk=speaker.pk).update(role="mayor")

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("role mayor")).to_be_visible()
    expect(page.get_by_label("Role")).to_have_value("minister")
    axe(page)
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("The details are saved.")).to_be_visible()
    assert Speaker.objects.get().role == "minister"


def test_two_speakers_are_merged_after_a_look_and_parted_again(open_desk: OpenDesk, axe: Axe) -> None:
    source, target = make_speaker("A Lindqvist"), make_speaker("Ana Lindqvist")
    claim = make_claim(speaker=source)
    compare_names()
    page = open_desk(path=target.get_absolute_url())

    page.get_by_role("link", name="Merge… A Lindqvist into Ana Lindqvist").click()
    expect(page.get_by_text("1 claim in 1 article will be Ana Lindqvist’s")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Merge 1 into Ana Lindqvist").click()
    expect(page.get_by_text("A Lindqvist: merged into Ana Lindqvist; 1 claim moved.")).to_be_visible()
    assert Claim.objects.get(pk=claim.pk).speaker == target
    axe(page)
    page.goto(page.url.split("/speakers")[0] + target.get_absolute_url())
    page.get_by_role("button", name="Undo the merge of A Lindqvist").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("A Lindqvist")
    assert Claim.objects.get(pk=claim.pk).speaker == source


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (500, "The server could not do this, and nothing was changed."),
        (403, "You may not do this, or your log-in has ended."),
        (404, "This is no longer here."),
    ],
)
def test_refused_request_is_told_in_the_status_region(
    open_desk: OpenDesk, complaints: Complaints, status: int, sentence: str
) -> None:
    complaints.allow(f"the server responded with a status of {status}")
    complaints.allow("Response Status Error Code")
    make_article(title="Ferry sinks")
    page = open_desk(path=reverse("annotations:article-list"))
    page.route("**/articles?*", lambda route: route.fulfill(status=status, body="<h1>Broken</h1>"))

    page.get_by_label("Search").fill("ferry")

    expect(page.get_by_role("status")).to_contain_text(sentence)
    expect(page.get_by_text("Broken")).to_have_count(0)
    expect(page.get_by_role("link", name="Ferry sinks")).to_be_visible()


def test_lost_network_is_told_in_the_status_region(open_desk: OpenDesk, complaints: Complaints) -> None:
    complaints.allow("net::ERR")
    complaints.allow("htmx:(sendError|afterRequest)")
    make_article(title="Ferry sinks")
    page = open_desk(path=reverse("annotations:article-list"))

    def lose(route: Route) -> None:
        route.abort("connectionfailed")

    page.route("**/articles?*", lose)
    page.get_by_label("Search").fill("ferry")

    expect(page.get_by_role("status")).to_contain_text("No answer from the server, so this is not saved.")


def test_skip_link_leads_past_the_navigation(desk_page: Page) -> None:
    desk_page.keyboard.press("Tab")
    expect(desk_page.get_by_role("link", name="Skip to the content")).to_be_focused()

    desk_page.keyboard.press("Enter")

    expect(desk_page.locator("main")).to_be_focused()


def test_user_menu_logs_out(desk_page: Page) -> None:
    desk_page.get_by_text("edith", exact=True).click()
    desk_page.get_by_role("button", name="Log out").click()

    expect(desk_page.get_by_role("button", name="Log in")).to_be_visible()
