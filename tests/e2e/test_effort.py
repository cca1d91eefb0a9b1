"""What a step costs, as the browser counts it: keys, clicks, and seconds in which somebody was there."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotations.choices import Role
from annotations.models import Article, StepEffort
from tests.e2e.conftest import Complaints
from tests.e2e.reviewing import all_saved, claims, in_hand, make_tolls

pytestmark = pytest.mark.django_db(transaction=True)

OpenDesk = Callable[..., Page]


@pytest.fixture
def article(db: None) -> Article:
    return make_tolls()


@pytest.fixture
def page(context: BrowserContext, open_desk: OpenDesk, article: Article) -> Page:
    """A review page whose clock goes on only by hand, with the counter there and the first claim decided."""
    context.clock.install()
    page = open_desk(role=Role.EDITOR, path=article.get_absolute_url())
    in_hand(page, claims(article)[0])
    page.clock.pause_at(page.evaluate("Date.now()") + 1_000)
    page.clock.run_for(5_000)
    for script in ("same_speaker", "effort"):  # in the order in which the page fetches them
        page.evaluate(f"import('/static/js/{script}.js').then(() => null)")
    page.keyboard.press("a")
    in_hand(page, claims(article)[1])
    all_saved(page)
    return page


def kept() -> list[tuple[float, int]]:
    return list(StepEffort.objects.order_by("pk").values_list("seconds", "keys"))


def hide(page: Page, is_hidden: bool) -> None:
    """Have the page think that another tab is in front, or is not any more."""
    page.evaluate(
        """(isHidden) => {
          Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def test_seconds_and_keys_are_counted_from_one_step_to_the_next(page: Page, article: Article) -> None:
    assert kept() == []  # what the first step cost was not counted from its start

    page.clock.run_for(3_000)
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.clock.run_for(4_000)
    page.keyboard.press("Shift")  # no key of its own
    page.keyboard.press("x")
    all_saved(page)

    assert kept() == [(7.0, 3)]


def test_nobody_is_counted_who_does_nothing_or_looks_at_something_else(page: Page) -> None:
    page.clock.run_for(600_000)
    page.mouse.move(10, 10)
    page.clock.run_for(2_000)
    hide(page, True)
    page.clock.run_for(20_000)
    hide(page, False)
    page.clock.run_for(1_000)
    page.keyboard.press("a")
    all_saved(page)

    assert kept() == [(33.0, 1)]


def test_a_click_counts_as_a_key_does(page: Page, article: Article) -> None:
    second = claims(article)[1]

    page.locator(f"#claim-card-{second.pk} [data-key=x]").click()
    all_saved(page)

    [(_, keys)] = kept()
    assert keys == 1


def test_a_step_that_waited_without_a_network_brings_what_it_cost(page: Page, complaints: Complaints) -> None:
    complaints.allow("ERR_INTERNET_DISCONNECTED|htmx:")
    page.context.set_offline(True)
    page.clock.run_for(5_000)
    page.keyboard.press("a")
    expect(page.locator("#saved")).to_contain_text("Not saved (1)")
    page.clock.run_for(10_000)

    page.context.set_offline(False)

    all_saved(page)
    assert kept() == [(5.0, 1)]


def test_who_said_no_fetches_no_counter_and_sends_nothing(open_desk: OpenDesk, article: Article) -> None:
    page = open_desk(role=Role.EDITOR, path=article.get_absolute_url(), counts_effort=False)
    fetched: list[str] = []
    sent: list[str | None] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("request", lambda request: sent.append(request.headers.get("step-effort")))

    for following in claims(article)[1:]:
        page.keyboard.press("a")
        in_hand(page, following)
        page.wait_for_timeout(3000)  # the counter would have been fetched after two idle seconds
    all_saved(page)

    assert not [url for url in fetched if "effort" in url]
    assert set(sent) == {None}
    assert kept() == []


def test_the_switch_on_the_account_page_is_pressed_and_told(
    open_desk: OpenDesk, axe: Callable[[Page], None]
) -> None:
    page = open_desk(role=Role.EDITOR, path="/account")
    axe(page)

    page.get_by_role("button", name="Stop counting, and delete mine").click()

    expect(page.get_by_text("is not counted any more")).to_be_visible()
    expect(page.get_by_role("button", name="Count mine")).to_be_visible()
    axe(page)
