"""No step is lost: no network, lost answers, other people's answers, reloads, killed pages, log-outs."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from annotations.choices import Role
from annotations.models import Article, Revision, Speaker, User
from tests.builders import make_article, make_user
from tests.e2e.conftest import Complaints
from tests.e2e.reviewing import HeldBack, all_saved, claims, in_hand, make_tolls, said, shows, states

pytestmark = pytest.mark.django_db(transaction=True)

DECISIONS = "**/claims/**"
NO_NETWORK = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of (401|404|500)|dynamically imported module"


@pytest.fixture
def article(db: None) -> Article:
    return make_tolls()


@pytest.fixture
def page(open_desk: Callable[..., Page], article: Article, complaints: Complaints) -> Page:
    complaints.allow(NO_NETWORK)
    page = open_desk(role=Role.EDITOR, username="edith", path=article.get_absolute_url())
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def log_in(context: BrowserContext, server: LiveServer, person: User) -> None:
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])


def test_steps_without_a_network_wait_and_are_sent_in_order(page: Page, article: Article) -> None:
    page.context.set_offline(True)
    page.keyboard.press("a")
    page.keyboard.press("x")
    shows(page, "Not saved (2)")
    said(page, "Not saved yet: the server can't be reached")
    assert states(article) == ["suggested"] * 3

    page.context.set_offline(False)

    all_saved(page)
    said(page, "Rejected")
    assert states(article) == ["accepted", "rejected", "suggested"]
    assert list(Revision.objects.values_list("verb", flat=True)) == ["accept", "reject"]


def test_a_network_that_comes_back_to_an_empty_outbox_holds_up_no_later_step(
    page: Page, article: Article
) -> None:
    page.context.set_offline(True)
    page.context.set_offline(False)
    page.evaluate("() => new Promise((done) => setTimeout(done))")
    page.keyboard.press("a")

    all_saved(page)
    assert states(article)[0] == "accepted"


def test_several_steps_on_one_claim_wait_without_a_false_conflict(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    page.context.set_offline(True)
    for key, following in (("i", first), ("a", second), ("k", first), ("x", second), ("z", second)):
        page.keyboard.press(key)
        in_hand(page, following)
    page.keyboard.press("k")
    page.keyboard.press("d")
    shows(page, "Not saved (5)")

    page.context.set_offline(False)

    all_saved(page)
    verbs = list(Revision.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["change kind", "accept", "reject", "undo", "change kind"]
    assert (claims(article)[0].state, claims(article)[0].kind) == ("accepted", "direct")


def test_an_answer_that_is_lost_on_its_way_does_nothing_twice(page: Page, article: Article) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        route.fetch()
        route.abort()

    page.route(DECISIONS, lose_the_first)
    page.keyboard.press("a")

    all_saved(page)
    assert len(lost) == 1
    assert Revision.objects.filter(verb="accept").count() == 1
    assert claims(article)[0].version == 2


def test_what_a_guest_network_answers_is_not_taken_for_the_server_s_word(
    page: Page, article: Article
) -> None:
    page.route(DECISIONS, lambda route: route.fulfill(status=200, body="<h1>Welcome to our hotel</h1>"))
    page.keyboard.press("a")
    shows(page, "Not saved (1)")

    page.unroute(DECISIONS)
    page.locator("#send-again").click()

    all_saved(page)
    assert states(article)[0] == "accepted"


def test_a_step_that_the_server_fails_at_holds_up_only_what_builds_on_it(
    page: Page, article: Article
) -> None:
    first, second, _ = claims(article)

    def fail(route: Route) -> None:
        route.fulfill(status=500, headers={"Step-Key": route.request.headers["step-key"]}, body="")

    page.route(f"**/claims/{first.pk}/accept", fail)
    page.keyboard.press("a")
    page.keyboard.press("x")

    expect(page.locator(f"#claim-card-{second.pk}")).to_contain_text("Rejected")
    shows(page, "Not saved (1)")
    page.unroute(f"**/claims/{first.pk}/accept")
    all_saved(page)
    assert states(article) == ["accepted", "rejected", "suggested"]


def test_a_refused_step_is_taken_out_and_its_card_says_why(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    Speaker.objects.filter(name="Cleo Ros").delete()
    chip = page.locator(f"#claim-card-{first.pk} .speaker-chip").first
    chip.evaluate("(button) => { button.value = '4711'; }")

    page.keyboard.press("1")

    in_hand(page, second)
    said(page, "Not saved: ")
    expect(page.locator(f"#claim-card-{first.pk} .refusal")).to_contain_text("Not saved")
    all_saved(page)
    page.keyboard.press("n")
    page.keyboard.press("n")
    in_hand(page, first)


def test_a_full_outbox_survives_a_reload(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    page.route(DECISIONS, lambda route: route.abort())
    page.keyboard.press("a")
    shows(page, "Not saved (1)")
    page.reload()
    shows(page, "Not saved (1)")
    expect(page.locator(f"#claim-card-{first.pk}.is-saving")).to_be_visible()

    page.unroute(DECISIONS)
    page.locator("#send-again").click()

    all_saved(page)
    expect(page.locator(f"#claim-card-{first.pk}")).to_contain_text("Accepted")
    assert states(article) == ["accepted", "suggested", "suggested"]


def test_leaving_with_a_full_outbox_warns(page: Page, live_server: LiveServer) -> None:
    page.route(DECISIONS, lambda route: route.abort())
    page.keyboard.press("a")
    shows(page, "Not saved (1)")

    with page.expect_event("dialog") as asked:
        page.locator(".breadcrumb a").first.click()

    assert asked.value.type == "beforeunload"
    page.wait_for_url("**/articles")  # a page that is closed while it leaves can hang the browser


def test_the_steps_of_a_killed_page_are_sent_by_the_next_review_page(
    page: Page, article: Article, live_server: LiveServer
) -> None:
    page.route(DECISIONS, lambda route: route.abort())
    page.keyboard.press("a")
    page.keyboard.press("x")
    shows(page, "Not saved (2)")
    next_page = page.context.new_page()
    page.close()

    with next_page.expect_response("**/reject"):
        next_page.goto(live_server.url + make_article().get_absolute_url())

    all_saved(next_page)
    next_page.goto(live_server.url + article.get_absolute_url())
    expect(next_page.locator(".claim-card").first).to_contain_text("Accepted")
    assert states(article) == ["accepted", "rejected", "suggested"]


def test_after_a_log_out_the_steps_stay_and_go_out_at_the_next_log_in_of_the_same_person(
    page: Page, article: Article, live_server: LiveServer
) -> None:
    edith = User.objects.get(username="edith")
    page.context.clear_cookies()
    page.keyboard.press("a")
    shows(page, "Log in again; 1 step is kept")
    said(page, "Not saved yet: your log-in has ended")

    log_in(page.context, live_server, make_user(username="bo"))
    page.locator("#send-again").click()
    shows(page, "Log in again; 1 step is kept")
    page.goto(live_server.url + article.get_absolute_url())
    all_saved(page)
    assert not Revision.objects.exists()

    log_in(page.context, live_server, edith)
    page.goto(live_server.url + article.get_absolute_url())
    expect(page.locator(".claim-card").first).to_contain_text("Accepted")
    all_saved(page)
    assert Revision.objects.get().actor == edith


def test_a_browser_that_keeps_nothing_sends_all_the_same_and_says_so_once(
    page: Page, article: Article
) -> None:
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined });")
    page.reload()
    said(page, "This browser can't keep steps on its disk.")

    page.keyboard.press("a")

    all_saved(page)
    assert states(article)[0] == "accepted"


def test_a_key_held_down_decides_once(page: Page, article: Article) -> None:
    _, second, _ = claims(article)
    page.keyboard.down("a")
    page.keyboard.down("a")
    page.keyboard.down("a")
    page.keyboard.up("a")

    in_hand(page, second)
    all_saved(page)
    assert states(article) == ["accepted", "suggested", "suggested"]


def everything_is_there(page: Page) -> None:
    """Wait until the page has fetched what it needs beyond the first steps."""
    scripts = ("answers", "speaker_box", "same_speaker", "selection", "caret", "boundaries")
    page.wait_for_function(
        """(scripts) => scripts.every((script) =>
            performance.getEntriesByType("resource").some(({ name }) => name.includes(`/js/${script}`)))""",
        arg=scripts,
    )


def test_what_a_page_needs_is_there_when_the_network_goes(
    page: Page, article: Article, complaints: Complaints
) -> None:
    complaints.allow("htmx:sendError")
    _, second, third = claims(article)
    everything_is_there(page)
    page.context.set_offline(True)

    for key in ("s", "b", "o", "Enter"):
        page.keyboard.press(key)

    in_hand(page, second)
    expect(page.locator(f"#same-{second.pk}")).to_have_attribute(
        "aria-label", "Same speaker as the claim before: Bo Ek"
    )
    page.keyboard.press("v")
    expect(page.locator(".caret")).to_be_attached()
    page.keyboard.press("Escape")
    in_hand(page, second)
    page.keyboard.press("x")
    in_hand(page, third)
    page.context.set_offline(False)
    all_saved(page)
    assert [claim.state for claim in claims(article)] == ["corrected", "rejected", "suggested"]


@pytest.mark.parametrize("script", ["caret", "speaker_box"])
def test_a_script_that_can_t_be_fetched_is_named_and_tried_again(
    page: Page, article: Article, script: str
) -> None:
    page.route(f"**/js/{script}*", lambda route: route.abort())
    page.reload()
    first, second, _ = claims(article)
    in_hand(page, first)
    if script == "caret":
        page.keyboard.press("v")
    else:
        page.keyboard.press("s")
        page.keyboard.type("cleo")
        page.keyboard.press("Enter")
    said(page, "A part of this page can't be fetched")

    page.unroute(f"**/js/{script}*")

    if script == "caret":
        page.keyboard.press("v")
        expect(page.locator(".caret")).to_be_attached()
    else:
        page.keyboard.press("Enter")
        in_hand(page, second)


def test_an_answer_that_can_t_be_shown_is_saved_all_the_same(page: Page, article: Article) -> None:
    page.route("**/js/answers*", lambda route: route.abort())
    page.reload()
    _, second, _ = claims(article)

    page.keyboard.press("a")

    in_hand(page, second)
    said(page, "A part of this page can't be fetched")
    all_saved(page)
    assert states(article)[0] == "accepted"


def test_answers_go_on_the_page_in_their_order_though_its_scripts_come_late(
    page: Page, article: Article
) -> None:
    held = HeldBack(page, "**/js/selection*")
    page.reload()
    first = claims(article)[0]
    in_hand(page, first)
    for _ in range(4):
        for kind in ("m", "i", "d"):
            page.keyboard.press(kind)
    all_saved(page)

    held.release()

    said(page, "Now direct.")
    expect(page.locator(f"#claim-card-{first.pk} [name=version]").first).to_have_value("13")
